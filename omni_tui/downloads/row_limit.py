"""Whether a data file may lack rows: one that holds exactly as many as it may looks complete."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.downloads.rows import Table
from omni_tui.options import rules
from omni_tui.options.spec import ExportRequest

_LIMIT = "maxRowLimit"


def row_limit(request: ExportRequest) -> int | None:
    """The most rows that a table may have; None where that is not known: the server's own is not told."""
    limit = rules.payload(request).get(_LIMIT)
    return limit if isinstance(limit, int) and not isinstance(limit, bool) else None


def cut_off_at(request: ExportRequest, tables: Iterable[Table]) -> int | None:
    """The limit in rows, when one of the tables has exactly as many."""
    limit = row_limit(request)
    return limit if limit is not None and any(table.rows == limit for table in tables) else None


def cut_off_words(limit: int | None) -> str:
    """What to say of a file that has that many rows; empty for None."""
    if limit is None:
        return ""
    return f"may be cut off at {limit:,} row{'' if limit == 1 else 's'}"
