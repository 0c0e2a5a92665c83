"""Terminal cells: a character and its style.

Equal cells are one object, so that two screens of thousands of cells are compared by identity.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from omni_tui.tui.painting.sgr import PLAIN, Style

# Far more than all themes have together.
_MAX_LOOKS = 4096


class CellStyle(NamedTuple):
    """A cell's style, and the URL that it links to."""

    style: Style = PLAIN
    link: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether a space with it shows only the background."""
        return not (self.link or self.style.attributes)


@lru_cache(maxsize=1024)
def on_blank(look: CellStyle) -> CellStyle:
    """Return what is visible of a look in a space."""
    return CellStyle(Style("", look.style.background, ())) if look.is_plain else look


class WideText:
    """Fills each cell of a text whose width differs between terminals."""

    def __init__(self, text: str, look: CellStyle) -> None:
        self.text, self.look = text, look


# A one-cell character and its look; None is an unknown cell.
Cell: TypeAlias = tuple[str, CellStyle] | WideText | None


class GlyphCells(dict[str, Cell]):
    """The cells of one look by character. A space is shared by all looks in which it looks the same."""

    def __init__(self, look: CellStyle) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, character: str) -> Cell:
        if character == " " and (seen := on_blank(self.look)) != self.look:
            cell = glyphs_in(seen)[character]
        else:
            cell = (character, self.look)
        self[character] = cell
        return cell


@lru_cache(maxsize=_MAX_LOOKS)
def glyphs_in(look: CellStyle) -> GlyphCells:
    """Return the cells of a look."""
    return GlyphCells(look)
