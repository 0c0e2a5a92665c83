"""A list of one-line rows, drawn line by line: the dashboards, the downloads and the requests are such lists.

Only the lines that changed are painted, so that a key costs two lines over a slow connection, not a screen,
and a hundred thousand rows cost no more than forty.
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
from omni_tui.tui.common.table.table_styles import RowLooks, Tone, joined
from omni_tui.tui.common.text import Cut, fit, shorten
from omni_tui.tui.painting.bare_lines import BareLines, regions_of
from omni_tui.tui.painting.textual_patches import use_line_cache

__all__ = ["Cell", "Column", "RowList"]

RowT = TypeVar("RowT")
# What stands in a cell, in which tone, and how it is cut where it is too long (its end, if nothing is said).
Cell: TypeAlias = tuple[str, Tone] | tuple[str, Tone, Cut]

_NOTHING: Cell = ("", "text")
# A few screens full.
_MOST_KNOWN = 128


class RowList(ScrollView, Generic[RowT], can_focus=True):
    """Rows, one of them under the cursor. A subclass says in `cells` what stands in a row."""

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
    EMPTY: ClassVar[str] = ""  # what is said when there are no rows

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor stands on another row (None: there is none)."""

        def __init__(self, row_list: RowList[Any], row: object | None) -> None:
            super().__init__()
            self.row_list = row_list
            self.row = row

        @property
        def control(self) -> RowList[Any]:
            """The list that it is about."""
            return self.row_list

        def can_replace(self, message: Message) -> bool:
            """Only where the cursor stands in the end counts."""
            return isinstance(message, RowList.Highlighted) and message.row_list is self.row_list

    class Selected(Message):
        """A row was opened, with enter or the mouse."""

        def __init__(self, row_list: RowList[Any], row: object) -> None:
            super().__init__()
            self.row_list = row_list
            self.row = row

        @property
        def control(self) -> RowList[Any]:
            """The list that it is about."""
            return self.row_list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[RowT] = ()
        self._painted: dict[int, Strip] = {}
        self._ready: dict[int, Strip] = {}
        """Lines that were found to have changed, until they are painted."""
        self._columns: tuple[int, list[tuple[Column, int]]] = (0, [])
        self._looks = RowLooks(self)
        self._highlighted: tuple[str, ...] = ()
        self._known: dict[object, Strip] = {}
        """Lines that were made before, by what stands in them: rows that move up look as they did."""
        use_line_cache(self, BareLines(self))

    # what a subclass says

    def cells(self, row: RowT) -> dict[str, Cell]:
        """What stands in the row, by column name: its text (foreign text is welcome) and tone."""
        return {self.COLUMNS[0].name: (str(row), "text")} if self.COLUMNS else {}

    def key(self, row: RowT) -> object:
        """What makes a row the same row after the list has changed."""
        return row

    def position(self, key: object, near: int) -> int | None:
        """Where the row with that key is, which was at `near`; None where there is none."""
        if near < len(self._rows) and self.key(self._rows[near]) == key:
            return near
        return next((i for i, row in enumerate(self._rows) if self.key(row) == key), None)

    def is_idle(self, action: str) -> bool:
        """Whether a key has nothing to do: without rows there is none to open. The footer leaves it out."""
        return not self._rows

    # what the outside does

    @property
    def rows(self) -> Sequence[RowT]:
        """What is listed."""
        return self._rows

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def set_rows(self, rows: Sequence[RowT], *, keep_cursor: bool = True, cursor: int | None = None) -> None:
        """List these. The cursor stays on its row where that is still there, else where it stood.

        With `keep_cursor` False it goes to the first row, with `cursor` to that one.
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
        """Paint one row again, if it can be seen."""
        y = index + self._header_lines - self.scroll_offset.y
        if self._header_lines <= y < self.size.height:
            self._refresh_at(y)

    def refresh_changed(self) -> None:
        """Paint again what looks different now: a line that would look the same costs no bytes."""
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
        """Other rows, or room for more. What stood under the cursor was moved, and stays where it is seen."""
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
        return 1 if self.HAS_HEADER and (self._rows or self.EMPTY) else 0

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._header_lines)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Paint the two lines that changed, and tell."""
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
        # forced: where rows have only just come, the scroll bar is not there yet
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def action_cursor(self, by: int) -> None:
        """Move the cursor."""
        self.cursor += by

    def action_step(self, by: int) -> None:
        """Move the cursor by a letter: a list whose letters mean something else turns this off."""
        self.cursor += by

    async def action_ask_to_leave(self) -> None:
        """Close a dialog as escape does; anywhere else, ask whether to quit."""
        if isinstance(self.screen, ModalScreen):
            self.app.simulate_key("escape")
        else:
            await self.run_action("app.ask_to_quit")

    def action_page(self, by: int) -> None:
        """Move the cursor by what fits on the screen."""
        self.cursor += by * self._page

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if way < 0 else len(self._rows) - 1

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Selected(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one opens."""
        index = event.y + round(self.scroll_y) - self._header_lines
        if event.y >= self._header_lines and 0 <= index < len(self._rows):
            self.cursor = index
            if event.chain == 2:
                self.action_select()

    def on_resize(self) -> None:
        """Another width may hold other columns."""
        self._rows_changed()

    def on_focus(self) -> None:
        """The cursor's line shows whether keys go here."""
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        """The cursor's line shows whether keys go here."""
        self.refresh_row(self.cursor)

    # drawing

    def render_line(self, y: int) -> Strip:
        """One line of what is visible."""
        strip = self._ready.pop(y, None)
        if strip is None:
            (strip,) = self._lines(y, y + 1, self.scrollable_content_region.width)
        self._painted[y] = strip
        return strip

    def refresh(self, *regions: Region, **what: Any) -> Self:
        """Paint anew, here or everywhere: what was found out before may not hold any more."""
        self._ready = {}
        return super().refresh(*regions, **what)

    def notify_style_update(self) -> None:
        """Other colours: also where only the focus has changed."""
        self._looks.clear()
        self._known.clear()
        super().notify_style_update()

    def _lines(self, top: int, bottom: int, width: int) -> list[Strip]:
        """From one line of what is visible to before another: titles stay on top, the rows move under them.

        What is the same for all is asked for once, and the rows in one go.
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
        if not self._rows and self.EMPTY and first == 0 < end:
            said = shorten(self.EMPTY, width)
            parts = [(said, self._looks.tone("muted"))]
            lines.append(joined(parts, cell_len(said), width, self._looks.ground("")))
        return lines + [Strip.blank(width, self._looks.ground(""))] * (bottom - top - len(lines))

    def _row(self, cells: tuple[Cell, ...], width: int, ground: str) -> Strip:
        """The cells in their columns, made once."""
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
        """Which component the row under the cursor is painted as."""
        return "row-list--cursor" if self.has_focus else "row-list--cursor-blurred"

    def _parts(self, cell: Cell, column: Column, width: int, ground: str) -> list[tuple[str, Style]]:
        """The text of a cell in the column's width, split where what was searched begins and ends."""
        cut = cell[2] if len(cell) == 3 else shorten
        text, style = fit(cell[0], width, right=column.right, cut=cut), self._looks.toned(ground, cell[1])
        if not (self._highlighted and column.searched and ground != "row-list--header"):
            return [(text, style)]
        from omni_tui.catalog.search.text import matches  # not needed before anybody searches

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
        """Highlight these folded words where they stand in a searched column, from the next paint on."""
        if words != self._highlighted:
            self._highlighted = words
            self._known.clear()
