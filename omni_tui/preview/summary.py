"""Summarize a saved file: kind, size, tables or pages, and how it was made."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omni_tui.downloads.files.manifest import MANIFEST_SUFFIX
from omni_tui.preview.errors import PreviewError
from omni_tui.preview.kinds import Kind, kind_of
from omni_tui.preview.pages.document import PageDocument
from omni_tui.preview.tables import tables_in

_MAX_MANIFEST_BYTES = 1024**2
_SIZES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table's shape. `fault` says why it can't be read to its end; empty if it can."""

    name: str
    rows: int
    columns: int
    header: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A file's facts. `sizes` are the widths and heights of the first pages: points (PDF) or pixels (PNG)."""

    path: Path
    kind: Kind
    size: int
    tables: tuple[TableFacts, ...] = ()
    pages: int | None = None
    sizes: tuple[tuple[float, float], ...] = ()
    made: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as `omni-tui show --json` prints them."""
        facts: dict[str, Any] = {"file": str(self.path), "kind": self.kind.value, "bytes": self.size}
        if self.kind.is_table:
            facts["tables"] = [
                {
                    "name": table.name or None,
                    "rows": table.rows,
                    "columns": table.columns,
                    "header": list(table.header),
                    **({"problem": table.fault} if table.fault else {}),
                }
                for table in self.tables
            ]
        else:
            facts["pages"] = self.pages
            facts["sizes"] = [list(size) for size in self.sizes]
        facts["made"] = self.made or None
        return facts


def summary_of(path: Path) -> Summary:
    """Return a file's facts. Reads tables to their end. Blocks; raises PreviewError."""
    kind = kind_of(path)
    size = path.stat().st_size
    made = manifest_of(path)
    if kind.is_table:
        facts = []
        for table in tables_in(path):
            try:
                grid = table.grid()
            except PreviewError as error:
                facts.append(TableFacts(table.name, 0, 0, (), error.message))
                continue
            grid.build_index()
            progress, header = grid.progress, tuple(grid.header())
            facts.append(TableFacts(table.name, progress.rows, len(header), header, progress.fault))
            grid.close()
        return Summary(path, kind, size, tuple(facts), made=made)
    with closing(PageDocument(path)) as document:
        pages = document.pages
        return Summary(path, kind, size, pages=pages, sizes=tuple(document.sizes[:_SIZES_SHOWN]), made=made)


def manifest_of(path: Path) -> dict[str, Any]:
    """Return the content of the file's manifest, or an empty dict."""
    try:
        with path.with_name(path.name + MANIFEST_SUFFIX).open("rb") as file:
            found = json.loads(file.read(_MAX_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and found.get("file") == path.name else {}
