"""The engine: all jobs, each with an asyncio task of its own, and everyone who wants to hear of them.

It knows no screen. Jobs run side by side as far as the client's budget of requests lets them; what brings a
job to its end is in `worker.py`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from omni_tui.api.subscribers import Subscribers
from omni_tui.clock import Clock
from omni_tui.downloads.asking import Asker, Requests
from omni_tui.downloads.errors import OptionsRefused
from omni_tui.downloads.failures import failure_from
from omni_tui.downloads.lanes import Lanes
from omni_tui.downloads.models import TRANSITIONS, Job, JobState, Order
from omni_tui.downloads.render_times import History
from omni_tui.downloads.row_limit import cut_off_at
from omni_tui.downloads.saving import RunBlocking, SavedFile
from omni_tui.downloads.steps import ExportClient, Tools, user_of
from omni_tui.downloads.store import JobStore
from omni_tui.downloads.worker import Worker
from omni_tui.options.rules import problems
from omni_tui.options.spec import Severity

# How often the bytes that come in are told at most.
PROGRESS_SECONDS = 0.25
PROGRAM_ENDED = "the program ended"

# What the server's job cannot be taken up again after: there the export is made anew.
_LOST_ON_SERVER = frozenset({"RenderFailed", "NotFound", "FileGone", "WrongFile"})


class Engine:
    """Submits, runs and tells of jobs. Used within one running event loop, and not thread-safe.

    `run_blocking` runs what blocks, elsewhere. `job_timeout_seconds` is the time that the server has to make
    one file. `requests` is the budget that asks for the state of jobs keep within, `history`
    what is known of how long renders take.
    """

    def __init__(
        self,
        client: ExportClient,
        store: JobStore,
        *,
        clock: Clock,
        job_timeout_seconds: float = 1800.0,
        run_blocking: RunBlocking = asyncio.to_thread,
        requests: Requests | None = None,
        history: History | None = None,
    ) -> None:
        self._tools = Tools(client, clock, run_blocking, Asker(clock, requests, history))
        self._store = store
        self._job_timeout_seconds = job_timeout_seconds
        self._jobs = {job.id: job for job in store.jobs()}
        self._tasks: dict[str, asyncio.Task[SavedFile]] = {}
        self._lanes = Lanes()
        self._subscribers = Subscribers[[Job]]()
        self._is_closing = False

    def submit(self, order: Order) -> str:
        """Take an order and start working on it; the job's id. Raises OptionsRefused before any request."""
        errors = [problem for problem in problems(order.request) if problem.severity is Severity.ERROR]
        if errors:
            raise OptionsRefused(errors)
        self._check_open()
        job = Job(uuid.uuid4().hex, order, times=MappingProxyType({JobState.QUEUED: self._now()}))
        self.keep(job)
        self._work_on(job)
        return job.id

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they stand, the newest last."""
        return tuple(self._jobs.values())

    def job(self, job_id: str) -> Job:
        """One job as it stands. KeyError for an id that was never given out."""
        return self._jobs[job_id]

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear of every change of every job, from within the loop; returns what ends that."""
        return self._subscribers.add(callback)

    async def wait(self, job_id: str) -> Job:
        """The job at its end, with everything cleaned up."""
        while (task := self._tasks.get(job_id)) is not None:
            await asyncio.wait([task])
        return self.job(job_id)

    def cancel(self, job_id: str) -> None:
        """End a job at once; nothing happens to one that has ended. `wait` tells when it is cleaned up."""
        task = self._tasks.get(job_id)
        if task is not None:
            task.cancel()

    def resume(self, job_id: str) -> None:
        """Take a failed or cancelled job up again: from where the server's job is, or from the start.

        Raises ValueError for a job that runs or is done.
        """
        self._check_open()
        job = self.job(job_id)
        kind = job.failure.kind if job.failure else ""
        can_go_on = job.server_job_id is not None and kind not in _LOST_ON_SERVER
        again = _advance(
            job,
            JobState.RENDERING if can_go_on else JobState.QUEUED,
            self._now(),
            server_job_id=job.server_job_id if can_go_on else None,
            bytes_received=0,
            bytes_expected=None,
            failure=None,
        )
        # its time counts anew: how long it lay there is not how long it takes
        times = {JobState.QUEUED: self._now(), again.state: self._now()}
        again = replace(again, times=MappingProxyType(times))
        self.keep(again)
        self._work_on(again, is_rendered=can_go_on and JobState.SAVING in job.times)

    async def aclose(self) -> None:
        """Cancel what runs, and come back when all is cleaned up. Nothing can be submitted any more."""
        self._is_closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def keep(self, job: Job) -> None:
        """Store a job's new self, and only then tell of it."""
        self._store.put(job)
        self.tell(job)

    def tell(self, job: Job) -> None:
        """Tell of a change that is not worth storing."""
        self._jobs[job.id] = job
        self._subscribers.tell(job)

    def _work_on(self, job: Job, *, is_rendered: bool = False) -> None:
        request = job.order.request
        lane = self._lanes.lane(request.dashboard_id, user_of(request))
        worker = Worker(_Desk(self, job.id, self._tools.clock), self._tools, lane, self._job_timeout_seconds)
        task = asyncio.create_task(worker.run(is_rendered=is_rendered), name=f"job {job.id}")
        self._tasks[job.id] = task
        task.add_done_callback(lambda ended: self._settle(job.id, ended))

    def _settle(self, job_id: str, task: asyncio.Task[SavedFile]) -> None:
        """The one place where a job ends; it also sees a task that was cancelled before its first step."""
        del self._tasks[job_id]
        job = self.job(job_id)
        if task.cancelled():
            note = PROGRAM_ENDED if self._is_closing else ""
            self.keep(_advance(job, JobState.CANCELLED, self._now(), note=note))
        elif (error := task.exception()) is not None:
            self.keep(_advance(job, JobState.FAILED, self._now(), failure=failure_from(error, job.order)))
        else:
            saved = task.result()
            self.keep(
                _advance(
                    job,
                    JobState.DONE,
                    self._now(),
                    path=saved.path,
                    sha256=saved.sha256,
                    rows=sum(table.rows for table in saved.tables) if saved.tables else None,
                    cut_off_at=cut_off_at(job.order.request, saved.tables),
                    bytes_received=saved.size,
                    bytes_expected=saved.size,
                )
            )

    def _check_open(self) -> None:
        if self._is_closing:
            raise RuntimeError("the engine is closed")

    def _now(self) -> float:
        return self._tools.clock.time()


class _Desk:
    """One job's side of the engine, for its worker."""

    def __init__(self, engine: Engine, job_id: str, clock: Clock) -> None:
        self._engine = engine
        self._job_id = job_id
        self._clock = clock
        self._next_progress_at = 0.0

    @property
    def job(self) -> Job:
        return self._engine.job(self._job_id)

    def move(self, state: JobState, *, server_job_id: str | None = None, note: str = "") -> None:
        changes = {} if server_job_id is None else {"server_job_id": server_job_id}
        self._engine.keep(_advance(self.job, state, self._clock.time(), note=note, **changes))

    def note(self, words: str) -> None:
        self._tell(replace(self.job, note=words))

    def progress(self, received: int, expected: int | None) -> None:
        now = self._clock.monotonic()
        if received and now < self._next_progress_at:
            return
        self._next_progress_at = now + PROGRESS_SECONDS
        self._tell(replace(self.job, bytes_received=received, bytes_expected=expected))

    def _tell(self, job: Job) -> None:
        if job != self.job:
            self._engine.tell(job)


def _advance(job: Job, state: JobState, now: float, **changes: Any) -> Job:
    """The job in its next state: the only way to one. Raises ValueError where no way leads."""
    if state not in TRANSITIONS[job.state]:
        raise ValueError(f"a job that is {job.state} cannot become {state}")
    times = {**job.times, state: now}
    if JobState.QUEUED in job.times:  # when it was submitted, also when a 409 sends it back
        times[JobState.QUEUED] = job.times[JobState.QUEUED]
    return replace(job, **{"state": state, "times": MappingProxyType(times), "note": "", **changes})
