"""Submits a form's exports and follows their jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from omni_tui.downloads.engine import Engine
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Job, Order
from omni_tui.options.rules import file_extension, query
from omni_tui.options.spec import ExportRequest
from omni_tui.tui.export_form.draft.draft import Draft, Export
from omni_tui.tui.export_form.draft.rejections import Rejection
from omni_tui.tui.form_title import name_of


class FormJobs:
    """The jobs of the last export, and the running and failed ones of earlier exports.

    `changed` is called with a job when its state or failure changes.
    """

    def __init__(self, draft: Draft, changed: Callable[[Job], object]) -> None:
        self._draft = draft
        self._changed = changed
        self._unsubscribe: Callable[[], None] = lambda: None
        self._jobs: dict[str, Job] = {}
        self._requests: dict[str, ExportRequest] = {}
        """The form's requests by job ID. Unlike a job's own request, these hold the name template."""
        self._last: list[str] = []

    def forget_ended(self) -> None:
        """Forget the jobs that have ended, before another export: what was rejected may work now."""
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if not job.state.is_final}
        self._last = []

    def subscribe(self, engine: Engine) -> None:
        """Follow this engine's jobs from now on, and forget those of the previous engine."""
        self.unsubscribe()
        self._jobs, self._last = {}, []
        self._unsubscribe = engine.subscribe(self._update_job)

    def unsubscribe(self) -> None:
        """Stop following jobs."""
        self._unsubscribe()

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
        return [self._order(export, folder, has_manifest) for export in self._draft.exports]

    def _order(self, export: Export, folder: Path, has_manifest: bool) -> Order:
        request = self._draft.request_to_send(export)
        run_as = self._draft.run_as if query(request) else ""
        value = export.fan_out_value
        return Order(
            request,
            name_of(export.document),
            folder,
            has_manifest=has_manifest,
            run_as=run_as,
            value=value,
        )

    def _update_job(self, job: Job) -> None:
        before = self._jobs.get(job.id)
        if before is not None:
            self._jobs[job.id] = job
            if (before.state, before.failure) != (job.state, job.failure):
                self._changed(job)

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
