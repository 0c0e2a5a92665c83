"""The engine: all jobs, each with an asyncio task of its own, and everyone who wants to hear of them.

It knows no screen. Jobs run side by side as far as the rate limit lets them. `job/runner.py` brings a job to
its end, `job/job_handle.py` changes it. The store's jobs of an earlier program are resumed and finished.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from omni_tui.api.errors.types import Unauthorized
from omni_tui.clock import Clock
from omni_tui.downloads.errors import (
    CannotStartAgain,
    DownloadListError,
    JobElsewhere,
    OptionsRejected,
    SetAside,
)
from omni_tui.downloads.files.writer import RunBlocking, SavedFile, uninterrupted
from omni_tui.downloads.job.conflict import found_order
from omni_tui.downloads.job.context import ExportClient, JobContext, user_of
from omni_tui.downloads.job.dashboard_lock import DashboardLocks
from omni_tui.downloads.job.failure_messages import failure_from
from omni_tui.downloads.job.job_handle import JobHandle
from omni_tui.downloads.job.models import NOT_KEPT_STATES, FailureKind, Job, JobFailure, JobState, Order
from omni_tui.downloads.job.runner import JobRunner
from omni_tui.downloads.polling.poller import Poller, Requests
from omni_tui.downloads.polling.render_stats import History
from omni_tui.downloads.store.interface import JobStore
from omni_tui.downloads.store.recorder import Recorder
from omni_tui.options.rules import problems
from omni_tui.options.spec import Severity

if TYPE_CHECKING:
    from omni_tui.downloads.broken_tiles.report import TileReport
    from omni_tui.downloads.broken_tiles.search import OnChange

P = ParamSpec("P")
T = TypeVar("T")

PROGRAM_ENDED = "the program ended"
# A file that so many programs in a row have died of, while they received and checked it, is left alone.
MAX_CRASHES = 2

# What the server's job cannot be taken up again after: there the export is made anew.
_LOST_ON_SERVER = frozenset(
    {FailureKind.RENDER_FAILED, FailureKind.NOT_FOUND, FailureKind.FILE_GONE, FailureKind.WRONG_FILE}
)
# What can't be resumed, because it was saved.
SAVED_STATES = frozenset({JobState.DONE}) | NOT_KEPT_STATES
# How long after it was ordered an export that was left may be taken for the same one, ordered again.
SAME_ORDER_SECONDS = 600.0
# How long after it could not reach the server the next program tries an export again by itself.
UNREACHED_SECONDS = 86_400.0


class Engine:
    """Submits, runs and tells of jobs. Used within one running event loop, and not thread-safe.

    `run_blocking` runs what blocks, elsewhere. `job_timeout_seconds` is the time that the server has to make
    one file. `requests` is the budget that asks for the state of jobs keep within, `history`
    what is known of how long renders take. `ended` are the store's jobs, for who has read them already.
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
        ended: Iterable[Job] | None = None,
    ) -> None:
        self._context = JobContext(client, clock, run_blocking, Poller(clock, requests, history))
        self._store = store
        self._job_timeout_seconds = job_timeout_seconds
        self._recorder = Recorder(store, clock, run_blocking)
        self._handles = {job.id: self._handle(job) for job in (store.jobs() if ended is None else ended)}
        self._tasks: dict[str, asyncio.Task[SavedFile]] = {}
        self._dashboard_locks = DashboardLocks()
        self._unwanted: set[str] = set()  # what is being cancelled because somebody said so
        self._held: dict[str, JobFailure] = {}  # what is being ended because none can go on, and why
        self._is_closing = False
        self._opened_at = clock.time()

    @property
    def is_lasting(self) -> bool:
        """Whether what runs when the program ends is found again and finished by the next one."""
        return self._store.is_lasting

    @property
    def notice(self) -> str:
        """What the user should know of where jobs are kept, in a sentence, or empty."""
        return self._store.notice

    @property
    def store_error(self) -> str:
        """Why jobs can't be recorded at all although they should, in a sentence, or empty."""
        return self._store.store_error

    @property
    def unreadable_count(self) -> int:
        """How many entries of the list of downloads could not be read."""
        return self._store.unreadable_count

    async def recorded(self) -> bool:
        """Whether all that has happened is recorded, after one more try."""
        return await self._recorder.flush()

    def submit(self, order: Order) -> str:
        """Take an order and start working on it; the job's id. Raises OptionsRejected before any request."""
        errors = [problem for problem in problems(order.request) if problem.severity is Severity.ERROR]
        if errors:
            raise OptionsRejected(errors)
        self._check_open()
        return self._begin(
            Job(uuid.uuid4().hex, order, times=MappingProxyType({JobState.QUEUED: self._now()}))
        )

    async def unowned(self) -> tuple[Job, ...]:
        """What other programs have left: nobody works on it. Raises DownloadListError."""
        return await self._in_thread(self._store.unowned)

    async def resume_all(self) -> tuple[Job, ...]:
        """Go on with what other programs have left, and with what may be mended by now; those jobs.

        That is what a refused key has held up, and what could not reach the server not long ago. One that
        has killed too many programs is set aside, as a failed job. Raises DownloadListError.
        """
        self._check_open()
        since = self._now() - UNREACHED_SECONDS
        held = [job for job in self.jobs() if job.needs_attention and _may_be_mended(job, since)]
        taken = [await self._take(job.id) for job in (*await self.unowned(), *held)]
        return tuple(filter(None, taken))

    async def resume_same(self, order: Order) -> str | None:
        """Go on with the same order, where it was left a moment ago; the job's id. None: there is none.

        What was left longer ago may show other data than who orders now expects.
        """
        since = self._now() - SAME_ORDER_SECONDS
        try:
            for job in await self.unowned():
                if job.order == order and job.submitted_at >= since:
                    taken = await self._take(job.id)
                    if taken is not None and not taken.state.is_final:
                        return taken.id
        except DownloadListError:  # `notice` tells of it; the export is made anew
            return None
        return None

    def jobs(self) -> tuple[Job, ...]:
        """All jobs as they stand, the newest last."""
        return tuple(handle.job for handle in self._handles.values())

    @property
    def running(self) -> tuple[Job, ...]:
        """Those that have not ended: they run, or wait for their turn."""
        return tuple(self.job(job_id) for job_id in self._tasks)

    @property
    def opened_at(self) -> float:
        """When it began, in seconds since 1970: what ended before is of earlier programs."""
        return self._opened_at

    def job(self, job_id: str) -> Job:
        """One job as it stands. KeyError for an id that was never given out."""
        return self._handles[job_id].job

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear of every change of every job, from within the loop; returns what ends that."""
        return self._recorder.subscribe(callback)

    async def wait(self, job_id: str) -> Job:
        """The job at its end, with everything cleaned up."""
        while (task := self._tasks.get(job_id)) is not None:
            await asyncio.wait([task])
        return self.job(job_id)

    def reviewed(self, job: Job) -> None:
        """Store a saved job with what was found of its file: its fingerprint, or that it isn't kept."""
        self._handles[job.id].keep(job)

    def cancel(self, job_id: str) -> None:
        """End a job at once; nothing happens to one that has ended. `wait` tells when it is cleaned up."""
        task = self._tasks.get(job_id)
        if task is not None:
            self._unwanted.add(job_id)
            task.cancel()

    def clear(self, job_ids: Iterable[str]) -> int:
        """Drop those of these downloads that have ended from the list; how many. Their files stay."""
        ended = [each for each in job_ids if each in self._handles and each not in self._tasks]
        ended = [each for each in ended if self._handles[each].job.state.is_final]
        for job_id in ended:
            del self._handles[job_id]
        self._recorder.remove(ended)
        return len(ended)

    async def resume(self, job_id: str, *, is_chosen: bool = True) -> None:
        """Take a failed or cancelled job up again: from where the server's job is, or from the start.

        Or one that was left; unless it was chosen by itself, one that has killed too many programs is set
        aside. Raises ValueError for a job that runs or is done, and JobElsewhere, CannotStartAgain,
        DownloadListError.
        """
        self._check_open()
        job = self.job(job_id) if job_id in self._handles else None
        if job is not None and (job_id in self._tasks or job.state in SAVED_STATES):
            raise ValueError(f"a job that is {job.state} cannot be taken up again")
        if job is not None and job.order.has_unknown_options and not _can_go_on(job):
            raise CannotStartAgain
        if await self._take(job_id, is_chosen=is_chosen) is None:
            raise JobElsewhere

    async def take_other(self, job_id: str) -> str:
        """Instead of waiting for the export that is in a job's way, take its file; the new job's id.

        Its options are nobody's knowledge, and its name says so. Raises an ApiError when the server does not
        tell of it, and ValueError for a job that does not wait for one.
        """
        job = self.job(job_id)
        request, other = job.order.request, job.conflicting_job_id
        if other is None:
            raise ValueError("no other export is in its way")
        status = await self._context.client.status(request.dashboard_id, other, user_id=user_of(request))
        now = self._now()
        times = MappingProxyType({JobState.QUEUED: now, JobState.RENDERING: now})
        order = found_order(job, status)
        taken = Job(uuid.uuid4().hex, order, JobState.RENDERING, times, server_job_id=other)
        self._begin(taken)
        self.cancel(job_id)
        return taken.id

    async def find_broken_tiles(self, order: Order, on_change: OnChange) -> TileReport:
        """Export the order's tiles one by one, without saving them. See `TileSearch.run`."""
        from omni_tui.downloads.broken_tiles.search import TileSearch

        lock = self._dashboard_locks.get(order.request.dashboard_id, user_of(order.request))
        return await TileSearch(self._context, lock, order.request, self._job_timeout_seconds).run(on_change)

    async def aclose(self) -> None:
        """End the work, and come back when all is cleaned up. Nothing can be submitted any more.

        What has not ended is left to the next program where the store lasts, and cancelled where it does not.
        """
        self._is_closing = True
        self._recorder.begin_closing()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._recorder.aclose()

    def _handle(self, job: Job) -> JobHandle:
        return JobHandle(job, self._recorder, self._context.clock, self._context.run_blocking)

    def _begin(self, job: Job) -> str:
        """Record a new job and start working on it; the job's id."""
        handle = self._handles[job.id] = self._handle(job)
        handle.keep(job)
        self._work_on(handle)
        return job.id

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await uninterrupted(self._context.run_blocking(function, *args, **kwargs))

    async def _take(self, job_id: str, *, is_chosen: bool = False) -> Job | None:
        """Make a job ours and go on where it stands; None where another program works on it."""
        job = await self._in_thread(self._store.claim, job_id)
        if job is None or job_id in self._tasks or self._is_closing:
            return None
        handle = self._handles.setdefault(job_id, self._handle(job))
        handle.job = job
        if job.crash_count >= MAX_CRASHES and not is_chosen:
            handle.failed(failure_from(SetAside(), job.order))
        elif job.state is JobState.DONE:  # another program has finished it meanwhile
            handle.keep(job)
        else:
            can_go_on = _can_go_on(job)
            handle.begin_again(job, can_go_on=can_go_on, is_chosen=is_chosen)
            self._work_on(handle, is_rendered=can_go_on and JobState.SAVING in job.times)
        return handle.job

    def _work_on(self, handle: JobHandle, *, is_rendered: bool = False) -> None:
        job_id, request = handle.job.id, handle.job.order.request
        lock = self._dashboard_locks.get(request.dashboard_id, user_of(request))
        runner = JobRunner(handle, self._context, lock, self._job_timeout_seconds)
        task = asyncio.create_task(runner.run(is_rendered=is_rendered), name=f"job {job_id}")
        self._tasks[job_id] = task
        task.add_done_callback(lambda ended: self._settle(handle, ended))

    def _settle(self, handle: JobHandle, task: asyncio.Task[SavedFile]) -> None:
        """The one place where a job ends; it also sees a task that was canceled before its first step."""
        job_id = handle.job.id
        del self._tasks[job_id]
        is_unwanted = job_id in self._unwanted
        self._unwanted.discard(job_id)
        held = self._held.pop(job_id, None)
        if not task.cancelled():
            error = task.exception()
            if error is None:
                handle.saved(task.result())
                return
            held = failure_from(error, handle.job.order)
            if isinstance(error, Unauthorized):
                self._hold_all(held)
        if held is not None and not is_unwanted:
            handle.failed(held)
        elif self._is_closing and self._store.is_lasting and not is_unwanted:
            handle.release()
        else:
            handle.canceled(PROGRAM_ENDED if self._is_closing and not is_unwanted else "")

    def _hold_all(self, failure: JobFailure) -> None:
        """A key that is refused is refused to all: none goes on before there is another."""
        for job_id, task in self._tasks.items():
            self._held[job_id] = failure
            task.cancel()

    def _check_open(self) -> None:
        if self._is_closing:
            raise RuntimeError("the engine is closed")

    def _now(self) -> float:
        return self._context.clock.time()


def _may_be_mended(job: Job, since: float) -> bool:
    if job.failure is None:
        return False
    is_recent = job.ended_at is not None and job.ended_at >= since
    kind = job.failure.kind
    return kind is FailureKind.UNAUTHORIZED or (kind.is_unreached and is_recent)


def _can_go_on(job: Job) -> bool:
    """Whether the server may still have what it was asked for."""
    is_lost = job.failure is not None and job.failure.kind in _LOST_ON_SERVER
    return job.server_job_id is not None and not is_lost
