"""The durations of earlier renderings, read from the journal when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from omni_tui.downloads.polling.render_stats import MemoryHistory, RenderKind, Span
from omni_tui.options.spec import Format


class JournalHistory:
    """A `render_stats.History` of all programs, kept in the journal."""

    def __init__(
        self, database: sqlite3.Connection, place: str, keep: Callable[[RenderKind, Span], None]
    ) -> None:
        self._keep = keep
        self._known = MemoryHistory()
        find = (
            "SELECT dashboard_id, format, over_seconds, within_seconds FROM spans WHERE place = ?"
            " ORDER BY number"
        )
        for dashboard_id, fmt, over, within in database.execute(find, (place,)):
            if fmt in _FORMATS:
                self._known.add(RenderKind(dashboard_id, Format(fmt)), Span(over, within))

    def add(self, kind: RenderKind, span: Span) -> None:
        """Add a span. If it can't be saved, it is kept in memory."""
        self._known.add(kind, span)
        self._keep(kind, span)

    def of_kind(self, kind: RenderKind) -> Sequence[Span]:
        """Return the spans of this dashboard and format, the newest last."""
        return self._known.of_kind(kind)

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Return the spans of all dashboards in this format, the newest last."""
        return self._known.of_format(fmt)


_FORMATS = frozenset(fmt.value for fmt in Format)
