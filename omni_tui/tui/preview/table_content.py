"""Shows a file's tables in the preview: the only one, or a list of them first."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.formatting import plain_lines
from omni_tui.preview.errors import PreviewError, Stopped, UnknownKind
from omni_tui.preview.grids.csv_grid import CsvGrid
from omni_tui.preview.grids.grid import Grid
from omni_tui.preview.grids.memory_rows import MemoryRows
from omni_tui.preview.grids.sorting import SortedGrid
from omni_tui.preview.grids.table_layout import SAMPLE_ROWS, shown
from omni_tui.preview.readers.text_format import FALLBACK_ENCODING
from omni_tui.preview.tables import Table, tables_in
from omni_tui.tui.common.screens.reader_screen import ReaderScreen
from omni_tui.tui.common.work import Work, start_work
from omni_tui.tui.preview.content import PreviewFrame
from omni_tui.tui.preview.facts import rows_words, size_of
from omni_tui.tui.preview.table_view import RowSource, TableView

# Longer cells are cut to this many characters.
_MAX_CHARACTERS = 1_000_000


class TableContent(TableView):
    """The tables of a CSV, XLSX, ZIP or JSON file."""

    def __init__(self, stage: PreviewFrame, path: Path) -> None:
        super().__init__()
        self.stage = stage
        self.path = path
        self._tables: list[Table] = []
        self._number: int | None = None  # index of the open table; None for the list
        self._grid: Grid | None = None
        self._order: tuple[int, bool] | None = None  # the last one requested, as the view's `sorted_by`
        self._is_closed = False
        self._search = 0  # number of the latest search; older ones stop

    async def open(self) -> None:
        """Open the only table, or list all of them. Raises NotAList for JSON that isn't a table."""
        self._tables = await run_in_daemon_thread(lambda: tables_in(self.path))
        if not self._tables:
            raise UnknownKind(f"{self.path.name} has no tables.")
        self.parts = len(self._tables)
        self.add_class("-shown")
        self.focus()
        if len(self._tables) == 1:
            await self._open_table(0)
        else:
            self._list_tables()
        self.is_open = True

    def _list_tables(self) -> None:
        self._number = None
        rows = [[table.name or self.path.name, table.kind.value.upper()] for table in self._tables]
        source = MemoryRows(["Table", "Kind"], rows)
        self.needle = ""
        self.is_list = True
        self.show(source, source.header(), source.rows(0, len(rows)))

    async def _open_table(self, number: int) -> None:
        table = self._tables[number]

        def read() -> tuple[Grid, list[str], list[list[str]]]:
            grid = table.grid()
            return grid, grid.header(), grid.rows(0, SAMPLE_ROWS)

        grid, header, rows = await run_in_daemon_thread(read)
        if self._is_closed:
            grid.close()
            return
        self._close_grid()
        self._grid, self._number = grid, number
        self.is_list = False
        self.show(grid, header, rows)
        threading.Thread(target=partial(self._build_index, grid), daemon=True).start()

    def _build_index(self, grid: Grid) -> None:
        app = self.app

        def on_progress() -> None:
            app.call_later(self._index_grew, grid)

        grid.build_index(on_progress)

    def _index_grew(self, grid: Grid) -> None:
        if grid is self._grid and self.is_attached:
            self.set_header(grid.header())
            self.show_facts()

    def show_facts(self) -> None:
        """Show the table, its size and the current row in the frame."""
        if self.source is None:
            return
        name, size = self.path.name, size_of(self.path)
        if self._number is None:
            self.stage.show_facts(name, f"{len(self._tables):,} tables · {size} · enter open")
            return
        if len(self._tables) > 1:
            table = self._tables[self._number].name
            name = f"{name} · {shown(table)} ({self._number + 1} of {len(self._tables)})"
        progress = self.source.progress
        parts = [rows_words(progress.rows, self.columns, is_complete=progress.is_complete), size]
        if isinstance(self._grid, CsvGrid) and self._grid.format.encoding == FALLBACK_ENCODING:
            parts.insert(1, "not UTF-8: read as Windows-1252")
        if progress.is_complete and not progress.rows and not progress.fault:
            parts.insert(0, "no rows: check the filters")
        if progress.fault:
            parts.insert(0, f"! {progress.fault}")
        if progress.rows:
            parts.insert(0, f"row {self.row + 1:,}")
        self.stage.show_facts(name, " · ".join(parts))

    # what keys do

    def action_choose_table(self) -> None:
        """Open the listed table."""
        start_work(self, "table", partial(self._guarded, partial(self._open_table, self.row)))

    def action_choose(self) -> None:
        """Show the whole cell."""
        cells = self.row_at(self.row)
        if cells is not None:
            cell = cells[self.column] if self.column < len(cells) else ""
            self.app.push_screen(CellScreen(shown(self.name_of(self.column)), self.row, cell))

    async def _guarded(self, work: Work) -> None:
        try:
            await work()
        except Stopped:
            return
        except PreviewError as error:
            self.stage.show_message(error.message)

    def action_sort(self) -> None:
        """Sort by the cursor's column: ascending, then descending, then in the file's order."""
        if self._grid is not None:
            start_work(self, "sort", partial(self._guarded, partial(self._sort, self._grid, self.column)))

    async def _sort(self, grid: Grid, column: int) -> None:
        order = None if self._order == (column, True) else (column, self._order == (column, False))
        self._order = order  # at once: the next key may come while this one's rows are sorted
        source: RowSource = grid
        if order is not None:
            self.stage.show_message("sorting …")
            make = partial(SortedGrid, grid, column, is_descending=order[1], is_wanted=self._is_wanted)
            try:
                source = await run_in_daemon_thread(make)
            except PreviewError:
                self._order = self.sorted_by
                raise
        rows = await run_in_daemon_thread(lambda: source.rows(0, SAMPLE_ROWS))
        self.sorted_by = order
        self.show(source, [], rows, stays=True)
        self.stage.show_message(f"sorted by {shown(self.name_of(column))}" if order else "in file order")

    def _is_wanted(self) -> bool:
        return not self._is_closed

    async def find(self, needle: str, by: int) -> None:
        """Find a cell with a text."""
        await self._guarded(partial(self._find, needle, by))

    async def _find(self, needle: str, by: int) -> None:
        self.needle = needle
        self.refresh()
        if self.source is None or not needle:
            return
        self._search += 1
        search = self._search

        def is_wanted() -> bool:
            return search == self._search and not self._is_closed

        self.stage.show_message("searching …")
        start = self.row + by
        found = None
        if start >= 0:
            look = partial(self.source.find, needle, start, backward=by < 0, is_wanted=is_wanted)
            found = await run_in_daemon_thread(look)
        if found is None:
            where = "above" if by < 0 else "below" if start else "in the table"
            self.stage.show_message(f"“{shown(needle)}” not found {where}")
        else:
            self.stage.show_message(f"found in row {found.row + 1:,}")
            self.go_to(found.row, found.column)

    async def jump(self, number: int) -> None:
        """Go to a row, once the index has reached it."""
        source = self.source
        if source is not None:
            await run_in_daemon_thread(partial(source.wait_for_row, number - 1))
            self.go_to(number - 1)

    async def go_to_part(self, by: int) -> None:
        """Show the next or previous table."""
        if len(self._tables) < 2:
            self.stage.show_message("the file has one table")
            return
        number = 0 if self._number is None else self._number + by
        if 0 <= number < len(self._tables):
            await self._guarded(partial(self._open_table, number))
        else:
            self.stage.show_message("this is the last table" if by > 0 else "this is the first table")

    def go_up(self) -> bool:
        """Go back to the list of tables."""
        if len(self._tables) < 2 or self._number is None:
            return False
        number = self._number
        self._close_grid()
        self._list_tables()
        self.go_to(number)
        return True

    def close(self) -> None:
        """Stop the index and searches."""
        self._is_closed = True
        self._close_grid()

    def _close_grid(self) -> None:
        if self._grid is not None:
            self._grid.close()
            self._grid = self._order = None


class CellScreen(ReaderScreen):
    """A cell's text, wrapped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_cell", "copy", tooltip="Copy this cell", id="copy-cell"),
    ]

    def __init__(self, name: str, row: int, text: str) -> None:
        super().__init__(name, note=f"row {row + 1:,} · {len(text):,} characters")
        self._text = text

    def lines(self) -> list[Content]:
        """Return the text's lines."""
        return [Content(line) for line in plain_lines(self._text[:_MAX_CHARACTERS])] or [Content("(empty)")]

    def action_copy_cell(self) -> None:
        """Copy the text."""
        self.frame.copy(self._text[:_MAX_CHARACTERS])
