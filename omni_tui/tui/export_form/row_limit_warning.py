"""Warns in the form if the last export was cut off by a row limit and the next one would be, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omni_tui.downloads.job.models import Job
from omni_tui.downloads.job.truncation import (
    OVERRIDE,
    TILE,
    CutOff,
    cut_off_text,
    is_data,
    is_still_limited,
    more_rows,
)
from omni_tui.options.spec import ExportRequest, Problem, Severity
from omni_tui.options.table import BY_NAME
from omni_tui.tui.export_form.draft.draft import Draft


@dataclass(frozen=True, slots=True)
class _Content:
    """What was exported: a whole dashboard, or the tile with this key."""

    dashboard_id: str
    tile_key: object = None


class RowLimitWarning:
    """Remembers which tables of the form's dashboards were cut off in their last export."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._cut_off: dict[_Content, tuple[CutOff, ...]] = {}

    def record(self, jobs: Iterable[Job]) -> None:
        """Record the results of jobs, oldest first."""
        ids = {document.identifier for document in self._draft.documents}
        for job in jobs:
            request = job.order.request
            if request.dashboard_id in ids and job.rows is not None and not job.order.has_unknown_options:
                self._cut_off[_content_of(request)] = job.cut_off

    @property
    def problems(self) -> list[Problem]:
        """At most one warning; its fix is to override the row limit."""
        draft = self._draft
        if not self._cut_off or not is_data(draft.format):
            return []
        for document in draft.documents:
            request = draft.request(document)
            cut_off = self._cut_off.get(_content_of(request), ())
            if cut_off and is_still_limited(request, cut_off):
                about = f"{document.name}: " if draft.is_for_several else "Last export: "
                is_out_of_reach = draft.is_for_several and draft.format in BY_NAME[OVERRIDE].needs_tile_for
                fix = None if is_out_of_reach else more_rows(request, cut_off)
                message = f"{about}{cut_off_text(cut_off)}."
                return [Problem(OVERRIDE, Severity.WARNING, message, fix)]
        return []


def _content_of(request: ExportRequest) -> _Content:
    return _Content(request.dashboard_id, request.values.get(TILE))
