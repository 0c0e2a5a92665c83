"""Failed exports, whose problems the form shows until the request changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from omni_tui.downloads.job.models import JobFailure
from omni_tui.options.rules import applicable
from omni_tui.options.spec import ExportRequest, Problem
from omni_tui.tui.export_form.draft.field_names import NO_FIELD


@dataclass(frozen=True, slots=True)
class Rejection:
    """An export that failed: the form's request, the dashboard's name and the failure."""

    request: ExportRequest
    dashboard_name: str
    failure: JobFailure

    def matches(self, requests: Iterable[ExportRequest]) -> bool:
        """Return whether one of `requests` would be sent exactly like the one that failed."""
        return any(_sent(request) == _sent(self.request) for request in requests)

    def problems(self, fields: Collection[str], *, names_dashboard: bool) -> list[Problem]:
        """Return the failure's problems, moved to a field that the form has; name the dashboard if asked."""
        about = f"{self.dashboard_name}: " if names_dashboard else ""
        return [
            replace(
                problem,
                message=f"{about}{problem.message}",
                field=problem.field if problem.field in fields else NO_FIELD,
            )
            for problem in self.failure.form_problems
        ]


def _sent(request: ExportRequest) -> tuple[object, ...]:
    values = [request.values.get(spec.wire_name) for spec in applicable(request.format)]
    return (request.dashboard_id, request.format, *values)
