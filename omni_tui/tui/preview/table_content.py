"""Shows a file's tables in the preview: the only one, or a list of them first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.errors import PreviewError, Stopped, UnknownKind
from omni_tui.preview.grids.grid import Grid
from omni_tui.preview.grids.memory_rows import MemoryRows
from omni_tui.preview.grids.sorting import SortedGrid
from omni_tui.preview.grids.table_layout import SAMPLE_ROWS, shown
from omni_tui.preview.readers.json_records import NotAList
from omni_tui.preview.tables import Table, tables_in
from omni_tui.tui.common.work import Work, start_work
from omni_tui.tui.preview.cell_screen import CellScreen
from omni_tui.tui.preview.content import FileContent, PreviewFrame
from omni_tui.tui.preview.facts import rows_words, size_of
from omni_tui.tui.preview.table_view import RowSource, TableView


class _View(TableView):
    """A table view that passes its messages to the content."""

    def __init__(self, content: TableContent) -> None:
        super().__init__()
        self._content = content

    @on(TableView.Moved)
    def _moved(self, event: TableView.Moved) -> None:
        event.stop()
        self._content.show_facts()

    @on(TableView.Chosen)
    def _chosen(self, event: TableView.Chosen) -> None:
        event.stop()
        self._content.choose(event.column, event.cell)

    @on(TableView.SortRequested)
    def _sort(self, event: TableView.SortRequested) -> None:
        event.stop()
        start_work(self, "sort", partial(self._content.sort, event.column))

    @on(TableView.Trouble)
    def _trouble(self, event: TableView.Trouble) -> None:
        event.stop()
        self._content.stage.show_message(event.words)


class TableContent(FileContent):
    """The tables of a CSV, XLSX, ZIP or JSON file. `otherwise` shows JSON that isn't a table."""

    def __init__(
        self, stage: PreviewFrame, path: Path, otherwise: Callable[[], FileContent] | None = None
    ) -> None:
        self.stage = stage
        self._path = path
        self._otherwise = otherwise
        self._tables: list[Table] = []
        self._number: int | None = None  # index of the open table; None for the list
        self._grid: Grid | None = None
        self._order: tuple[int, bool] | None = None  # the last one requested, as the view's `sorted_by`
        self._view = _View(self)
        self._is_closed = False
        self._search = 0  # number of the latest search; older ones stop

    @property
    def widget(self) -> Widget:
        """The table."""
        return self._view

    async def open(self) -> None:
        """Open the only table, or list all of them."""
        self._tables = await run_in_daemon_thread(lambda: tables_in(self._path))
        if not self._tables:
            raise UnknownKind(f"{self._path.name} has no tables.")
        self.parts = len(self._tables)
        self._view.add_class("-shown")
        self._view.focus()
        if len(self._tables) == 1:
            try:
                await self._open_table(0)
            except NotAList:
                if self._otherwise is None:
                    raise
                await self._show_otherwise(self._otherwise())
        else:
            self._list_tables()
        self.is_open = True

    async def _show_otherwise(self, content: FileContent) -> None:
        use: Callable[[FileContent], object] | None = getattr(self.stage, "use", None)
        if use is not None:
            use(content)
            await content.open()

    def _list_tables(self) -> None:
        self._number = None
        rows = [[table.name or self._path.name, table.kind.value.upper()] for table in self._tables]
        source = MemoryRows(["Table", "Kind"], rows)
        self._view.needle = ""
        self._view.is_list = True
        self._view.show(source, source.header(), source.rows(0, len(rows)))

    async def _open_table(self, number: int) -> None:
        table = self._tables[number]

        def read() -> tuple[Grid, list[str], list[list[str]]]:
            grid = table.grid()
            if grid.needs_index:
                threading.Thread(target=partial(self._build_index, grid), daemon=True).start()
            return grid, grid.header(), grid.rows(0, SAMPLE_ROWS)

        grid, header, rows = await run_in_daemon_thread(read)
        if self._is_closed:
            grid.close()
            return
        self._close_grid()
        self._grid, self._number = grid, number
        self._view.is_list = False
        self._view.show(grid, header, rows)
        if not grid.needs_index:
            threading.Thread(target=partial(self._build_index, grid), daemon=True).start()

    def _build_index(self, grid: Grid) -> None:
        app = self._view.app

        def on_progress() -> None:
            app.call_later(self._index_grew, grid)

        grid.build_index(on_progress)

    def _index_grew(self, grid: Grid) -> None:
        if grid is self._grid and self._view.is_attached:
            self._view.set_header(grid.header())
            self.show_facts()

    def show_facts(self) -> None:
        """Show the table, its size and the current row in the frame."""
        view = self._view
        if view.source is None:
            return
        name, size = self._path.name, size_of(self._path)
        if self._number is None:
            self.stage.show_facts(name, f"{len(self._tables):,} tables · {size} · enter open")
            return
        if len(self._tables) > 1:
            table = self._tables[self._number].name
            name = f"{name} · {shown(table)} ({self._number + 1} of {len(self._tables)})"
        progress = view.source.progress
        parts = [rows_words(progress.rows, view.columns, is_complete=progress.is_complete), size]
        if progress.is_complete and not progress.rows and not progress.fault:
            parts.insert(0, "no rows: check the filters")
        if progress.fault:
            parts.insert(0, f"! {progress.fault}")
        if progress.rows:
            parts.insert(0, f"row {view.row + 1:,}")
        self.stage.show_facts(name, " · ".join(parts))

    # what keys do

    def choose(self, column: int, cell: str) -> None:
        """Open the listed table, or show a cell in full."""
        view = self._view
        if self._number is None:
            start_work(view, "table", partial(self._guarded, partial(self._open_table, view.row)))
        else:
            view.app.push_screen(CellScreen(shown(view.name_of(column)), view.row, cell))

    async def _guarded(self, work: Work) -> None:
        try:
            await work()
        except Stopped:
            return
        except PreviewError as error:
            self.stage.show_message(error.message)

    async def sort(self, column: int) -> None:
        """Sort by a column: ascending, then descending, then in the file's order."""
        if self._grid is not None:
            await self._guarded(partial(self._sort, self._grid, column))

    async def _sort(self, grid: Grid, column: int) -> None:
        view = self._view
        order = None if self._order == (column, True) else (column, self._order == (column, False))
        self._order = order  # at once: the next key may come while this one's rows are sorted
        source: RowSource = grid
        if order is not None:
            self.stage.show_message("sorting …")
            make = partial(SortedGrid, grid, column, is_descending=order[1], is_wanted=self._is_wanted)
            try:
                source = await run_in_daemon_thread(make)
            except PreviewError:
                self._order = view.sorted_by
                raise
        rows = await run_in_daemon_thread(lambda: source.rows(0, SAMPLE_ROWS))
        view.sorted_by = order
        view.show(source, [], rows, stays=True)
        self.stage.show_message(f"sorted by {shown(view.name_of(column))}" if order else "in file order")

    def _is_wanted(self) -> bool:
        return not self._is_closed

    async def find(self, needle: str, by: int) -> None:
        """Find a cell with a text."""
        await self._guarded(partial(self._find, needle, by))

    async def _find(self, needle: str, by: int) -> None:
        view = self._view
        view.needle = needle
        view.refresh()
        if view.source is None or not needle:
            return
        self._search += 1
        search = self._search

        def is_wanted() -> bool:
            return search == self._search and not self._is_closed

        self.stage.show_message("searching …")
        start = view.row + by
        found = None
        if start >= 0:
            look = partial(view.source.find, needle, start, backward=by < 0, is_wanted=is_wanted)
            found = await run_in_daemon_thread(look)
        if found is None:
            where = "above" if by < 0 else "below" if start else "in the table"
            self.stage.show_message(f"“{shown(needle)}” not found {where}")
        else:
            self.stage.show_message(f"found in row {found.row + 1:,}")
            view.go_to(found.row, found.column)

    async def jump(self, number: int) -> None:
        """Go to a row, once the index has reached it."""
        source = self._view.source
        if source is not None:
            await run_in_daemon_thread(partial(source.wait_for_row, number - 1))
            self._view.go_to(number - 1)

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
        self._view.go_to(number)
        return True

    def close(self) -> None:
        """Stop the index and searches."""
        self._is_closed = True
        self._close_grid()

    def _close_grid(self) -> None:
        if self._grid is not None:
            self._grid.close()
            self._grid = self._order = None
