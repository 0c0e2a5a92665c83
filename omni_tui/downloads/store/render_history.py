"""The durations of earlier renderings, read from the journal when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from omni_tui.downloads.polling.render_stats import History, RenderKind, Span
from omni_tui.options.spec import Format

_FORMATS = frozenset(fmt.value for fmt in Format)


class JournalHistory(History):
    """The history of all programs. `keep` saves a new span; if that fails, it is in memory only."""

    def __init__(
        self, database: sqlite3.Connection, place: str, keep: Callable[[RenderKind, Span], None]
    ) -> None:
        super().__init__()
        self._keep = keep
        find = (
            "SELECT dashboard_id, format, over_seconds, within_seconds FROM spans WHERE place = ?"
            " ORDER BY number"
        )
        for dashboard_id, fmt, over, within in database.execute(find, (place,)):
            if fmt in _FORMATS:
                super().add(RenderKind(dashboard_id, Format(fmt)), Span(over, within))

    def add(self, kind: RenderKind, span: Span) -> None:
        """Add a span and save it."""
        super().add(kind, span)
        self._keep(kind, span)
