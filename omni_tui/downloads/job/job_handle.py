"""The handle of a job: the only place that changes the job, stores it and notifies subscribers."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import RunBlocking, SavedFile, uninterrupted
from omni_tui.downloads.job.context import Part
from omni_tui.downloads.job.models import TRANSITIONS, Job, JobFailure, JobState
from omni_tui.downloads.job.result_warnings import MAX_NAMED, empty_tables
from omni_tui.downloads.store.recorder import Recorder
from omni_tui.downloads.store.recovery import recover
from omni_tui.downloads.store.serialization import PartRecord, tag_of

# The shortest time between two progress updates.
PROGRESS_SECONDS = 0.25
# How many of the latest starts without a response are remembered.
MAX_STARTS = 8


class JobHandle:
    """Makes a job's transitions, stores them and notifies subscribers. Nothing else changes a job."""

    def __init__(self, job: Job, recorder: Recorder, clock: Clock, run_blocking: RunBlocking) -> None:
        self.job = job
        self._recorder = recorder
        self._store = recorder.store
        self._clock = clock
        self._run_blocking = run_blocking
        self._next_progress_at = 0.0

    # start and end

    def keep(self, job: Job) -> None:
        """Store the job's new version, then notify subscribers."""
        self.job = job
        self._recorder.keep(job)

    def begin_again(self, *, can_go_on: bool, is_chosen: bool) -> None:
        """Resume the job: with the server's job if `can_go_on`, else from the start."""
        stored, state = self.job, JobState.RENDERING if can_go_on else JobState.QUEUED
        again = replace(
            stored,
            state=state,
            times=MappingProxyType(_times_so_far(stored, state, self._clock.time())),
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
        """Record that the file is saved, from any state: a recovered file skips the states in between."""
        tables = saved.tables
        self.keep(
            advance(
                replace(self.job, state=JobState.SAVING),
                JobState.DONE,
                self._clock.time(),
                path=saved.path,
                sha256=saved.sha256,
                rows=sum(table.rows for table in tables) if tables else None,
                cut_off=saved.cut_off[:MAX_NAMED],
                empty=empty_tables(tables),
                bytes_received=saved.size,
                bytes_expected=saved.size,
                note=saved.note,
            )
        )

    def failed(self, failure: JobFailure) -> None:
        """Record that the job failed."""
        self.keep(advance(self.job, JobState.FAILED, self._clock.time(), failure=failure))

    def canceled(self, note: str) -> None:
        """Record that the job was canceled; `note` says why, unless the user did it."""
        self.keep(advance(self.job, JobState.CANCELED, self._clock.time(), note=note))

    def release(self) -> None:
        """Leave the job to the next program."""
        self._recorder.release(self.job.id)

    # in between

    @property
    def part(self) -> Part:
        """Return the tag of the job's part file, and the callback that records its steps."""
        return Part(tag_of(self.job.id), self._note_part)

    def move(
        self,
        state: JobState,
        *,
        server_job_id: str | None = None,
        note: str = "",
        conflicting_job_id: str | None = None,
    ) -> None:
        """Move the job to the next state."""
        changes: dict[str, Any] = {"note": note, "conflicting_job_id": conflicting_job_id}
        if server_job_id is not None or state is JobState.QUEUED:  # a queued job has no server job
            changes["server_job_id"] = server_job_id
        if self.job.state is JobState.STARTING:  # answered: started or rejected
            changes["start_sent_at"] = ()
        self.keep(advance(self.job, state, self._clock.time(), **changes))

    async def sending(self) -> None:
        """Record a start before it is sent: from then on the server may have the job."""
        start_sent_at = (*self.job.start_sent_at, self._clock.time())[-MAX_STARTS:]
        self.keep(replace(self.job, attempts=self.job.attempts + 1, start_sent_at=start_sent_at))
        await self._recorder.flush()

    async def known(self, server_job_id: str) -> Job | None:
        """Return the job, of any omni-tui program of this user, with that server job ID, or None."""
        return await uninterrupted(self._run_blocking(self._store.with_server_id, server_job_id))

    def note(self, text: str) -> None:
        """Show what the job waits for; an empty text when it continues."""
        self._update(replace(self.job, note=text))

    def progress(self, received: int, expected: int | None) -> None:
        """Report the bytes received, and the bytes expected if known; at most every PROGRESS_SECONDS."""
        now = self._clock.monotonic()
        if received and now < self._next_progress_at:
            return
        self._next_progress_at = now + PROGRESS_SECONDS
        self._update(replace(self.job, bytes_received=received, bytes_expected=expected))

    def recover(self) -> SavedFile | None:
        """Return the file if an earlier run left it complete, or None. Blocks. Raises FileSaveError."""
        record = self._store.part_of(self.job.id)
        if record is None:
            return None
        saved = recover(record)
        if saved is None:
            self._store.note_part(self.job.id, None)
        return saved

    def _note_part(self, record: PartRecord) -> None:
        """Record a step of the part file. Called in a thread."""
        self._store.note_part(self.job.id, record)

    def _update(self, job: Job) -> None:
        if job != self.job:
            self.job = job
            self._recorder.tell(job)


def advance(job: Job, state: JobState, now: float, **changes: Any) -> Job:
    """Return the job in its next state. Raises ValueError if TRANSITIONS doesn't allow it."""
    if state not in TRANSITIONS[job.state]:
        raise ValueError(f"a job that is {job.state} cannot become {state}")
    times = {**job.times, state: now}
    if JobState.QUEUED in job.times:  # keep when it was submitted, even if a 409 sends it back
        times[JobState.QUEUED] = job.times[JobState.QUEUED]
    usual = {"state": state, "times": MappingProxyType(times), "note": "", "conflicting_job_id": None}
    return replace(job, **{**usual, **changes})


def _times_so_far(job: Job, state: JobState, now: float) -> dict[JobState, float]:
    """Return the times of a job that is resumed in that state.

    An interrupted job keeps its submission time, because the server continued with it. One that had ended
    starts over.
    """
    if job.state.is_final:
        return {JobState.QUEUED: now, state: now}
    kept = {each: job.times[each] for each in (JobState.QUEUED, state) if each in job.times}
    return {state: now, **kept}
