"""Put jobs into the store, save them in the background, and notify subscribers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from omni_tui.api.observers import Subscribers
from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import RunBlocking, uninterrupted
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.store.interface import JobStore

# How long to wait before saving is retried.
RECORD_AGAIN_SECONDS = 0.5


class Recorder:
    """Stores jobs and notifies subscribers. `run_blocking` runs blocking functions in a thread."""

    def __init__(self, store: JobStore, clock: Clock, run_blocking: RunBlocking) -> None:
        self.store = store
        self._clock = clock
        self._run_blocking = run_blocking
        self._subscribers = Subscribers[[Job]]()
        self._recording: asyncio.Task[None] | None = None
        self._is_recorded = True
        self._is_closing = False

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Call back in the event loop at every change of every job; return a function that unsubscribes."""
        return self._subscribers.add(callback)

    def keep(self, job: Job) -> None:
        """Store a job's new version and notify subscribers. It is saved in the background."""
        self.store.put(job)
        self._record()
        self.tell(job)

    def tell(self, job: Job) -> None:
        """Notify subscribers of a change that isn't stored."""
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
        """Save all changes; return whether that worked."""
        return await uninterrupted(self._run_blocking(self.store.flush))

    def begin_closing(self) -> None:
        """Stop retrying: closing the store saves the rest."""
        self._is_closing = True

    async def aclose(self) -> None:
        """Save the rest and close the store."""
        if self._recording is not None:
            self._recording.cancel()
            await asyncio.wait([self._recording])
        await uninterrupted(self._run_blocking(self.store.close))

    def _record(self) -> None:
        """Save in a task of its own, so that a slow disk delays nothing else."""
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
