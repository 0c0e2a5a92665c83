"""Download jobs: each is rendered in a thread, and isn't ready before a minimum time.

A job's state isn't stored: it is derived from the clock and the rendering.
"""

from __future__ import annotations

import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from omni_tui.demo.files.models import RenderedFile, RenderFailed, RenderTask
from omni_tui.demo.sample_data.models import Dashboard, Special
from omni_tui.demo.settings import DemoSettings

MIN_SECONDS, MAX_SECONDS = 1.0, 6.0
SLOW_SECONDS = 30.0
MAX_JOBS = 500  # stored; the oldest are deleted, like files on a real server


class JobState(Enum):
    """The state of a job; the value is used in its status."""

    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Job:
    """A download that was started. `ready_at` is on the monotonic clock, `created_at` in UTC."""

    identifier: str
    dashboard_id: str
    runs_as: str
    format: str
    created_at: datetime
    ready_at: float
    rendering: Future[RenderedFile]

    def failure(self) -> str | None:
        """Return why a finished job failed; None if it didn't."""
        if self.rendering.cancelled():
            return "Job was cancelled."
        error = self.rendering.exception()
        if error is None:
            return None
        # Report unexpected errors, too, by kind: a job must not hang.
        return str(error) if isinstance(error, RenderFailed) else f"Job failed to render: {error!r}"


class Jobs:
    """All jobs of a server; `now` is monotonic, in seconds."""

    def __init__(self, settings: DemoSettings, now: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._now = now
        self._jobs: dict[str, Job] = {}
        # One thread: the drawing libraries aren't thread-safe, and the program needs the CPU.
        self._renderer = ThreadPoolExecutor(1, thread_name_prefix="demo-render")

    def start(
        self, dashboard: Dashboard, body: Mapping[str, Any], runs_as: str, *, is_renderer_down: bool = False
    ) -> Job:
        """Start rendering; the job fails if the renderer is down."""
        created_at = datetime.now(UTC)
        task = RenderTask(
            dashboard,
            body,
            created_at,
            self._settings.huge_bytes,
            self._settings.behavior.drops_misfit_filters,
            is_renderer_down,
        )
        job = Job(
            identifier=str(uuid.uuid4()),
            dashboard_id=dashboard.identifier,
            runs_as=runs_as,
            format=body["format"],
            created_at=created_at,
            ready_at=self._now() + render_seconds(dashboard, body["format"]) / self._settings.speed,
            rendering=self._renderer.submit(_render, task),
        )
        self._jobs[job.identifier] = job
        while len(self._jobs) > MAX_JOBS:
            del self._jobs[next(iter(self._jobs))]
        return job

    def find(self, identifier: str, dashboard_id: str, runs_as: str) -> Job | None:
        """Return a job of that dashboard, if that user may see it."""
        job = self._jobs.get(identifier)
        is_theirs = job is not None and (job.dashboard_id, job.runs_as) == (dashboard_id, runs_as)
        return job if is_theirs else None

    def running(self, dashboard_id: str, runs_as: str) -> Job | None:
        """Return the user's running download of that dashboard, if any."""
        for job in reversed(self._jobs.values()):
            if (job.dashboard_id, job.runs_as) == (dashboard_id, runs_as):
                return job if self.state(job) is JobState.IN_PROGRESS else None
        return None

    def state(self, job: Job) -> JobState:
        """Return a job's current state."""
        if self._now() < job.ready_at or not job.rendering.done():
            return JobState.IN_PROGRESS
        return JobState.COMPLETE if job.failure() is None else JobState.ERROR

    def close(self) -> None:
        """Accept no more work, and don't wait for running jobs."""
        self._renderer.shutdown(wait=False, cancel_futures=True)


def render_seconds(dashboard: Dashboard, file_format: str) -> float:
    """Return how long a real server would take, always the same for the same dashboard and format."""
    if dashboard.special is Special.SLOW:
        return SLOW_SECONDS
    part = zlib.crc32(f"{dashboard.identifier} {file_format}".encode()) % 1000 / 999
    return MIN_SECONDS + (MAX_SECONDS - MIN_SECONDS) * part


def _render(task: RenderTask) -> RenderedFile:
    from omni_tui.demo.files.render import render

    return render(task)
