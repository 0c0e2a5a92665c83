"""Where jobs are kept."""

from __future__ import annotations

from typing import Protocol

from omni_tui.downloads.models import Job


class JobStore(Protocol):
    """Keeps every job. When `put` comes back, the job is kept: only then does anyone hear of it."""

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self."""
        ...

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they were last put, in the order of their first `put`."""
        ...


class MemoryStore:
    """Keeps jobs as long as the program runs."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self."""
        self._jobs[job.id] = job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they were last put, in the order of their first `put`."""
        return tuple(self._jobs.values())
