"""What one form orders, and the jobs that came of it, as long as it has something to tell of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from omni_tui.downloads.engine import Engine
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Job, Order
from omni_tui.options.rules import file_extension, query
from omni_tui.options.spec import ExportRequest
from omni_tui.tui.export_form.draft.draft import Draft, Export
from omni_tui.tui.export_form.draft.form_state import Rejection
from omni_tui.tui.form_title import name_of


class FormJobs:
    """The jobs of the last export, and of earlier ones the running and the failed.

    `changed` is called with a job of these that has come to another state.
    """

    def __init__(self, draft: Draft, changed: Callable[[Job], object]) -> None:
        self._draft = draft
        self._changed = changed
        self._unsubscribe: Callable[[], None] = lambda: None
        self._jobs: dict[str, Job] = {}
        self._requests: dict[str, ExportRequest] = {}
        """What stood in the form: in a job's own request, the name is made from its template."""
        self._last: list[str] = []

    def forget_ended(self) -> None:
        """Another export begins. What ended before is forgotten: what was refused may go well now."""
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if not job.state.is_final}
        self._last = []

    def subscribe(self, engine: Engine) -> None:
        """Hear of the jobs of this engine from now on; those of another are nobody's any more."""
        self.unsubscribe()
        self._jobs, self._last = {}, []
        self._unsubscribe = engine.subscribe(self._update_job)

    def unsubscribe(self) -> None:
        """Hear no more."""
        self._unsubscribe()

    def submit(self, engine: Engine, folder: Path, *, has_manifest: bool = False) -> None:
        """Order all that the form asks for. Raises OmniTuiError for an order that is not taken."""
        orders = self.orders(folder, has_manifest=has_manifest)
        for export, order in zip(self._draft.exports, orders, strict=True):
            job = engine.job(engine.submit(order))
            self._jobs[job.id] = job
            self._requests[job.id] = self._draft.request(*export)
            self._last.append(job.id)

    def file_names(self, folder: Path) -> list[str]:
        """The names that the files get, as they are wished."""
        orders = self.orders(folder)
        return [file_name_for(order, file_extension(order.request)) for order in orders]

    def orders(self, folder: Path, *, has_manifest: bool = False) -> list[Order]:
        """What the form asks for, one order per file."""
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
        """Why some failed, and what was asked for."""
        return [
            Rejection(self._requests[job.id], job.order.dashboard_name, job.failure)
            for job in self._jobs.values()
            if job.failure is not None
        ]
