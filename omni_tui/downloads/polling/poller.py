"""One asker for all jobs: who wants to know whether its job has ended waits here for its turn to ask."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from omni_tui.api.rate_limit.priority import Priority
from omni_tui.clock import Clock
from omni_tui.downloads.polling.render_stats import History, MemoryHistory, RenderKind
from omni_tui.downloads.polling.schedule import Ask, PollSchedule, Room


class Requests(Protocol):
    """What the asker needs of the budget."""

    @property
    def window_seconds(self) -> float:
        """In any span of this length, only so many."""
        ...

    def most(self, priority: Priority) -> int:
        """How many of all may be of that priority."""
        ...

    def room(self, priority: Priority) -> int:
        """How many of that priority would go at once."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Hear of every change of the room; returns what ends that."""
        ...


class Poller:
    """Gives turns by the pace. Without `requests` there is no limit, and each job is asked all the time.

    `history` is what was seen of earlier renders; what is seen now is added to it.
    """

    def __init__(
        self, clock: Clock, requests: Requests | None = None, history: History | None = None
    ) -> None:
        self._clock = clock
        self._requests = requests
        asks = math.inf if requests is None else requests.most(Priority.POLL)
        window_seconds = 1.0 if requests is None else requests.window_seconds
        history = MemoryHistory() if history is None else history
        self._schedule = PollSchedule(history, asks=asks, window_seconds=window_seconds)
        self._waiting: dict[Watch, asyncio.Future[Ask]] = {}
        self._watches = 0
        self._is_giving = False  # a turn was given, and its request does not show in the budget yet
        self._unsubscribe: Callable[[], None] | None = None
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = math.inf
        self.may_request_files = True
        """Whether a file may be asked for before it is known to be there."""

    @contextmanager
    def watch(self, kind: RenderKind, *, is_start_known: bool) -> Iterator[Watch]:
        """Watch a job that was started just now, or (start not known) at some time before."""
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
            self._schedule.leave(watch)
            self._is_giving = False
            if not self._watches and self._unsubscribe is not None:
                self._unsubscribe()
                self._unsubscribe = None
            self._look()

    async def _turn(self, watch: Watch) -> Ask:
        turn: asyncio.Future[Ask] = asyncio.get_running_loop().create_future()
        self._waiting[watch] = turn
        self._schedule.wants(watch)
        self._look()
        return await turn

    def _told(self, tell: Callable[[Watch, float], None], watch: Watch) -> None:
        """What an ask has brought."""
        tell(watch, self._clock.monotonic())
        self._is_giving = False
        self._look()

    def _room_changed(self) -> None:
        self._is_giving = False
        self._look()

    def _look(self) -> None:
        """Give turns, and set the alarm for when to look again."""
        wake_at = math.inf
        while not self._is_giving and self._waiting:
            choice = self._schedule.next(self._clock.monotonic(), self._room())
            if not isinstance(choice, Ask):
                wake_at = math.inf if choice is None else choice
                break
            self._give(choice)
        self._set_alarm(wake_at)

    def _give(self, ask: Ask) -> None:
        assert isinstance(ask.job, Watch)
        turn = self._waiting.pop(ask.job)
        if turn.done():  # cancelled; it leaves in a moment
            return
        turn.set_result(ask if self.may_request_files else Ask(ask.job))
        self._is_giving = self._requests is not None

    def _room(self) -> Room:
        if self._requests is None:
            return Room(math.inf, math.inf)
        return Room(self._requests.room(Priority.POLL), self._requests.room(Priority.START_OR_FETCH))

    def _set_alarm(self, wake_at: float) -> None:
        """One task sleeps until then, and none when there is nothing to sleep for."""
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
    """One job's side of the asker: wait for the turn, ask, and tell one of three things."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self.is_known_running = False
        """Whether the last ask said that it runs."""

    async def turn(self) -> bool:
        """Wait for the turn to ask; whether to ask for the file at once."""
        return (await self._poller._turn(self)).is_for_file

    def found_running(self) -> None:
        """It still runs."""
        self.is_known_running = True
        self._poller._told(self._poller._schedule.found_running, self)

    def found_nothing(self) -> None:
        """The answer did not say."""
        self.is_known_running = False
        self._poller._told(self._poller._schedule.found_nothing, self)

    def found_ended(self) -> None:
        """It has ended; there are no more turns."""
        self._poller._told(self._poller._schedule.found_ended, self)
