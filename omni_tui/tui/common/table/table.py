"""A list of one-line rows, rendered line by line; base of the dashboards, downloads and requests.

Only the lines that changed are painted, so that a key sends two lines over a slow connection, not a screen,
and 100,000 rows cost no more than forty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from omni_tui.tui.common.table.columns import Column, layout
from omni_tui.tui.common.table.scroll_length import set_virtual_size
from omni_tui.tui.common.table.table_styles import TableStyles, Tone, joined
from omni_tui.tui.common.text import Cut, fit, shorten
from omni_tui.tui.painting.bare_lines import BareLines, regions_of
from omni_tui.tui.painting.textual_patches import use_line_cache

__all__ = ["Cell", "Column", "RowList"]

RowT = TypeVar("RowT")
# A cell's text, its tone, and how to cut it if it is too long (at the end by default).
Cell: TypeAlias = tuple[str, Tone] | tuple[str, Tone, Cut]

_NOTHING: Cell = ("", "text")
# A few screenfuls.
_MOST_KNOWN = 128


class RowList(ScrollView, Generic[RowT], can_focus=True):
    """Rows with a cursor. A subclass returns a row's texts from `cells`."""

    TONES: ClassVar[tuple[Tone, ...]] = (
        "text", "strong", "muted", "accent", "heading", "mark", "match", "good", "warn", "bad",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"row-list--{tone}" for tone in TONES),
        "row-list--cursor",
        "row-list--cursor-blurred",
        "row-list--header",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "select", "Open", show=False),
        Binding("j", "step(1)", "Down", show=False),
        Binding("k", "step(-1)", "Up", show=False),
        Binding("g", "edge(-1)", "First", show=False),
        Binding("G", "edge(1)", "Last", show=False),
        Binding("q", "ask_to_leave", "Quit, or close a dialog", show=False),
    ]
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    GAP: ClassVar[int] = 2
    HAS_HEADER: ClassVar[bool] = True
    EMPTY: ClassVar[str] = ""

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor moved to another row (None: there are no rows)."""

        def __init__(self, row_list: RowList[Any], row: object | None) -> None:
            super().__init__()
            self.row_list = row_list
            self.row = row

        @property
        def control(self) -> RowList[Any]:
            """The list that sent the message."""
            return self.row_list

        def can_replace(self, message: Message) -> bool:
            """Return whether this message replaces the queued one: only the last row matters."""
            return isinstance(message, RowList.Highlighted) and message.row_list is self.row_list

    class Selected(Message):
        """A row was opened with enter or the mouse."""

        def __init__(self, row_list: RowList[Any], row: object) -> None:
            super().__init__()
            self.row_list = row_list
            self.row = row

        @property
        def control(self) -> RowList[Any]:
            """The list that sent the message."""
            return self.row_list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[RowT] = ()
        self._painted: dict[int, Strip] = {}
        self._ready: dict[int, Strip] = {}
        """Lines that changed and aren't painted yet."""
        self._columns: tuple[int, list[tuple[Column, int]]] = (0, [])
        self._looks = TableStyles(self)
        self._highlighted: tuple[str, ...] = ()
        self._known: dict[object, Strip] = {}
        """Rendered lines by content, reused for rows that moved."""
        use_line_cache(self, BareLines(self))

    # for subclasses

    def cells(self, row: RowT) -> dict[str, Cell]:
        """Return the row's cells by column name. Texts may be untrusted."""
        return {self.COLUMNS[0].name: (str(row), "text")} if self.COLUMNS else {}

    def key(self, row: RowT) -> object:
        """Return what identifies the row when the list changes."""
        return row

    def position(self, key: object, near: int) -> int | None:
        """Return the index of the row with that key, which was at `near`; None if it is gone."""
        if near < len(self._rows) and self.key(self._rows[near]) == key:
            return near
        return next((i for i, row in enumerate(self._rows) if self.key(row) == key), None)

    def empty_words(self) -> str:
        """Return what to show if there are no rows; empty for nothing."""
        return self.EMPTY

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it: there are no rows."""
        return not self._rows

    # for users of the list

    @property
    def rows(self) -> Sequence[RowT]:
        """All rows."""
        return self._rows

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def set_rows(self, rows: Sequence[RowT], *, keep_cursor: bool = True, cursor: int | None = None) -> None:
        """Replace the rows. The cursor stays on its row, or on its index if the row is gone.

        With `keep_cursor` False it moves to the first row, with `cursor` to that index.
        """
        before, stood_at = self.current, self.cursor
        self._rows = rows
        if cursor is None:
            found = self.position(self.key(before), stood_at) if before and keep_cursor else 0
            cursor = stood_at if found is None else found
        self.set_reactive(RowList.cursor, self.validate_cursor(cursor))
        self._rows_changed(moved_by=self.cursor - stood_at)
        if self.current is not before:
            self.post_message(self.Highlighted(self, self.current))

    def refresh_row(self, index: int) -> None:
        """Repaint one row if it is visible."""
        y = index + self._header_lines - self.scroll_offset.y
        if self._header_lines <= y < self.size.height:
            self._refresh_at(y)

    def refresh_changed(self) -> None:
        """Repaint the lines whose content changed."""
        width = self.scrollable_content_region.width
        lines, painted = self._lines(0, self.size.height, width), self._painted
        changed = {
            y: line
            for y, line in enumerate(lines)
            if (before := painted.get(y)) is not line and before != line
        }
        if changed:
            self.refresh(*regions_of(changed, self.size.width))
            self._ready = changed

    def _refresh_at(self, y: int) -> None:
        self.refresh(Region(0, y, self.size.width, 1))

    def _rows_changed(self, moved_by: int = 0) -> None:
        """Update the size after new rows or a resize; keep the cursor's row at its screen position."""
        size = Size(self.scrollable_content_region.width, len(self._rows) + self._header_lines)
        set_virtual_size(self, size)
        top = round(self.scroll_target_y)
        wished = min(max(0, top + moved_by if top else 0), self.max_scroll_y)
        if wished != top:
            self._scroll_to_row(wished)
        self._show_cursor()
        self.refresh_changed()

    @property
    def shown_columns(self) -> frozenset[str]:
        """The names of the columns that there is room for."""
        return frozenset(column.name for column, _ in self._layout())

    def _layout(self, width: int = 0) -> list[tuple[Column, int]]:
        """The columns in that width, or in what there is."""
        width = width or self.scrollable_content_region.width
        if self._columns[0] != width:
            self._columns = (width, layout(self.COLUMNS, width, self.GAP))
        return self._columns[1]

    # moving

    @property
    def _header_lines(self) -> int:
        return 1 if self.HAS_HEADER and (self._rows or self.empty_words()) else 0

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._header_lines)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Repaint the two lines that changed, and post Highlighted."""
        self.refresh_row(before)
        self.refresh_row(cursor)
        self._show_cursor()
        self.post_message(self.Highlighted(self, self.current))

    def _show_cursor(self) -> None:
        top = round(self.scroll_target_y)
        if self.cursor < top:
            self._scroll_to_row(self.cursor)
        elif self.cursor >= top + self._page:
            self._scroll_to_row(self.cursor - self._page + 1)

    def _scroll_to_row(self, top: int) -> None:
        # forced: right after rows were added, there is no scroll bar yet
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def action_cursor(self, by: int) -> None:
        """Move the cursor."""
        self.cursor += by

    def action_step(self, by: int) -> None:
        """Move the cursor with `j` and `k`; a subclass can turn this off."""
        self.cursor += by

    async def action_ask_to_leave(self) -> None:
        """Close a dialog like escape does; elsewhere, ask whether to quit."""
        if isinstance(self.screen, ModalScreen):
            self.app.simulate_key("escape")
        else:
            await self.run_action("app.ask_to_quit")

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.cursor += by * self._page

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if way < 0 else len(self._rows) - 1

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Selected(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor with a click, open the row with a double click."""
        index = event.y + round(self.scroll_y) - self._header_lines
        if event.y >= self._header_lines and 0 <= index < len(self._rows):
            self.cursor = index
            if event.chain == 2:
                self.action_select()

    def on_resize(self) -> None:
        """Update the columns and the size."""
        self._rows_changed()

    def on_focus(self) -> None:
        """Repaint the cursor's line, whose style shows the focus."""
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Repaint the cursor's line, whose style shows the focus."""
        self.refresh_row(self.cursor)

    # drawing

    def render_line(self, y: int) -> Strip:
        """Render one visible line."""
        strip = self._ready.pop(y, None)
        if strip is None:
            (strip,) = self._lines(y, y + 1, self.scrollable_content_region.width)
        self._painted[y] = strip
        return strip

    def refresh(self, *regions: Region, **what: Any) -> Self:
        """Repaint the regions, or everything, and drop the lines that were ready."""
        self._ready = {}
        return super().refresh(*regions, **what)

    def notify_style_update(self) -> None:
        """Drop the cached styles and lines. Also called when the focus changes."""
        self._looks.clear()
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
        for index, row in enumerate(self._rows[first:end], first):
            cells = self.cells(row)
            shown = tuple([cells.get(name, _NOTHING) for name in names])
            lines.append(self._row(shown, width, self._cursor_ground() if index == cursor else ""))
        if not self._rows and (words := self.empty_words()) and first == 0 < end:
            said = shorten(words, width)
            parts = [(said, self._looks.tone("muted"))]
            lines.append(joined(parts, cell_len(said), width, self._looks.ground("")))
        return lines + [Strip.blank(width, self._looks.ground(""))] * (bottom - top - len(lines))

    def _row(self, cells: tuple[Cell, ...], width: int, ground: str) -> Strip:
        """Render the cells in their columns. Cached."""
        known = self._known.get(looks := (cells, width, ground))
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            columns = self._layout(width)
            parts: list[tuple[str, Style]] = []
            for number, (cell, (column, cells_wide)) in enumerate(zip(cells, columns, strict=True), 1):
                parts += self._parts(cell, column, cells_wide, ground)
                if number < len(columns):
                    parts.append((" " * self.GAP, parts[-1][1]))
            length = sum([cells_wide for _, cells_wide in columns]) + self.GAP * max(0, len(columns) - 1)
            known = self._known[looks] = joined(parts, length, width, self._looks.ground(ground))
        return known

    def _cursor_ground(self) -> str:
        """Return the component class of the cursor's row."""
        return "row-list--cursor" if self.has_focus else "row-list--cursor-blurred"

    def _parts(self, cell: Cell, column: Column, width: int, ground: str) -> list[tuple[str, Style]]:
        """Return a cell's text in the column's width, split at search matches."""
        cut = cell[2] if len(cell) == 3 else shorten
        text, style = fit(cell[0], width, right=column.right, cut=cut), self._looks.toned(ground, cell[1])
        if not (self._highlighted and column.searched and ground != "row-list--header"):
            return [(text, style)]
        from omni_tui.catalog.search.text import matches  # not needed until a search

        parts: list[tuple[str, Style]] = []
        end = 0
        for match in matches(text, self._highlighted):
            parts += [(text[end : match.start], style), (text[match.start : match.stop], style + self._match)]
            end = match.stop
        return [part for part in [*parts, (text[end:], style)] if part[0]] or [(text, style)]

    @property
    def _match(self) -> Style:
        return self._looks.tone("match")

    def highlight(self, words: tuple[str, ...]) -> None:
        """Highlight these folded words in searched columns, from the next paint on."""
        if words != self._highlighted:
            self._highlighted = words
            self._known.clear()
