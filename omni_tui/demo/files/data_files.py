"""Render CSV, a ZIP of one CSV per tile, and JSON."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator

from omni_tui.demo.data.tables import Table
from omni_tui.demo.data.words import formatted, raw
from omni_tui.demo.files.content import chosen_tiles, filled_tiles, frame_for, row_limit
from omni_tui.demo.files.endless import EndlessExport
from omni_tui.demo.files.models import Assignment, RenderedFile, whole_file
from omni_tui.demo.files.naming import file_name, member_names
from omni_tui.demo.fleet.models import Special

CSV_TYPE = "text/csv; charset=utf-8"
ZIP_TYPE = "application/zip"
JSON_TYPE = "application/json"


def render_csv(assignment: Assignment) -> RenderedFile:
    """Render one tile as CSV, or a ZIP of one CSV per tile."""
    is_one_tile = "queryIdentifierMapKey" in assignment.body
    name = _name(assignment, "csv" if is_one_tile else "zip")
    if assignment.dashboard.special is Special.HUGE:
        export = _endless(assignment)
        if is_one_tile:
            return RenderedFile(name, CSV_TYPE, export.csv_length(), export.csv_pieces)
        [member] = member_names(tile.name for tile in chosen_tiles(assignment))
        return RenderedFile(name, ZIP_TYPE, None, lambda: export.zip_pieces(f"{member}.csv"))
    tables = list(_tables(assignment))
    if is_one_tile:
        [(_, table)] = tables
        return whole_file(name, CSV_TYPE, _csv(table, has_format=assignment.says("enableFormatting")))
    return whole_file(name, ZIP_TYPE, _zipped(assignment, tables), length_known=False)


def render_json(assignment: Assignment) -> RenderedFile:
    """Render one tile as an array of objects, keyed by the fields' names."""
    name = _name(assignment, "json")
    if assignment.dashboard.special is Special.HUGE:
        return RenderedFile(name, JSON_TYPE, None, _endless(assignment).json_pieces)
    [(_, table)] = _tables(assignment)
    names = [field.name for field in table.fields]
    rows = _written_rows(table, has_format=assignment.says("enableFormatting"))
    content = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)
    return whole_file(name, JSON_TYPE, content.encode())


def _name(assignment: Assignment, extension: str) -> str:
    return file_name(assignment.dashboard, assignment.body.get("filename"), extension)


def _endless(assignment: Assignment) -> EndlessExport:
    [tile] = chosen_tiles(assignment)
    limit = row_limit(assignment, tile)
    rows = assignment.huge_rows if limit is None else min(limit, assignment.huge_rows)
    return EndlessExport(rows, assignment.says("enableFormatting"), assignment.says("hideHiddenFields"))


def _tables(assignment: Assignment) -> Iterator[tuple[str, Table]]:
    """Yield the name and the limited rows of each tile."""
    for filled in filled_tiles(assignment, frame_for(assignment)):
        table = filled.table.first(row_limit(assignment, filled.tile))
        hides_hidden = assignment.says("hideHiddenFields")
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


def _zipped(assignment: Assignment, tables: list[tuple[str, Table]]) -> bytes:
    content = io.BytesIO()
    names = member_names(name for name, _ in tables)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (_, table) in zip(names, tables, strict=True):
            archive.writestr(f"{name}.csv", _csv(table, has_format=assignment.says("enableFormatting")))
    return content.getvalue()
