"""Render CSV, a ZIP of one CSV per tile, and JSON."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator

from omni_tui.demo.data.formatting import formatted, raw
from omni_tui.demo.data.tile_table import Table
from omni_tui.demo.files.exported_content import chosen_tiles, filled_tiles, row_limit
from omni_tui.demo.files.huge_export import EndlessExport
from omni_tui.demo.files.models import RenderedFile, RenderTask, whole_file
from omni_tui.demo.files.naming import file_name, member_names
from omni_tui.demo.sample_data.models import Special

CSV_TYPE = "text/csv; charset=utf-8"
ZIP_TYPE = "application/zip"
JSON_TYPE = "application/json"


def render_csv(task: RenderTask) -> RenderedFile:
    """Render one tile as CSV, or a ZIP of one CSV per tile."""
    is_one_tile = "queryIdentifierMapKey" in task.body
    name = _name(task, "csv" if is_one_tile else "zip")
    if task.dashboard.special is Special.HUGE:
        export = _endless(task)
        if is_one_tile:
            return RenderedFile(name, CSV_TYPE, export.csv_length(), export.csv_chunks)
        [member] = member_names(tile.name for tile in chosen_tiles(task))
        return RenderedFile(name, ZIP_TYPE, None, lambda: export.zip_chunks(f"{member}.csv"))
    tables = list(_tables(task))
    if is_one_tile:
        [(_, table)] = tables
        return whole_file(name, CSV_TYPE, _csv(table, has_format=task.is_on("enableFormatting")))
    return whole_file(name, ZIP_TYPE, _zipped(task, tables), length_known=False)


def render_json(task: RenderTask) -> RenderedFile:
    """Render one tile as an array of objects, keyed by the fields' names."""
    name = _name(task, "json")
    if task.dashboard.special is Special.HUGE:
        return RenderedFile(name, JSON_TYPE, None, _endless(task).json_chunks)
    [(_, table)] = _tables(task)
    names = [field.name for field in table.fields]
    rows = _written_rows(table, has_format=task.is_on("enableFormatting"))
    content = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)
    return whole_file(name, JSON_TYPE, content.encode())


def _name(task: RenderTask, extension: str) -> str:
    return file_name(task.dashboard, task.body.get("filename"), extension)


def _endless(task: RenderTask) -> EndlessExport:
    [tile] = chosen_tiles(task)
    limit = row_limit(task, tile)
    rows = task.huge_rows if limit is None else min(limit, task.huge_rows)
    return EndlessExport(rows, task.is_on("hideHiddenFields"))


def _tables(task: RenderTask) -> Iterator[tuple[str, Table]]:
    """Yield the name and the limited rows of each tile."""
    for filled in filled_tiles(task):
        table = filled.table.first(row_limit(task, filled.tile))
        hides_hidden = task.is_on("hideHiddenFields")
        yield filled.tile.name, table.without_hidden() if hides_hidden else table


def _written_rows(table: Table, *, has_format: bool) -> Iterable[list[str | int | float | bool | None]]:
    if not has_format:
        return ([raw(value) for value in row] for row in table.rows)
    kinds = [field.kind for field in table.fields]
    return ([formatted(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows)


def _csv(table: Table, *, has_format: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(field.label for field in table.fields)
    for row in _written_rows(table, has_format=has_format):
        writer.writerow(str(value).lower() if isinstance(value, bool) else value for value in row)
    return text.getvalue().encode()


def _zipped(task: RenderTask, tables: list[tuple[str, Table]]) -> bytes:
    content = io.BytesIO()
    names = member_names(name for name, _ in tables)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (_, table) in zip(names, tables, strict=True):
            archive.writestr(f"{name}.csv", _csv(table, has_format=task.is_on("enableFormatting")))
    return content.getvalue()
