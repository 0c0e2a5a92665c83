"""One job's side of the engine: where its worker reads it, and says how it goes on."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import RunBlocking, SavedFile, uninterrupted
from omni_tui.downloads.job.context import Part
from omni_tui.downloads.job.models import TRANSITIONS, Job, JobState
from omni_tui.downloads.job.result_warnings import MOST_NAMED, empty_tables
from omni_tui.downloads.store.interface import JobStore
from omni_tui.downloads.store.recovery import recover
from omni_tui.downloads.store.serialization import PartRecord, tag_of

# How often the bytes that come in are told at most.
PROGRESS_SECONDS = 0.25
# Of starts without an answer, the latest so many are remembered.
MOST_STARTS = 8


class Keeper(Protocol):
    """What a desk needs of the engine."""

    def job(self, job_id: str) -> Job:
        """A job as it stands."""
        ...

    def keep(self, job: Job) -> None:
        """Store a job's new self, and only then tell of it."""
        ...

    def tell(self, job: Job) -> None:
        """Tell of a change that is not worth storing."""
        ...


class Desk:
    """Where one worker reads its job, and says how it goes on."""

    def __init__(
        self, keeper: Keeper, store: JobStore, job_id: str, clock: Clock, run_blocking: RunBlocking
    ) -> None:
        self._keeper = keeper
        self._store = store
        self._job_id = job_id
        self._clock = clock
        self._run_blocking = run_blocking
        self._next_progress_at = 0.0

    @property
    def job(self) -> Job:
        """The job as it stands."""
        return self._keeper.job(self._job_id)

    @property
    def part(self) -> Part:
        """Whose the file on its way is, and who writes down how far it is."""
        return Part(tag_of(self._job_id), self._note_part)

    def move(
        self,
        state: JobState,
        *,
        server_job_id: str | None = None,
        note: str = "",
        in_the_way: str | None = None,
    ) -> None:
        """Into the next state."""
        changes: dict[str, Any] = {"note": note, "in_the_way": in_the_way}
        if server_job_id is not None or state is JobState.QUEUED:  # what is queued the server does not have
            changes["server_job_id"] = server_job_id
        if self.job.state is JobState.STARTING:  # it was started, or refused: no start is without an answer
            changes["asked_at"] = ()
        self._keeper.keep(advance(self.job, state, self._clock.time(), **changes))

    async def sending(self) -> None:
        """The start goes out once this is recorded: from then on the server may know of it."""
        asked_at = (*self.job.asked_at, self._clock.time())[-MOST_STARTS:]
        self._keeper.keep(replace(self.job, attempts=self.job.attempts + 1, asked_at=asked_at))
        await uninterrupted(self._run_blocking(self._store.flush))

    async def known(self, server_job_id: str) -> Job | None:
        """The job of ours, in whichever program, that the server has under that id."""
        return await uninterrupted(self._run_blocking(self._store.with_server_id, server_job_id))

    def note(self, words: str) -> None:
        """What the job waits for, in words; empty when it goes on."""
        self._tell(replace(self.job, note=words))

    def progress(self, received: int, expected: int | None) -> None:
        """Bytes that came, of how many where that is known."""
        now = self._clock.monotonic()
        if received and now < self._next_progress_at:
            return
        self._next_progress_at = now + PROGRESS_SECONDS
        self._tell(replace(self.job, bytes_received=received, bytes_expected=expected))

    def recover(self) -> SavedFile | None:
        """The file, where an earlier life of the job has left all of it. Blocks; raises FileTrouble."""
        record = self._store.part_of(self._job_id)
        if record is None:
            return None
        saved = recover(record)
        if saved is None:
            self._store.note_part(self._job_id, None)
        return saved

    def _note_part(self, record: PartRecord) -> None:
        """In a thread."""
        self._store.note_part(self._job_id, record)

    def _tell(self, job: Job) -> None:
        if job != self.job:
            self._keeper.tell(job)


def advance(job: Job, state: JobState, now: float, **changes: Any) -> Job:
    """The job in its next state: the only way to one. Raises ValueError where no way leads."""
    if state not in TRANSITIONS[job.state]:
        raise ValueError(f"a job that is {job.state} cannot become {state}")
    times = {**job.times, state: now}
    if JobState.QUEUED in job.times:  # when it was submitted, also when a 409 sends it back
        times[JobState.QUEUED] = job.times[JobState.QUEUED]
    usual = {"state": state, "times": MappingProxyType(times), "note": "", "in_the_way": None}
    return replace(job, **{**usual, **changes})


def saved_job(job: Job, saved: SavedFile, now: float) -> Job:
    """The job at its good end. One whose file was found whole has not gone through the states between."""
    if job.state is not JobState.SAVING:
        job = replace(job, state=JobState.SAVING)
    return advance(
        job,
        JobState.DONE,
        now,
        path=saved.path,
        sha256=saved.sha256,
        rows=sum(table.rows for table in saved.tables) if saved.tables else None,
        cut_off=saved.cut_off[:MOST_NAMED],
        empty=empty_tables(saved.tables),
        bytes_received=saved.size,
        bytes_expected=saved.size,
        note=saved.note,
    )
