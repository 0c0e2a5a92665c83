"""Submits a form's exports, follows their jobs, and warns if the next ones would be cut off again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from omni_tui.downloads.engine import Engine
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Job, Order
from omni_tui.downloads.job.truncation import (
    OVERRIDE,
    CutOff,
    cut_off_text,
    is_data,
    is_still_limited,
    more_rows,
)
from omni_tui.options.rules import file_extension, query
from omni_tui.options.spec import ExportRequest, Problem, Severity
from omni_tui.options.table import BY_NAME
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import TILE
from omni_tui.tui.export_form.draft.form_state import Rejection
from omni_tui.tui.form_title import name_of


class FormJobs:
    """The jobs of the last export, and the running and failed ones of earlier exports."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._jobs: dict[str, Job] = {}
        self._requests: dict[str, ExportRequest] = {}
        """The form's requests by job ID. Unlike a job's own request, these hold the name template."""
        self._last: list[str] = []

    def forget_ended(self) -> None:
        """Forget the jobs that have ended, before another export: what was rejected may work now."""
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if not job.state.is_final}
        self._last = []

    def forget_all(self) -> None:
        """Forget all jobs, because another engine runs the next ones."""
        self._jobs, self._last = {}, []

    def submit(self, engine: Engine, folder: Path, *, has_manifest: bool = False) -> None:
        """Submit the form's exports. Raises OmniTuiError if the engine rejects one."""
        orders = self.orders(folder, has_manifest=has_manifest)
        for export, order in zip(self._draft.exports, orders, strict=True):
            job = engine.job(engine.submit(order))
            self._jobs[job.id] = job
            self._requests[job.id] = self._draft.request(*export)
            self._last.append(job.id)

    def file_names(self, folder: Path) -> list[str]:
        """Return the requested file names; names that exist already aren't numbered yet."""
        orders = self.orders(folder)
        return [file_name_for(order, file_extension(order.request)) for order in orders]

    def orders(self, folder: Path, *, has_manifest: bool = False) -> list[Order]:
        """Return the form's exports, one order per file."""
        orders = []
        for export in self._draft.exports:
            request = self._draft.request_to_send(export)
            order = Order(
                request,
                name_of(export.document),
                folder,
                has_manifest=has_manifest,
                run_as=self._draft.run_as if query(request) else "",
                value=export.fan_out_value,
            )
            orders.append(order)
        return orders

    def update(self, job: Job) -> bool:
        """Update a job if it is one of these; return whether its state or failure changed."""
        before = self._jobs.get(job.id)
        if before is None:
            return False
        self._jobs[job.id] = job
        return (before.state, before.failure) != (job.state, job.failure)

    @property
    def last_export(self) -> Sequence[Job]:
        """The jobs of the last export."""
        return [self._jobs[job_id] for job_id in self._last]

    @property
    def rejections(self) -> list[Rejection]:
        """The failed jobs, with the form's requests."""
        return [
            Rejection(self._requests[job.id], job.order.dashboard_name, job.failure)
            for job in self._jobs.values()
            if job.failure is not None
        ]


class RowLimitWarning:
    """Remembers which tables of the form's dashboards were cut off in their last export."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._cut_off: dict[tuple[str, object], tuple[CutOff, ...]] = {}
        """What was cut off, by dashboard ID and tile key."""

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


def _content_of(request: ExportRequest) -> tuple[str, object]:
    return (request.dashboard_id, request.values.get(TILE.wire_name))
