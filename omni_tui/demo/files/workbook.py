"""Render XLSX: a sheet per tile, with a frozen header, and number formats if requested."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import xlsxwriter

from omni_tui.demo.data.formatting import formatted, printable, raw
from omni_tui.demo.data.tile_table import Table
from omni_tui.demo.files.exported_content import chosen_tiles, filled_tiles, row_limit
from omni_tui.demo.files.huge_export import PREVIEW_ROWS
from omni_tui.demo.files.models import RenderedFile, RenderFailed, RenderTask, whole_file
from omni_tui.demo.files.naming import file_name, sheet_names
from omni_tui.demo.sample_data.data_model import Kind, Value
from omni_tui.demo.sample_data.models import Special

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBER_FORMATS = {
    Kind.MONEY: "$#,##0.00",
    Kind.WHOLE: "#,##0",
    Kind.DECIMAL: "#,##0.0",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "d mmm yyyy",
}
_WIDTH_SAMPLE = 200  # the rows that determine a column's width


def render_xlsx(task: RenderTask) -> RenderedFile:
    """Render the workbook. Raises RenderFailed for too many rows of the huge dashboard."""
    _reject_endless(task)
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": printable(task.dashboard.name)})
        header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2FB"})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()}
        filled = filled_tiles(task)
        names = sheet_names(each.tile.name for each in filled)
        for name, each in zip(names, filled, strict=True):
            table = each.table.first(row_limit(task, each.tile))
            if task.is_on("hideHiddenFields"):
                table = table.without_hidden()
            sheet = book.add_worksheet(name)
            _write_sheet(sheet, table, header, formats if task.is_on("enableFormatting") else None)
    name = file_name(task.dashboard, task.body.get("filename"), "xlsx")
    return whole_file(name, XLSX_TYPE, content.getvalue())


def _reject_endless(task: RenderTask) -> None:
    """Limit the huge dashboard to its first rows, as a workbook must be in memory."""
    if task.dashboard.special is not Special.HUGE:
        return
    limit = min((row_limit(task, tile) or task.huge_rows) for tile in chosen_tiles(task))
    if min(limit, task.huge_rows) > PREVIEW_ROWS:
        words = f"An XLSX file of {limit:,} rows is too large. Set maxRowLimit to {PREVIEW_ROWS:,} or less."
        raise RenderFailed(words)


def _write_sheet(sheet: Any, table: Table, header: Any, formats: dict[Kind, Any] | None) -> None:
    """Write a sheet. `formats` are by kind; None writes values unformatted."""
    for column, field in enumerate(table.fields):
        sheet.write_string(0, column, field.label, header)
        write = _writer(sheet, formats.get(field.kind) if formats else None, has_format=formats is not None)
        for number, row in enumerate(table.rows, start=1):
            write(number, column, row[column])
        words = [formatted(row[column], field.kind) for row in table.rows[:_WIDTH_SAMPLE]]
        sheet.set_column(column, column, 4 + max(len(word) for word in (field.label, *words)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.fields) - 1)


def _writer(sheet: Any, cell_format: Any, *, has_format: bool) -> Callable[[int, int, Value], None]:
    def write(row: int, column: int, value: Value) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, date) and has_format:
            sheet.write_datetime(row, column, value, cell_format)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, cell_format)
        elif value is not None:
            sheet.write_string(row, column, str(raw(value)))

    return write
