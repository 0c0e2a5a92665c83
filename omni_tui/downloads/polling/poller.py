"""The poller that all jobs share: each waits here for its turn to ask the server whether it has ended."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from omni_tui.api.rate_limit.priority import Priority
from omni_tui.clock import Clock
from omni_tui.downloads.polling.render_stats import History, RenderKind
from omni_tui.downloads.polling.schedule import Capacity, Poll, PollSchedule


class Requests(Protocol):
    """The part of the rate limiter that the poller uses."""

    @property
    def window_seconds(self) -> float:
        """Return the length of the rate limit's window."""
        ...

    def most(self, priority: Priority) -> int:
        """Return how many requests of that priority the limit allows in a window."""
        ...

    def room(self, priority: Priority) -> int:
        """Return how many requests of that priority could go at once."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever that changes; return a function that unsubscribes."""
        ...


class Poller:
    """Gives jobs their turn to poll, by the schedule. Without `requests` there is no rate limit.

    `history` has the durations of earlier renderings; new ones are added to it.
    """

    def __init__(
        self, clock: Clock, requests: Requests | None = None, history: History | None = None
    ) -> None:
        self._clock = clock
        self._requests = requests
        polls = math.inf if requests is None else requests.most(Priority.POLL)
        window_seconds = 1.0 if requests is None else requests.window_seconds
        history = History() if history is None else history
        self._schedule = PollSchedule(history, polls=polls, window_seconds=window_seconds)
        self._waiting: dict[Watch, asyncio.Future[Poll]] = {}
        self._watches = 0
        self._is_giving = False  # a turn was given, and the limiter doesn't count its request yet
        self._unsubscribe: Callable[[], None] | None = None
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = math.inf
        self.may_request_files = True
        """Whether a file may be requested before the server reports that it's ready."""

    @contextmanager
    def watch(self, kind: RenderKind, *, is_start_known: bool) -> Iterator[Watch]:
        """Watch a job that was started just now or, if `is_start_known` is False, at some earlier time."""
        watch = Watch(self)
        self._schedule.watch(watch, kind, self._clock.monotonic(), is_start_known=is_start_known)
        if self._requests is not None and self._unsubscribe is None:
            self._unsubscribe = self._requests.subscribe(self._room_changed)
        self._watches += 1
        try:
            yield watch
        finally:
            self._watches -= 1
            self._waiting.pop(watch, None)
            self._schedule.unwatch(watch)
            self._is_giving = False
            if not self._watches and self._unsubscribe is not None:
                self._unsubscribe()
                self._unsubscribe = None
            self._look()

    async def _turn(self, watch: Watch) -> Poll:
        turn: asyncio.Future[Poll] = asyncio.get_running_loop().create_future()
        self._waiting[watch] = turn
        self._schedule.request_turn(watch)
        self._look()
        return await turn

    def _report(self, report: Callable[[Watch, float], None], watch: Watch) -> None:
        """Report the result of a poll to the schedule."""
        report(watch, self._clock.monotonic())
        self._is_giving = False
        self._look()

    def _room_changed(self) -> None:
        self._is_giving = False
        self._look()

    def _look(self) -> None:
        """Give turns, and set the timer for the next check."""
        wake_at = math.inf
        while not self._is_giving and self._waiting:
            choice = self._schedule.next(self._clock.monotonic(), self._room())
            if not isinstance(choice, Poll):
                wake_at = math.inf if choice is None else choice
                break
            self._give(choice)
        self._set_alarm(wake_at)

    def _give(self, ask: Poll) -> None:
        assert isinstance(ask.job, Watch)
        turn = self._waiting.pop(ask.job)
        if turn.done():  # canceled; its watch ends in a moment
            return
        turn.set_result(ask if self.may_request_files else Poll(ask.job))
        self._is_giving = self._requests is not None

    def _room(self) -> Capacity:
        if self._requests is None:
            return Capacity(math.inf, math.inf)
        return Capacity(self._requests.room(Priority.POLL), self._requests.room(Priority.START_OR_FETCH))

    def _set_alarm(self, wake_at: float) -> None:
        """Run one task that sleeps until then, or none if there is nothing to wait for."""
        if self._alarm is not None and wake_at != self._alarm_at:
            self._alarm.cancel()
            self._alarm = None
        self._alarm_at = wake_at
        if self._alarm is None and wake_at < math.inf:
            self._alarm = asyncio.get_running_loop().create_task(self._wake(wake_at))

    async def _wake(self, wake_at: float) -> None:
        await self._clock.sleep(max(0.0, wake_at - self._clock.monotonic()))
        self._alarm = None
        self._look()


class Watch:
    """One job's side of the poller: wait for the turn, poll, and report one of three results."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self.is_known_running = False
        """Whether the last poll found it running."""

    async def turn(self) -> bool:
        """Wait for the turn to poll; return whether to request the file instead of the status."""
        return (await self._poller._turn(self)).is_for_file

    def found_running(self) -> None:
        """Report that it is still running."""
        self.is_known_running = True
        self._poller._report(self._poller._schedule.found_running, self)

    def found_nothing(self) -> None:
        """Report that the response was unusable."""
        self.is_known_running = False
        self._poller._report(self._poller._schedule.found_nothing, self)

    def job_ended(self) -> None:
        """Report that it has ended. There are no more turns."""
        self._poller._report(self._poller._schedule.job_ended, self)
