"""Terminal cells: a character and its style.

Equal cells are one object, so that two screens of thousands of cells are compared by identity.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from omni_tui.tui.painting.sgr import PLAIN, Style

# Far more than all themes have together.
_MAX_STYLES = 4096


class CellStyle(NamedTuple):
    """A cell's style, and the URL that it links to."""

    style: Style = PLAIN
    link: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether a space with it shows only the background."""
        return not (self.link or self.style.attributes)


@lru_cache(maxsize=1024)
def on_blank(cell_style: CellStyle) -> CellStyle:
    """Return what is visible of a style in a space."""
    return CellStyle(Style("", cell_style.style.background, ())) if cell_style.is_plain else cell_style


class WideText:
    """Fills each cell of a text whose width differs between terminals."""

    def __init__(self, text: str, cell_style: CellStyle) -> None:
        self.text, self.cell_style = text, cell_style


# A one-cell character and its style; None is an unknown cell.
Cell: TypeAlias = tuple[str, CellStyle] | WideText | None


class GlyphCells(dict[str, Cell]):
    """The cells of one style by character. A space is shared by all styles in which it looks the same."""

    def __init__(self, cell_style: CellStyle) -> None:
        super().__init__()
        self.cell_style = cell_style

    def __missing__(self, character: str) -> Cell:
        if character == " " and (seen := on_blank(self.cell_style)) != self.cell_style:
            cell = glyphs_in(seen)[character]
        else:
            cell = (character, self.cell_style)
        self[character] = cell
        return cell


@lru_cache(maxsize=_MAX_STYLES)
def glyphs_in(cell_style: CellStyle) -> GlyphCells:
    """Return the cells of a style."""
    return GlyphCells(cell_style)
