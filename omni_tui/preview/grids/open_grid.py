"""Open a table of `tables_in` with rows at any position, for the preview."""

from __future__ import annotations

from functools import partial

from omni_tui.preview.grids.csv_grid import CsvGrid
from omni_tui.preview.grids.grid import Grid
from omni_tui.preview.grids.json_grid import JsonGrid
from omni_tui.preview.readers.sheets import opened_sheet
from omni_tui.preview.readers.spooled import SpooledSource
from omni_tui.preview.readers.text_format import TextFormat
from omni_tui.preview.tables import CsvTable, JsonTable, SheetTable, Table


def grid_of(table: Table) -> Grid:
    """Return a table's grid, not yet indexed. Blocks; raises PreviewError."""
    if isinstance(table, CsvTable):
        return CsvGrid(table.source)
    if isinstance(table, JsonTable):
        return JsonGrid(table.source)
    assert isinstance(table, SheetTable)
    source = SpooledSource(table.name, partial(opened_sheet, table.path, table.number))
    return CsvGrid(source, TextFormat())
