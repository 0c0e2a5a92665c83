"""Shows a table of any length: a thread reads only the rows around the visible ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.grids.cell_width import cell_width
from omni_tui.preview.grids.grid import Grid
from omni_tui.preview.grids.memory_rows import MemoryRows
from omni_tui.preview.grids.sorting import SortedGrid
from omni_tui.preview.grids.table_layout import (
    GAP,
    SAMPLE_ROWS,
    Column,
    fitted,
    shown,
)
from omni_tui.tui.common.work import start_work
from omni_tui.tui.preview.content import FileContent
from omni_tui.tui.preview.visible_columns import VisibleColumns

# How many screens of rows are read before and after the visible ones.
_SCREENS_BEFORE, _SCREENS = 2, 6
_LAST_ROW = 1 << 62

RowSource: TypeAlias = Grid | SortedGrid | MemoryRows


class TableView(FileContent, can_focus=True):
    """Rows and columns with a cursor. Rows and columns count from 0, without the header."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "preview--header",
        "preview--frozen",
        "preview--cursor",
        "preview--cell",
        "preview--match",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown,space", "page(1)", "page down", show=False),
        Binding("home,g", "first", "first row", show=False),
        Binding("end,G", "last", "last row", show=False),
        Binding("left", "column(-1)", "column left", show=False),
        Binding("right", "column(1)", "column right", show=False),
        Binding("shift+left,0", "column(-10000000)", "first column", show=False),
        Binding("shift+right,dollar_sign", "column(10000000)", "last column", show=False),
        Binding("enter", "choose", "whole cell", key_display="enter", tooltip="Show the whole cell"),
        Binding("enter", "choose_table", "open", key_display="enter", tooltip="Show this table"),
        Binding("f", "freeze", "freeze", tooltip="Freeze or unfreeze the columns up to this one"),
        Binding("s", "sort", "sort", tooltip="Sort by this column: ascending, descending, file order"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.source: RowSource | None = None
        self.is_list = False
        """Whether the rows are the tables of a file."""
        self.row = 0
        self.needle = ""
        self.sorted_by: tuple[int, bool] | None = None
        """The column that the rows are sorted by, and whether down; None as in the file."""
        self._columns = VisibleColumns()
        self._top = 0
        self._window: list[list[str]] = []
        self._window_start = 0
        self._is_reading = False

    # what the screen calls

    def show(
        self, source: RowSource, header: list[str], rows: list[list[str]], *, stays: bool = False
    ) -> None:
        """Show a table whose first rows are known. `stays`: keep the columns and the cursor."""
        self.source = source
        self._window, self._window_start = rows, 0
        self._top = self.row = 0
        if not stays:
            self._columns = VisibleColumns(header, rows[:SAMPLE_ROWS], self.size.width)
            self.sorted_by = None
        else:
            self._columns.widen(rows)
        self._show_change()

    def set_header(self, header: list[str]) -> None:
        """Set the names of the columns, including those that were found later."""
        if self._columns.set_header(header):
            self._show_change()

    @property
    def column(self) -> int:
        """The cursor's column."""
        return self._columns.current

    @property
    def columns(self) -> int:
        """The number of columns."""
        return self._columns.total

    @property
    def known_rows(self) -> int:
        """The number of rows known so far."""
        counted = self.source.progress.rows if self.source is not None else 0
        return max(counted, self._window_start + len(self._window))

    def name_of(self, column: int) -> str:
        """Return a column's name."""
        return self._columns.name_of(column)

    def go_to(self, row: int, column: int | None = None) -> None:
        """Move the cursor, after reading the rows around it if necessary."""
        if self.source is None:
            return
        last = self.known_rows - 1
        self.row = max(0, min(row, last))
        if column is not None:
            self._columns.go_to(column)
        self._show_row()

    # keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter opens a listed table, else shows the whole cell; a list can't be sorted or frozen."""
        if action in ("choose", "choose_table"):
            return self.is_list is (action == "choose_table")
        return not (self.is_list and action in ("freeze", "sort"))

    def action_move(self, by: int) -> None:
        """Move by rows."""
        self.go_to(self.row + by)

    def action_page(self, by: int) -> None:
        """Move by screens."""
        self.go_to(self.row + by * max(1, self._height - 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.go_to(0)

    def action_last(self) -> None:
        """Go to the last row, once all rows are counted."""
        start_work(self, "end", self._go_to_end)

    async def _go_to_end(self) -> None:
        source = self.source
        if source is None:
            return
        await run_in_daemon_thread(partial(source.wait_for_row, _LAST_ROW))
        if source is self.source:
            self.go_to(source.progress.rows - 1)

    def action_column(self, by: int) -> None:
        """Move by columns."""
        self._columns.go_to(self.column + by)
        self._show_change()

    def action_freeze(self) -> None:
        """Freeze the columns up to the cursor's, or unfreeze them."""
        self._columns.toggle_freeze()
        self._show_change()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked cell."""
        if event.y >= 1:
            column = next(
                (index for index, x, width in self._columns.places() if x <= event.x < x + width + 1), None
            )
            self.go_to(self._top + event.y - 1, column)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down by a few rows."""
        self.action_move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up by a few rows."""
        self.action_move(-3)

    def on_resize(self) -> None:
        """Show the rows that fit the new size."""
        self._columns.width = self.size.width
        self._columns.go_to(self.column)
        self._show_row()

    # rows

    @property
    def _height(self) -> int:
        return max(1, self.size.height - 1)

    def _show_row(self) -> None:
        """Scroll to the cursor's row, once its rows are loaded."""
        top = min(self._top, self.row)
        top = max(top, self.row - self._height + 1, 0)
        last = min(self.known_rows, top + self._height)
        if self._has(top, last) or self._window_start == top:  # huge rows may be read only in part
            self._top = top
            self._show_change()
            margin = self._height
            if self._has(max(0, top - margin), min(self.known_rows, last + margin)):
                return
        if not self._is_reading and self.source is not None:
            self._is_reading = True
            start_work(self, "rows", partial(self._load_rows, self.source, top))

    def _has(self, first: int, last: int) -> bool:
        return self._window_start <= first and last <= self._window_start + len(self._window)

    async def _load_rows(self, source: RowSource, top: int) -> None:
        begin = max(0, top - _SCREENS_BEFORE * self._height)
        count = max(SAMPLE_ROWS, _SCREENS * self._height)
        try:
            rows = await run_in_daemon_thread(partial(source.rows, begin, count))
            if begin < top and begin + len(rows) < min(top + self._height, self.known_rows):
                begin = top
                rows = await run_in_daemon_thread(partial(source.rows, begin, self._height))
        except Stopped:
            return
        except PreviewError as error:
            self.stage.show_message(error.message)
            return
        finally:
            self._is_reading = False
        if source is not self.source:
            return
        self._columns.widen(rows)
        is_same = (begin, rows) == (self._window_start, self._window)
        self._window, self._window_start = rows, begin
        if not is_same:
            self._show_row()

    def row_at(self, row: int) -> list[str] | None:
        """Return the cells of a row, or None if it isn't loaded."""
        index = row - self._window_start
        return self._window[index] if 0 <= index < len(self._window) else None

    # painting

    def _show_change(self) -> None:
        self.refresh()
        self.show_facts()

    def _row_styles(self) -> dict[str, Style]:
        names = ("header", "frozen", "cursor", "cell", "match")
        return {name: self.get_component_rich_style(f"preview--{name}", partial=True) for name in names}

    def render_line(self, y: int) -> Strip:
        """Return the header, or one row."""
        ground = self.rich_style
        styles = self._row_styles()
        if y == 0:
            return self._line_of(self._header_cell, styles["header"], styles, is_cursor=False)
        row = self._top + y - 1
        cells = self.row_at(row)
        if cells is None:
            return Strip.blank(self.size.width, ground)
        is_cursor = row == self.row

        def cell(index: int, column: Column) -> str:
            return fitted(cells[index] if index < len(cells) else "", column)

        needle = self.needle
        style = styles["cursor"] if is_cursor else ground
        return self._line_of(cell, style, styles, is_cursor=is_cursor, cells=cells if needle else None)

    def _header_cell(self, index: int, column: Column) -> str:
        name = self.name_of(index)
        if self.sorted_by is not None and self.sorted_by[0] == index:
            mark = "↓" if self.sorted_by[1] else "↑"
            width = max(0, column.width - 2)
            name = f"{mark} {fitted(name, Column('', min(width, cell_width(shown(name))), False))}"
        return fitted(name, column)

    def _line_of(
        self,
        text_of: Callable[[int, Column], str],
        style: Style,
        styles: dict[str, Style],
        *,
        is_cursor: bool,
        cells: list[str] | None = None,
    ) -> Strip:
        segments: list[Segment] = []
        shown = self._columns
        for index, x, width in shown.places():
            layout = shown.layout_of(index)
            column = layout if width == layout.width else Column(layout.name, width, layout.is_number)
            used = style
            if cells is not None and index < len(cells) and self._matches(cells[index]):
                used = style + styles["match"]
            if is_cursor and index == self.column:
                used = style + styles["cell"]
            if x:
                is_edge = shown.frozen > 0 and index == max(shown.left, shown.frozen)
                segments.append(
                    Segment("│ " if is_edge else GAP, style + styles["frozen"] if is_edge else style)
                )
            segments.append(Segment(text_of(index, column), used))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _matches(self, cell: str) -> bool:
        is_exact = self.needle != self.needle.lower()
        return self.needle in (cell if is_exact else cell.lower())
