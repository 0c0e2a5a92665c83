"""The interface of job stores, and one that keeps jobs in memory. `sqlite_store` keeps them on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from omni_tui.downloads.job.models import Job
from omni_tui.downloads.store.serialization import PartRecord


class JobStore(Protocol):
    """Keeps all jobs. `put`, `release` and `remove` return at once; `flush` saves their changes.

    A job that hasn't ended is owned by the program that works on it, until that program ends. All methods but
    these three and the properties may block: call them in a thread.
    """

    @property
    def is_lasting(self) -> bool:
        """Return whether jobs survive the end of the program."""
        ...

    @property
    def notice(self) -> str:
        """Return what the user should know, in a sentence, or an empty text."""
        ...

    @property
    def store_error(self) -> str:
        """Return why the download list can't be used, in a sentence, or an empty text."""
        ...

    @property
    def unreadable_count(self) -> int:
        """Return how many entries were skipped so far because they can't be read."""
        ...

    def put(self, job: Job) -> None:
        """Add or replace a job. Until it has ended, this program owns it."""
        ...

    def flush(self) -> bool:
        """Save all changes; return False if that isn't possible now (`notice` says why)."""
        ...

    def jobs(self) -> tuple[Job, ...]:
        """Return the ended jobs and our own, in the order in which they were first put."""
        ...

    def orphaned_jobs(self) -> tuple[Job, ...]:
        """Return the unfinished jobs without an owner. Raises DownloadListError."""
        ...

    def claim(self, job_id: str) -> Job | None:
        """Claim a job, ended or not, and return it; None if another program owns it.

        Its `crash_count` is the number of programs in a row that died while downloading and checking its
        file. Raises DownloadListError.
        """
        ...

    def release(self, job_ids: Iterable[str]) -> None:
        """Give up the ownership of these jobs, so that the next program can claim them."""
        ...

    def remove(self, job_ids: Iterable[str]) -> None:
        """Remove those of these jobs that have ended; `flush` saves it. Their files are kept."""
        ...

    def with_server_id(self, server_job_id: str) -> Job | None:
        """Return the job of any program with that server job ID, or None."""
        ...

    def part_of(self, job_id: str) -> PartRecord | None:
        """Return the last record of the job's file, or None."""
        ...

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Save a record of a job's file before the file is changed; None if there is no file."""
        ...

    def close(self) -> None:
        """Release all jobs."""
        ...


class MemoryStore:
    """Keeps jobs in memory."""

    is_lasting = False
    notice = ""
    unreadable_count = 0

    def __init__(self, store_error: str = "", jobs: Iterable[Job] = ()) -> None:
        self.store_error = store_error
        self._jobs: dict[str, Job] = {job.id: job for job in jobs}
        self._parts: dict[str, PartRecord] = {}

    def put(self, job: Job) -> None:
        """Add or replace a job."""
        self._jobs[job.id] = job

    def flush(self) -> bool:
        """Return True: nothing has to be saved."""
        return True

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs in the order in which they were first put."""
        return tuple(self._jobs.values())

    def orphaned_jobs(self) -> tuple[Job, ...]:
        """Return no jobs: there is no other program."""
        return ()

    def claim(self, job_id: str) -> Job | None:
        """Return the job."""
        return self._jobs.get(job_id)

    def release(self, job_ids: Iterable[str]) -> None:
        """Do nothing: there is no other program."""

    def remove(self, job_ids: Iterable[str]) -> None:
        """Remove those of these jobs that have ended."""
        for job_id in job_ids:
            if job_id in self._jobs and self._jobs[job_id].state.is_final:
                del self._jobs[job_id]

    def with_server_id(self, server_job_id: str) -> Job | None:
        """Return the job with that server job ID, or None."""
        return next((job for job in self._jobs.values() if job.server_job_id == server_job_id), None)

    def part_of(self, job_id: str) -> PartRecord | None:
        """Return the last record of the job's file, or None."""
        return self._parts.get(job_id)

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Keep a record of a job's file."""
        if record is None:
            self._parts.pop(job_id, None)
        else:
            self._parts[job_id] = record

    def close(self) -> None:
        """Do nothing: there is no other program."""
