"""Where jobs are kept: for as long as the program runs, or (`journal.py`) for longer than any program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from omni_tui.downloads.job.models import Job
from omni_tui.downloads.store.serialization import PartRecord


class JobStore(Protocol):
    """Keeps every job. `put`, `leave` and `remove` return at once; `flush` records what they did.

    A job that has not ended belongs to the program that works on it, and to nobody once that has ended.
    All methods but `put`, `leave`, `remove` and the properties may block: call them in a thread.
    """

    @property
    def is_lasting(self) -> bool:
        """Whether jobs are there again when the program is started anew."""
        ...

    @property
    def notice(self) -> str:
        """What the user should know of it, in a sentence; empty where nothing is wrong."""
        ...

    @property
    def store_error(self) -> str:
        """Why jobs can't be recorded in a list that should last, in a sentence; empty when they can."""
        ...

    @property
    def unreadable_count(self) -> int:
        """How many entries of the list were skipped so far because they can't be read."""
        ...

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self. Until it has ended it is ours."""
        ...

    def flush(self) -> bool:
        """Record what was put and left; False when that isn't possible now (`notice` says why)."""
        ...

    def jobs(self) -> tuple[Job, ...]:
        """What has ended and what is ours, as it was last put, in the order of the first `put`."""
        ...

    def unowned(self) -> tuple[Job, ...]:
        """Those that have not ended and that nobody works on. Raises DownloadListError."""
        ...

    def claim(self, job_id: str) -> Job | None:
        """Make one ours, ended or not; as it stands. None if another program works on it.

        Its `crash_count` count the programs in a row that died while they received and checked its file.
        Raises DownloadListError.
        """
        ...

    def release(self, job_ids: Iterable[str]) -> None:
        """Stop working on those, and let the next program take them."""
        ...

    def remove(self, job_ids: Iterable[str]) -> None:
        """Drop those of these that have ended; `flush` records it. Their files stay."""
        ...

    def with_server_id(self, server_job_id: str) -> Job | None:
        """The job, whoever works on it, that the server knows under that id."""
        ...

    def part_of(self, job_id: str) -> PartRecord | None:
        """What was last noted of its file."""
        ...

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Keep what is known of a job's file, before the disk is changed; None: there is none."""
        ...

    def close(self) -> None:
        """Leave all that is ours."""
        ...


class MemoryStore:
    """Keeps jobs as long as the program runs."""

    is_lasting = False
    notice = ""
    unreadable_count = 0

    def __init__(self, store_error: str = "", jobs: Iterable[Job] = ()) -> None:
        self.store_error = store_error
        self._jobs: dict[str, Job] = {job.id: job for job in jobs}
        self._parts: dict[str, PartRecord] = {}

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self."""
        self._jobs[job.id] = job

    def flush(self) -> bool:
        """Nothing is to be recorded."""
        return True

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they were last put, in the order of their first `put`."""
        return tuple(self._jobs.values())

    def unowned(self) -> tuple[Job, ...]:
        """None: there is no other program."""
        return ()

    def claim(self, job_id: str) -> Job | None:
        """That job."""
        return self._jobs.get(job_id)

    def release(self, job_ids: Iterable[str]) -> None:
        """Nothing: nobody else could come."""

    def remove(self, job_ids: Iterable[str]) -> None:
        """Drop those of these that have ended."""
        for job_id in job_ids:
            if job_id in self._jobs and self._jobs[job_id].state.is_final:
                del self._jobs[job_id]

    def with_server_id(self, server_job_id: str) -> Job | None:
        """The job that the server knows under that id."""
        return next((job for job in self._jobs.values() if job.server_job_id == server_job_id), None)

    def part_of(self, job_id: str) -> PartRecord | None:
        """What was last noted of its file."""
        return self._parts.get(job_id)

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Keep what is known of a job's file."""
        if record is None:
            self._parts.pop(job_id, None)
        else:
            self._parts[job_id] = record

    def close(self) -> None:
        """Nothing is left to anybody."""
