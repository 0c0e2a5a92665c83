"""Where jobs are kept: for as long as the program runs, or (`journal.py`) for longer than any program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from omni_tui.downloads.models import Job
from omni_tui.downloads.records import PartRecord


class JobStore(Protocol):
    """Keeps every job. When `put` comes back, the job is kept: only then does anyone hear of it.

    A job that has not ended belongs to the program that works on it, and to nobody once that has ended.
    Methods with a part in them are called from threads, one at a time for each job.
    """

    @property
    def is_lasting(self) -> bool:
        """Whether jobs are there again when the program is started anew."""
        ...

    @property
    def notice(self) -> str:
        """What the user should know of it, in a sentence; empty where nothing is wrong."""
        ...

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self. Until it has ended it is ours."""
        ...

    def jobs(self) -> tuple[Job, ...]:
        """What has ended and what is ours, as it was last put, in the order of the first `put`."""
        ...

    def left(self) -> tuple[Job, ...]:
        """Those that have not ended and that nobody works on, of this program or another."""
        ...

    def take(self, job_id: str) -> Job | None:
        """Make one ours, ended or not; as it stands. None where another program works on it."""
        ...

    def leave(self, job_ids: Iterable[str]) -> None:
        """Work on those no more, and let whoever comes next take them."""
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

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._parts: dict[str, PartRecord] = {}

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self."""
        self._jobs[job.id] = job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they were last put, in the order of their first `put`."""
        return tuple(self._jobs.values())

    def left(self) -> tuple[Job, ...]:
        """None: there is no other program."""
        return ()

    def take(self, job_id: str) -> Job | None:
        """That job."""
        return self._jobs.get(job_id)

    def leave(self, job_ids: Iterable[str]) -> None:
        """Nothing: nobody else could come."""

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
