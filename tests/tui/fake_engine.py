"""An engine whose jobs change only when a test changes them, and its clock."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omni_tui.clock import SystemClock
from omni_tui.downloads.broken_tiles.report import TileReport, Verdict
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import ExportRequest, Format

START = 1_795_000_000.0  # a moment in November 2026


class Callbacks:
    """The subscribers; `len()` shows tests whether any are left."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[..., None]] = []

    def __len__(self) -> int:
        return len(self._callbacks)

    def add(self, callback: Callable[..., None]) -> Callable[[], None]:
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def tell(self, *args: object) -> None:
        for callback in tuple(self._callbacks):
            callback(*args)


class FakeEngine:
    """Jobs that change when the test says so. `submitted`, `canceled` and `resumed` record the calls."""

    def __init__(self, clock: SystemClock | FrozenClock) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self.subscribers = Callbacks()
        self.submitted: list[Order] = []
        self.canceled: list[str] = []
        self.resumed: list[str] = []
        self.taken: list[str] = []
        self.refusal: OmniTuiError | None = None
        self.tile_reports: list[TileReport | OmniTuiError] = []
        self.searched: list[Order] = []
        self.is_search_canceled = False
        self.is_lasting = True
        self.unreadable_count = 0
        self.notice = ""
        self.opened_at = 0.0

    def submit(self, order: Order) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.submitted.append(order)
        return self.add(order).id

    def jobs(self) -> tuple[Job, ...]:
        return tuple(self._jobs.values())

    @property
    def running(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs() if not job.state.is_final)

    async def resume_all(self) -> tuple[Job, ...]:
        return ()

    def job(self, job_id: str) -> Job:
        return self._jobs[job_id]

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        return self.subscribers.add(callback)

    async def wait(self, job_id: str) -> Job:
        moved = asyncio.Event()
        unsubscribe = self.subscribe(lambda _: moved.set())
        while not self._jobs[job_id].state.is_final:
            moved.clear()
            await moved.wait()
        unsubscribe()
        return self._jobs[job_id]

    def cancel(self, job_id: str) -> None:
        self.canceled.append(job_id)
        self.move(job_id, JobState.CANCELED)

    def clear(self, job_ids: Iterable[str]) -> int:
        ended = [each for each in job_ids if self._jobs[each].state.is_final]
        for job_id in ended:
            del self._jobs[job_id]
        return len(ended)

    async def resume(self, job_id: str) -> None:
        self.resumed.append(job_id)
        self.move(job_id, JobState.QUEUED, failure=None)

    async def take_other(self, job_id: str) -> str:
        self.taken.append(job_id)
        taken = self.add(self._jobs[job_id].order)
        self.move(job_id, JobState.CANCELED)
        return taken.id

    async def find_broken_tiles(self, order: Order, on_change: Callable[[TileReport], None]) -> TileReport:
        """Pass on the test's reports; an unfinished one hangs until it is canceled."""
        self.searched.append(order)
        for report in self.tile_reports:
            if isinstance(report, OmniTuiError):
                raise report
            on_change(report)
        if report.verdict is Verdict.UNFINISHED:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.is_search_canceled = True
                raise
        return report

    async def aclose(self) -> None:
        for job in () if self.is_lasting else self.running:
            self.move(job.id, JobState.CANCELED)

    # for tests

    def add(
        self, order: Order | None = None, *, name: str = "Blob Web Traffic", fmt: Format = Format.PDF
    ) -> Job:
        """Add a job, queued now."""
        number = next(self._numbers)
        made = order or Order(ExportRequest(f"dash{number:04d}", fmt), name, Path.home() / "exports")
        times = MappingProxyType({JobState.QUEUED: self._clock.time()})
        return self._put(Job(id=f"job{number:04d}", order=made, times=times))

    def move(self, job_id: str, state: JobState, *, after_seconds: float = 0.0, **changes: Any) -> Job:
        """Change the job's state, this long after it was submitted (0: now); `changes` are its fields."""
        job = self._jobs[job_id]
        moment = job.submitted_at + after_seconds if after_seconds else self._clock.time()
        times = MappingProxyType({**job.times, state: moment})
        return self._put(dataclasses.replace(job, state=state, times=times, **changes))

    def fail(
        self, job_id: str, message: str, hint: str = "", field: str = "", *, after_seconds: float = 0.0
    ) -> Job:
        """Let the job fail with this message."""
        failure = JobFailure(message, hint, field, kind=FailureKind.RENDER_FAILED)
        return self.move(job_id, JobState.FAILED, after_seconds=after_seconds, failure=failure)

    def _put(self, job: Job) -> Job:
        self._jobs[job.id] = job
        self.subscribers.tell(job)
        return job


class FrozenClock:
    """A clock that a test advances: `clock.now += 5`."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
