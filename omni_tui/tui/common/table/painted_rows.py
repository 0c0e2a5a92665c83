"""Paint a list of one-line rows in columns, and only the lines that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeAlias, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from omni_tui.tui.common.table.columns import Column, layout
from omni_tui.tui.common.text import fit
from omni_tui.tui.painting.bare_lines import BareLines, regions_of
from omni_tui.tui.painting.textual_patches import use_line_cache

RowT = TypeVar("RowT")
Tone: TypeAlias = str
"""One of PaintedRows.TONES."""
# A cell's text and its tone.
Cell: TypeAlias = tuple[str, Tone]

_NOTHING: Cell = ("", "text")
# A few screens.
_MAX_KNOWN = 128


class PaintedRows(ScrollView, Generic[RowT]):
    """Rows in columns, one of them under a cursor. A subclass returns a row's texts from `cells`."""

    TONES: ClassVar[tuple[Tone, ...]] = (
        "text", "strong", "muted", "accent", "heading", "mark", "match", "good", "warn", "bad",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"row-list--{tone}" for tone in TONES),
        "row-list--cursor",
        "row-list--cursor-blurred",
        "row-list--header",
    }
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    GAP: ClassVar[int] = 2
    HAS_HEADER: ClassVar[bool] = True
    EMPTY: ClassVar[str] = ""

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[RowT] = ()
        self._painted: dict[int, Strip] = {}
        self._columns: tuple[int, list[tuple[Column, int]]] = (0, [])
        self._styles: dict[tuple[str, Tone], Style] = {}
        self._highlighted: tuple[str, ...] = ()
        self._known: dict[object, Strip] = {}
        """Rendered lines by content, reused for rows that moved."""
        use_line_cache(self, BareLines(self))

    # for subclasses

    def cells(self, row: RowT) -> dict[str, Cell]:
        """Return the row's cells by column name. Texts may be untrusted."""
        return {self.COLUMNS[0].name: (str(row), "text")} if self.COLUMNS else {}

    def empty_words(self) -> str:
        """Return what to show if there are no rows; empty for nothing."""
        return self.EMPTY

    # repainting

    def refresh_row(self, index: int) -> None:
        """Repaint one row if it is visible."""
        y = index + self._header_lines - self.scroll_offset.y
        if self._header_lines <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def refresh_changed(self) -> None:
        """Repaint the lines whose content changed."""
        width = self.scrollable_content_region.width
        lines = self._lines(0, self.size.height, width)
        changed = [y for y, line in enumerate(lines) if self._painted.get(y) != line]
        if changed:
            self.refresh(*regions_of(changed, self.size.width))

    def column_width(self, name: str) -> int:
        """Return a column's width in cells; 0 if it is hidden because the list is narrow."""
        return next((width for column, width in self._layout() if column.name == name), 0)

    def _layout(self, width: int = 0) -> list[tuple[Column, int]]:
        """The columns that fit in this width, by default the widget's."""
        width = width or self.scrollable_content_region.width
        if self._columns[0] != width:
            self._columns = (width, layout(self.COLUMNS, width, self.GAP))
        return self._columns[1]

    @property
    def _header_lines(self) -> int:
        return 1 if self.HAS_HEADER and (self._rows or self.empty_words()) else 0

    # drawing

    def render_line(self, y: int) -> Strip:
        (strip,) = self._lines(y, y + 1, self.scrollable_content_region.width)
        self._painted[y] = strip
        return strip

    def notify_style_update(self) -> None:
        """Drop the cached styles and lines. Also called when the focus changes."""
        self._styles.clear()
        self._known.clear()
        super().notify_style_update()

    def _lines(self, top: int, bottom: int, width: int) -> list[Strip]:
        """Render the visible lines from `top` to before `bottom`. The header stays on top.

        Renders them in one call, to look up what they share only once.
        """
        lines: list[Strip] = []
        header, columns = self._header_lines, self._layout(width)
        if top < min(header, bottom):
            titles: tuple[Cell, ...] = tuple([(column.title, "text") for column, _ in columns])
            lines.append(self._row(titles, width, "row-list--header"))
        first = top + len(lines) - header + self.scroll_offset.y
        end = first + bottom - top - len(lines)
        names, cursor = [column.name for column, _ in columns], self.cursor
        cursor_ground = "row-list--cursor" if self.has_focus else "row-list--cursor-blurred"
        for index, row in enumerate(self._rows[first:end], first):
            cells = self.cells(row)
            shown = tuple([cells.get(name, _NOTHING) for name in names])
            lines.append(self._row(shown, width, cursor_ground if index == cursor else ""))
        if not self._rows and (words := self.empty_words()) and first == 0 < end:
            lines.append(Strip([Segment(fit(words, width), self._style("", "muted"))], width))
        return lines + [Strip.blank(width, self._style())] * (bottom - top - len(lines))

    def _row(self, cells: tuple[Cell, ...], width: int, ground: str) -> Strip:
        """Render the cells in their columns. Cached."""
        known = self._known.get(key := (cells, width, ground))
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                del self._known[next(iter(self._known))]
            columns = self._layout(width)
            segments: list[Segment] = []
            for number, (cell, (column, cells_wide)) in enumerate(zip(cells, columns, strict=True), 1):
                segments += self._segments(cell, column, cells_wide, ground)
                if number < len(columns):
                    segments.append(Segment(" " * self.GAP, segments[-1].style))
            strip = Strip(segments).simplify().adjust_cell_length(width, self._style(ground))
            known = self._known[key] = strip
        return known

    def _style(self, ground: str = "", tone: Tone = "text") -> Style:
        """Return a tone on the background of a component class, or of the list itself. Cached."""
        style = self._styles.get((ground, tone))
        if style is None:
            style = self.get_component_rich_style(ground) if ground else self.rich_style
            if tone != "text":
                look = self.get_component_rich_style(f"row-list--{tone}", partial=True)
                style += Style(color=look.color, bold=look.bold, dim=look.dim)
            self._styles[ground, tone] = style
        return style

    def _segments(self, cell: Cell, column: Column, width: int, ground: str) -> list[Segment]:
        """Return a cell's text in the column's width, split at the words that the search matches."""
        text, style = fit(cell[0], width, right=column.right), self._style(ground, cell[1])
        if not (self._highlighted and column.searched and ground != "row-list--header"):
            return [Segment(text, style)]
        from omni_tui.catalog.search.folding import matching_words  # not needed until a search

        segments: list[Segment] = []
        end, highlighted = 0, self._style(ground, "match")
        for match in matching_words(text, self._highlighted):
            before, matching = text[end : match.start], text[match.start : match.stop]
            segments += [Segment(before, style), Segment(matching, highlighted)]
            end = match.stop
        return [segment for segment in [*segments, Segment(text[end:], style)] if segment.text]

    def highlight(self, words: tuple[str, ...]) -> None:
        """Highlight the words that match these folded words in searched columns, from the next paint on."""
        if words != self._highlighted:
            self._highlighted = words
            self._known.clear()
