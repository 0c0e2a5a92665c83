"""Records jobs: in the store at once, on the disk as soon as that takes it; and tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from omni_tui.api.observers import Subscribers
from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import RunBlocking, uninterrupted
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.store.interface import JobStore

# How often recording is tried again while the disk doesn't take it.
RECORD_AGAIN_SECONDS = 0.5


class Recorder:
    """The store of the jobs, and everyone who wants to hear of them. `run_blocking` runs what blocks."""

    def __init__(self, store: JobStore, clock: Clock, run_blocking: RunBlocking) -> None:
        self.store = store
        self._clock = clock
        self._run_blocking = run_blocking
        self._subscribers = Subscribers[[Job]]()
        self._recording: asyncio.Task[None] | None = None
        self._is_recorded = True
        self._is_closing = False

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Call back at every change of every job, from within the loop; returns what ends that."""
        return self._subscribers.add(callback)

    def keep(self, job: Job) -> None:
        """Store a job's new version and tell of it. It is recorded as soon as the disk takes it."""
        self.store.put(job)
        self._record()
        self.tell(job)

    def tell(self, job: Job) -> None:
        """Tell of a change that isn't worth storing."""
        self._subscribers.tell(job)

    def release(self, job_id: str) -> None:
        """Leave a job to the next program."""
        self.store.release([job_id])
        self._record()

    def remove(self, job_ids: Iterable[str]) -> None:
        """Drop jobs that have ended."""
        self.store.remove(job_ids)
        self._record()

    async def flush(self) -> bool:
        """Return whether everything is recorded, after one more try."""
        return await uninterrupted(self._run_blocking(self.store.flush))

    def begin_closing(self) -> None:
        """Stop trying again: closing the store records the rest."""
        self._is_closing = True

    async def aclose(self) -> None:
        """Record the rest and close the store."""
        if self._recording is not None:
            self._recording.cancel()
            await asyncio.wait([self._recording])
        await uninterrupted(self._run_blocking(self.store.close))

    def _record(self) -> None:
        """Have what was put recorded, apart from this loop: a slow disk holds up nothing else."""
        self._is_recorded = False
        if self._recording is None and self.store.is_lasting:
            self._recording = asyncio.create_task(self._keep_recording(), name="record jobs")

    async def _keep_recording(self) -> None:
        try:
            while not self._is_recorded:
                self._is_recorded = True
                if not await self.flush():
                    self._is_recorded = False
                    if self._is_closing:
                        return
                    await self._clock.sleep(RECORD_AGAIN_SECONDS)
        finally:
            self._recording = None
