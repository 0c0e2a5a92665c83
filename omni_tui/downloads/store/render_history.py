"""How long renders took, over all programs: read from the journal at its start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from omni_tui.downloads.polling.render_stats import MemoryHistory, RenderKind, Span
from omni_tui.options.spec import Format


class JournalHistory:
    """How long renders took, over all programs: what `render_times.History` asks for, kept in the journal."""

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
        """Keep one more. If the disk refuses it, for this time only."""
        self._known.add(kind, span)
        self._keep(kind, span)

    def of_kind(self, kind: RenderKind) -> Sequence[Span]:
        """Those of this dashboard and format, the newest last."""
        return self._known.of_kind(kind)

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Those of all dashboards in this format, the newest last."""
        return self._known.of_format(fmt)


_FORMATS = frozenset(fmt.value for fmt in Format)
