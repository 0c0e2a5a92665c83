"""One job's handle: the one place that changes the job, stores it and tells of it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import RunBlocking, SavedFile, uninterrupted
from omni_tui.downloads.job.context import Part
from omni_tui.downloads.job.models import TRANSITIONS, Job, JobFailure, JobState
from omni_tui.downloads.job.result_warnings import MOST_NAMED, empty_tables
from omni_tui.downloads.store.recorder import Recorder
from omni_tui.downloads.store.recovery import recover
from omni_tui.downloads.store.serialization import PartRecord, tag_of

# How often the bytes that come in are told at most.
PROGRESS_SECONDS = 0.25
# Of starts without an answer, the latest so many are remembered.
MOST_STARTS = 8


class JobHandle:
    """One job: its transitions, what is stored of it, and who is told. Nothing else changes a job."""

    def __init__(self, job: Job, recorder: Recorder, clock: Clock, run_blocking: RunBlocking) -> None:
        self.job = job
        self._recorder = recorder
        self._store = recorder.store
        self._clock = clock
        self._run_blocking = run_blocking
        self._next_progress_at = 0.0

    # how it begins and ends

    def keep(self, job: Job) -> None:
        """Store the job's new version, then tell of it."""
        self.job = job
        self._recorder.keep(job)

    def begin_again(self, stored: Job, *, can_go_on: bool, is_chosen: bool) -> None:
        """Resume the job as it is stored: where the server's job is, or from the start."""
        state, now = JobState.RENDERING if can_go_on else JobState.QUEUED, self._clock.time()
        again = replace(
            stored,
            state=state,
            times=MappingProxyType(_times_so_far(stored, state, now)),
            server_job_id=stored.server_job_id if can_go_on else None,
            bytes_received=0,
            bytes_expected=None,
            failure=None,
            note="",
            conflicting_job_id=None,
            crash_count=0 if is_chosen else stored.crash_count,
        )
        self.keep(again)

    def saved(self, saved: SavedFile) -> None:
        """Its file is saved."""
        self.keep(saved_job(self.job, saved, self._clock.time()))

    def failed(self, failure: JobFailure) -> None:
        """It failed of this."""
        self.keep(advance(self.job, JobState.FAILED, self._clock.time(), failure=failure))

    def canceled(self, note: str) -> None:
        """It was canceled; `note` says by what, unless by the user."""
        self.keep(advance(self.job, JobState.CANCELED, self._clock.time(), note=note))

    def release(self) -> None:
        """Leave it to the next program."""
        self._recorder.release(self.job.id)

    # how it goes on

    @property
    def part(self) -> Part:
        """Whose the file on its way is, and who writes down how far it is."""
        return Part(tag_of(self.job.id), self._note_part)

    def move(
        self,
        state: JobState,
        *,
        server_job_id: str | None = None,
        note: str = "",
        conflicting_job_id: str | None = None,
    ) -> None:
        """Into the next state."""
        changes: dict[str, Any] = {"note": note, "conflicting_job_id": conflicting_job_id}
        if server_job_id is not None or state is JobState.QUEUED:  # what is queued the server does not have
            changes["server_job_id"] = server_job_id
        if self.job.state is JobState.STARTING:  # it was started, or refused: no start is without an answer
            changes["start_sent_at"] = ()
        self.keep(advance(self.job, state, self._clock.time(), **changes))

    async def sending(self) -> None:
        """The start goes out once this is recorded: from then on the server may know of it."""
        start_sent_at = (*self.job.start_sent_at, self._clock.time())[-MOST_STARTS:]
        self.keep(replace(self.job, attempts=self.job.attempts + 1, start_sent_at=start_sent_at))
        await self._recorder.flush()

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
        record = self._store.part_of(self.job.id)
        if record is None:
            return None
        saved = recover(record)
        if saved is None:
            self._store.note_part(self.job.id, None)
        return saved

    def _note_part(self, record: PartRecord) -> None:
        """In a thread."""
        self._store.note_part(self.job.id, record)

    def _tell(self, job: Job) -> None:
        if job != self.job:
            self.job = job
            self._recorder.tell(job)


def advance(job: Job, state: JobState, now: float, **changes: Any) -> Job:
    """The job in its next state: the only way to one. Raises ValueError where no way leads."""
    if state not in TRANSITIONS[job.state]:
        raise ValueError(f"a job that is {job.state} cannot become {state}")
    times = {**job.times, state: now}
    if JobState.QUEUED in job.times:  # when it was submitted, also when a 409 sends it back
        times[JobState.QUEUED] = job.times[JobState.QUEUED]
    usual = {"state": state, "times": MappingProxyType(times), "note": "", "conflicting_job_id": None}
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


def _times_so_far(job: Job, state: JobState, now: float) -> dict[JobState, float]:
    """The times of a job that goes on in that state.

    One that was left counts from when it was submitted: the server went on with it meanwhile. One that had
    ended is begun again, and counts anew.
    """
    if job.state.is_final:
        return {JobState.QUEUED: now, state: now}
    kept = {each: job.times[each] for each in (JobState.QUEUED, state) if each in job.times}
    return {state: now, **kept}
