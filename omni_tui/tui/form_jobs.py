"""The jobs that one form started, as long as it has something to tell of them."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.downloads.models import Job
from omni_tui.options.spec import ExportRequest
from omni_tui.tui.draft import Refusal


class FormJobs:
    """Those of the last export, and of earlier ones the running and the failed."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._asked: dict[str, ExportRequest] = {}
        """What stood in the form: in a job's own request, the name is made from its template."""
        self._last: list[str] = []

    def begin(self) -> None:
        """Another export begins. What ended before is forgotten: what was refused may go well now."""
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if not job.state.is_final}
        self._last = []

    def add(self, job: Job, asked: ExportRequest) -> None:
        """A job of the export that has begun, and what stood in the form then."""
        self._jobs[job.id] = job
        self._asked[job.id] = asked
        self._last.append(job.id)

    def follow(self, job: Job) -> bool:
        """Take a job's new self over. Whether it is one of these, and has come to another state."""
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
    def refusals(self) -> list[Refusal]:
        """Why some failed, and what was asked for."""
        return [
            Refusal(self._asked[job.id], job.order.dashboard_name, job.failure)
            for job in self._jobs.values()
            if job.failure is not None
        ]
