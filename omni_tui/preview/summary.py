"""Summarize a saved file: kind, size, tables or pages, and how it was made."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from omni_tui.downloads.files.manifest import read_manifest
from omni_tui.preview.errors import PreviewError
from omni_tui.preview.kinds import kind_of
from omni_tui.preview.pages.document import PageDocument
from omni_tui.preview.tables import Table, tables_in

_SIZES_SHOWN = 100


def summary_of(path: Path) -> dict[str, Any]:
    """Return a file's facts as `omni-tui show --json` prints them. Reads tables to their end.

    `sizes` are the widths and heights of the first pages: points (PDF) or pixels (PNG). Blocks; raises
    PreviewError.
    """
    kind = kind_of(path)
    facts: dict[str, Any] = {"file": str(path), "kind": kind.value, "bytes": path.stat().st_size}
    if kind.is_table:
        facts["tables"] = list(map(_table_facts, tables_in(path)))
    else:
        with closing(PageDocument(path)) as document:
            facts["pages"] = document.pages
            facts["sizes"] = list(document.sizes[:_SIZES_SHOWN])
    return {**facts, "made": read_manifest(path) or None}


def _table_facts(table: Table) -> dict[str, Any]:
    """Return a table's shape, and why it can't be read to its end, if so."""
    rows, header, fault = 0, list[str](), ""
    try:
        with closing(table.grid()) as grid:
            grid.header()  # fails at once for a sheet that can't be converted
            grid.build_index()
            rows, header, fault = grid.progress.rows, grid.header(), grid.progress.fault
    except PreviewError as error:
        fault = error.message
    facts = {"name": table.name or None, "rows": rows, "columns": len(header), "header": header}
    return {**facts, "problem": fault} if fault else facts
