"""The engine: runs all jobs, each in its own asyncio task, and notifies subscribers.

It knows no screen. Jobs run side by side as far as the rate limit lets them. `job/runner.py` brings a job to
its end, `job/job_handle.py` changes it. The store's jobs of an earlier program are resumed and finished.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
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
from omni_tui.downloads.job.conflict import order_for_other_export
from omni_tui.downloads.job.context import ExportClient, JobContext, user_of
from omni_tui.downloads.job.dashboard_lock import DashboardLock
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
# A file isn't downloaded again if this many programs in a row died while they downloaded and checked it.
MAX_CRASHES = 2

# After these failures the server's job can't be resumed: the export starts over.
_LOST_ON_SERVER = frozenset(
    {FailureKind.RENDER_FAILED, FailureKind.NOT_FOUND, FailureKind.FILE_GONE, FailureKind.WRONG_FILE}
)
# The states of jobs that can't be resumed, because they were saved.
SAVED_STATES = frozenset({JobState.DONE}) | NOT_KEPT_STATES
# How old an interrupted export may be to be resumed when the same order is submitted again.
SAME_ORDER_SECONDS = 600.0
# How long after a network failure the next program retries an export by itself.
OFFLINE_RETRY_SECONDS = 86_400.0


class Engine:
    """Submits and runs jobs, and notifies subscribers. Not thread-safe: use it in one running event loop.

    `run_blocking` runs blocking functions in a thread. `job_timeout_seconds` is how long the server may take
    to make one file. `requests` is the rate limiter that polls stay within, and `history` the durations of
    earlier renderings. `ended` are the store's ended jobs, if the caller has read them already.
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
        self._dashboard_locks: defaultdict[tuple[str, str | None], DashboardLock] = defaultdict(DashboardLock)
        self._canceled: set[str] = set()  # jobs that the user cancels
        self._failing: dict[str, JobFailure] = {}  # jobs that end because none can continue, and why
        self._is_closing = False
        self._opened_at = clock.time()

    @property
    def is_lasting(self) -> bool:
        """Return whether the next program can resume what runs when this one ends."""
        return self._store.is_lasting

    @property
    def notice(self) -> str:
        """Return what the user should know about the download list, in a sentence, or an empty text."""
        return self._store.notice

    @property
    def store_error(self) -> str:
        """Return why the download list can't be used at all, in a sentence, or an empty text."""
        return self._store.store_error

    @property
    def unreadable_count(self) -> int:
        """Return how many entries of the download list couldn't be read."""
        return self._store.unreadable_count

    async def recorded(self) -> bool:
        """Try to save all changes once more; return whether everything is saved."""
        return await self._recorder.flush()

    def submit(self, order: Order) -> str:
        """Start an export; return the job's ID. Raises OptionsRejected before any request is sent."""
        errors = [problem for problem in problems(order.request) if problem.severity is Severity.ERROR]
        if errors:
            raise OptionsRejected(errors)
        self._check_open()
        return self._begin(
            Job(uuid.uuid4().hex, order, times=MappingProxyType({JobState.QUEUED: self._now()}))
        )

    async def orphaned_jobs(self) -> tuple[Job, ...]:
        """Return the unfinished jobs that no program works on. Raises DownloadListError."""
        return await self._in_thread(self._store.orphaned_jobs)

    async def resume_all(self) -> tuple[Job, ...]:
        """Resume the jobs that other programs left, and those that may work by now; return these jobs.

        The latter failed because the server rejected the API key or, not long ago, couldn't be reached. A job
        that too many programs died of fails instead. Raises DownloadListError.
        """
        self._check_open()
        since = self._now() - OFFLINE_RETRY_SECONDS
        failed = [job for job in self.jobs() if job.needs_attention and _may_work_now(job, since)]
        resumed = [await self._resume(job.id) for job in (*await self.orphaned_jobs(), *failed)]
        return tuple(filter(None, resumed))

    async def resume_same(self, order: Order) -> str | None:
        """Resume an interrupted job with the same order; return its ID, or None if there is none.

        Only if it is recent (SAME_ORDER_SECONDS): an older one may have outdated data.
        """
        since = self._now() - SAME_ORDER_SECONDS
        try:
            for job in await self.orphaned_jobs():
                if job.order == order and job.submitted_at >= since:
                    resumed = await self._resume(job.id)
                    if resumed is not None and not resumed.state.is_final:
                        return resumed.id
        except DownloadListError:  # `notice` reports it; the export starts over
            return None
        return None

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs, the newest last."""
        return tuple(handle.job for handle in self._handles.values())

    @property
    def running(self) -> tuple[Job, ...]:
        """Return the jobs that haven't ended: running and queued ones."""
        return tuple(self.job(job_id) for job_id in self._tasks)

    @property
    def opened_at(self) -> float:
        """Return when the engine was created, in seconds since 1970."""
        return self._opened_at

    def job(self, job_id: str) -> Job:
        """Return one job. Raises KeyError for an unknown ID."""
        return self._handles[job_id].job

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Call back in the event loop at every change of every job; return a function that unsubscribes."""
        return self._recorder.subscribe(callback)

    async def wait(self, job_id: str) -> Job:
        """Wait until the job has ended and everything is cleaned up; return it."""
        while (task := self._tasks.get(job_id)) is not None:
            await asyncio.wait([task])
        return self.job(job_id)

    def store_comparison(self, job: Job) -> None:
        """Store a saved job with the result of its comparison: the fingerprint, or that it isn't kept."""
        self._handles[job.id].keep(job)

    def cancel(self, job_id: str) -> None:
        """Cancel a job; do nothing if it has ended. `wait` returns when everything is cleaned up."""
        task = self._tasks.get(job_id)
        if task is not None:
            self._canceled.add(job_id)
            task.cancel()

    def clear(self, job_ids: Iterable[str]) -> int:
        """Remove these downloads from the list if they have ended; return how many. Their files are kept."""
        ended = [each for each in job_ids if each in self._handles and each not in self._tasks]
        ended = [each for each in ended if self._handles[each].job.state.is_final]
        for job_id in ended:
            del self._handles[job_id]
        self._recorder.remove(ended)
        return len(ended)

    async def resume(self, job_id: str, *, is_chosen: bool = True) -> None:
        """Resume a failed, canceled or interrupted job: with the server's job, or from the start.

        A job that too many programs died of fails instead, unless the user chose this very job (`is_chosen`).
        Raises ValueError for a job that runs or is done, and JobElsewhere, CannotStartAgain,
        DownloadListError.
        """
        self._check_open()
        job = self.job(job_id) if job_id in self._handles else None
        if job is not None and (job_id in self._tasks or job.state in SAVED_STATES):
            raise ValueError(f"a job that is {job.state} can't be resumed")
        if job is not None and job.order.has_unknown_options and not _can_go_on(job):
            raise CannotStartAgain
        if await self._resume(job_id, is_chosen=is_chosen) is None:
            raise JobElsewhere

    async def take_other(self, job_id: str) -> str:
        """Download the file of the export that a job waits for, instead of waiting; return the new job's ID.

        The other export's options aren't known, which the file name says. Raises an ApiError if the server
        doesn't return its status, and ValueError if the job doesn't wait for another export.
        """
        job = self.job(job_id)
        request, other = job.order.request, job.conflicting_job_id
        if other is None:
            raise ValueError("it doesn't wait for another export")
        status = await self._context.client.status(request.dashboard_id, other, user_id=user_of(request))
        now = self._now()
        times = MappingProxyType({JobState.QUEUED: now, JobState.RENDERING: now})
        order = order_for_other_export(job, status)
        new = Job(uuid.uuid4().hex, order, JobState.RENDERING, times, server_job_id=other)
        self._begin(new)
        self.cancel(job_id)
        return new.id

    async def find_broken_tiles(self, order: Order, on_change: OnChange) -> TileReport:
        """Export the order's tiles one by one, without saving them. See `TileSearch.run`."""
        from omni_tui.downloads.broken_tiles.search import TileSearch

        lock = self._dashboard_locks[order.request.dashboard_id, user_of(order.request)]
        return await TileSearch(self._context, lock, order.request, self._job_timeout_seconds).run(on_change)

    async def aclose(self) -> None:
        """Stop all jobs, and return when everything is cleaned up. Nothing can be submitted any longer.

        Jobs that haven't ended are left to the next program if the store is lasting, or canceled if not.
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
        """Store a new job and start working on it; return its ID."""
        handle = self._handles[job.id] = self._handle(job)
        handle.keep(job)
        self._work_on(handle)
        return job.id

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await uninterrupted(self._context.run_blocking(function, *args, **kwargs))

    async def _resume(self, job_id: str, *, is_chosen: bool = False) -> Job | None:
        """Claim a job and resume it; return it, or None if another program works on it."""
        job = await self._in_thread(self._store.claim, job_id)
        if job is None or job_id in self._tasks or self._is_closing:
            return None
        handle = self._handles.setdefault(job_id, self._handle(job))
        handle.job = job
        if job.crash_count >= MAX_CRASHES and not is_chosen:
            handle.failed(failure_from(SetAside(), job.order))
        elif job.state is JobState.DONE:  # another program has finished it
            handle.keep(job)
        else:
            can_go_on = _can_go_on(job)
            handle.begin_again(can_go_on=can_go_on, is_chosen=is_chosen)
            self._work_on(handle, is_rendered=can_go_on and JobState.SAVING in job.times)
        return handle.job

    def _work_on(self, handle: JobHandle, *, is_rendered: bool = False) -> None:
        job_id, request = handle.job.id, handle.job.order.request
        lock = self._dashboard_locks[request.dashboard_id, user_of(request)]
        runner = JobRunner(handle, self._context, lock, self._job_timeout_seconds)
        task = asyncio.create_task(runner.run(is_rendered=is_rendered), name=f"job {job_id}")
        self._tasks[job_id] = task
        task.add_done_callback(lambda ended: self._settle(handle, ended))

    def _settle(self, handle: JobHandle, task: asyncio.Task[SavedFile]) -> None:
        """End a job; also called for a task that was canceled before its first step."""
        job_id = handle.job.id
        del self._tasks[job_id]
        is_canceled = job_id in self._canceled
        self._canceled.discard(job_id)
        failure = self._failing.pop(job_id, None)
        if not task.cancelled():
            error = task.exception()
            if error is None:
                handle.saved(task.result())
                return
            failure = failure_from(error, handle.job.order)
            if isinstance(error, Unauthorized):
                self._fail_all(failure)
        if failure is not None and not is_canceled:
            handle.failed(failure)
        elif self._is_closing and self._store.is_lasting and not is_canceled:
            handle.release()
        else:
            handle.canceled(PROGRAM_ENDED if self._is_closing and not is_canceled else "")

    def _fail_all(self, failure: JobFailure) -> None:
        """End all jobs with this failure: all use the same API key."""
        for job_id, task in self._tasks.items():
            self._failing[job_id] = failure
            task.cancel()

    def _check_open(self) -> None:
        if self._is_closing:
            raise RuntimeError("the engine is closed")

    def _now(self) -> float:
        return self._context.clock.time()


def _may_work_now(job: Job, since: float) -> bool:
    if job.failure is None:
        return False
    is_recent = job.ended_at is not None and job.ended_at >= since
    kind = job.failure.kind
    return kind is FailureKind.UNAUTHORIZED or (kind.is_unreached and is_recent)


def _can_go_on(job: Job) -> bool:
    """Return whether the server may still have the job or its file."""
    is_lost = job.failure is not None and job.failure.kind in _LOST_ON_SERVER
    return job.server_job_id is not None and not is_lost
