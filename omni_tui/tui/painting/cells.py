"""What stands in one cell of a terminal, and how it looks there.

Cells that look alike are one object, so that two pictures are compared by what is the same, not by what is
equal: a long list has some four thousand of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from omni_tui.tui.painting.sgr import PLAIN, Style

# Far more than there are in all themes together.
_MOST_LOOKS = 4096


class Look(NamedTuple):
    """How a cell is written: its style, and the address that it is a link to."""

    style: Style = PLAIN
    link: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether of a blank only the ground can be seen."""
        return not (self.link or self.style.attributes)


@lru_cache(maxsize=1024)
def on_blank(look: Look) -> Look:
    """What can be seen of it where nothing is written."""
    return Look(Style("", look.style.background, ())) if look.is_plain else look


class Wide:
    """Stands in each cell of a text of which terminals do not agree how many cells it takes."""

    def __init__(self, text: str, look: Look) -> None:
        self.text, self.look = text, look


# A character of one cell and its look; None is one of which nothing is known.
Cell: TypeAlias = tuple[str, Look] | Wide | None


class Glyphs(dict[str, Cell]):
    """The cells of one look, by their characters. A blank is one of all looks in which it looks so."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, character: str) -> Cell:
        if character == " " and (seen := on_blank(self.look)) != self.look:
            cell = glyphs_in(seen)[character]
        else:
            cell = (character, self.look)
        self[character] = cell
        return cell


@lru_cache(maxsize=_MOST_LOOKS)
def glyphs_in(look: Look) -> Glyphs:
    """Those of a look."""
    return Glyphs(look)
