"""The requests a minute that a key has: one budget for everything, shared out by priority.

The server counts a sliding window: at most `limit` requests in any `window_seconds`. It stamps a request at
some moment between its sending and its answer, which we cannot see. So a request holds its place from before
it is sent until `window_seconds` after its answer: then, wherever in between the stamp lies, it has left the
server's window. That makes a 429 by our own doing impossible.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from omni_tui.api.subscribers import Subscribers
from omni_tui.clock import Clock

# What two clocks may drift apart in a minute, and a server that counts in coarser steps.
MARGIN_SECONDS = 0.05
# How long after we gave a request up the server may still come to count it.
LATE_SECONDS = 5.0


class Priority(IntEnum):
    """Who goes first when there is room."""

    PERSON = 0
    """Somebody waits for it at the screen."""
    START_OR_FETCH = 1
    """Moves an export on: starts one, or fetches a file."""
    POLL = 2
    """Asks whether an export is ready."""
    BACKGROUND = 3
    """Reads ahead."""


# How much of the budget each may fill. What polls and reading ahead leave is for the person at the screen,
# who would else wait up to a whole window after a burst of them.
_SHARES = {
    Priority.PERSON: 1.0,
    Priority.START_OR_FETCH: 0.95,
    Priority.POLL: 0.85,
    Priority.BACKGROUND: 0.75,
}


class _Fate(Enum):
    """What became of a request."""

    ANSWERED = "answered"
    LOST = "lost"
    UNSENT = "unsent"


class Slot:
    """One request's place in the budget. Exactly one of its methods is called, when its fate is known."""

    __slots__ = ("_budget",)

    def __init__(self, budget: Budget) -> None:
        self._budget: Budget | None = budget

    def answered(self) -> None:
        """An answer came: the server has counted the request by now."""
        self._end(_Fate.ANSWERED)

    def lost(self) -> None:
        """Sent, but no answer came (a timeout, a reset, a cancel): it may be counted a little later."""
        self._end(_Fate.LOST)

    def unsent(self) -> None:
        """It never reached the server: its place is free at once."""
        self._end(_Fate.UNSENT)

    def _end(self, fate: _Fate) -> None:
        budget, self._budget = self._budget, None
        if budget is not None:
            budget._slot_ended(self, fate)


@dataclass(order=True, slots=True)
class _Waiter:
    """Somebody in the queue: by priority, then by arrival."""

    priority: Priority
    arrival: int
    granted: asyncio.Future[Slot] = field(compare=False)


class Budget:
    """A sliding window of `limit` requests in `window_seconds`, with priorities and a pause.

    After a pause one request goes ahead alone; the others follow when it was answered. So a server that is
    still refusing refuses one request, not all that have gathered.

    No task runs unless somebody waits, or a subscriber is to hear of a change that time alone brings.
    """

    def __init__(self, limit: int = 60, window_seconds: float = 60.0, *, clock: Clock) -> None:
        if limit < 1:
            raise ValueError(f"a budget of {limit} requests would let nothing through")
        self.limit = limit
        self.window_seconds = window_seconds
        self._clock = clock
        self._in_flight: set[Slot] = set()
        self._held_until: list[float] = []  # a heap of monotonic times
        self._waiters: list[_Waiter] = []  # a heap
        self._arrivals = itertools.count()
        self._pause_end = float("-inf")  # monotonic
        self._after_pause = False  # the first request since the pause has not been answered yet
        self._scout: Slot | None = None  # that request, while it is under way
        self._subscribers: Subscribers[[]] = Subscribers()
        self._driver: asyncio.Task[None] | None = None
        self._driver_wakes_at = float("inf")

    @property
    def used(self) -> int:
        """How many places are taken now: requests under way, and those that the server may still count."""
        self._drop_expired()
        return len(self._in_flight) + len(self._held_until)

    @property
    def paused_until(self) -> float | None:
        """When the pause ends, in seconds since 1970; None when there is none."""
        remaining = self._pause_end - self._clock.monotonic()
        return self._clock.time() + remaining if remaining > 0 else None

    def most(self, priority: Priority) -> int:
        """How much of the budget requests of that priority may fill."""
        return max(1, int(self.limit * _SHARES[priority]))

    def room(self, priority: Priority) -> int:
        """How many requests of that priority would go at once, behind those that wait already."""
        if self._is_held:
            return 0
        ahead = sum(waiter.priority <= priority and not waiter.granted.done() for waiter in self._waiters)
        room = max(0, self.most(priority) - self.used - ahead)
        return min(room, 1) if self._after_pause else room

    async def acquire(self, priority: Priority) -> Slot:
        """Wait for room and for the end of any pause; first come, first served within a priority.

        May be cancelled at any moment: nothing is held then, and nobody behind is kept waiting.
        """
        waiter = _Waiter(priority, next(self._arrivals), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiters, waiter)
        self._serve()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if not waiter.granted.cancelled():  # granted in the very moment of the cancel, and never used
                waiter.granted.result().unsent()
            self._serve()
            raise

    def pause(self, seconds: float) -> None:
        """Hold everything for so long; of several pauses the one that ends last counts."""
        self._pause_end = max(self._pause_end, self._clock.monotonic() + seconds)
        self._after_pause, self._scout = True, None
        self._changed()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever `used` or `paused_until` has changed; returns what ends that."""
        remove = self._subscribers.add(callback)
        self._look_after_driver()

        def unsubscribe() -> None:
            remove()
            self._look_after_driver()

        return unsubscribe

    def _slot_ended(self, slot: Slot, fate: _Fate) -> None:
        self._in_flight.discard(slot)
        if fate is not _Fate.UNSENT:
            late_seconds = LATE_SECONDS if fate is _Fate.LOST else 0.0
            held_seconds = self.window_seconds + MARGIN_SECONDS + late_seconds
            heapq.heappush(self._held_until, self._clock.monotonic() + held_seconds)
        if slot is self._scout:
            self._scout = None
            self._after_pause = fate is not _Fate.ANSWERED  # without an answer the next one goes ahead
        self._changed()

    def _changed(self) -> None:
        self._serve()
        self._subscribers.tell()

    def _serve(self) -> None:
        """Give places to waiters while there is room."""
        while self._drop_gone() and self._has_room(self._waiters[0].priority):
            waiter = heapq.heappop(self._waiters)
            slot = Slot(self)
            self._in_flight.add(slot)
            if self._after_pause:
                self._scout = slot
            waiter.granted.set_result(slot)
            self._subscribers.tell()
        self._look_after_driver()

    def _drop_gone(self) -> bool:
        """Forget cancelled waiters at the head of the queue; whether somebody is left."""
        while self._waiters and self._waiters[0].granted.done():
            heapq.heappop(self._waiters)
        return bool(self._waiters)

    def _has_room(self, priority: Priority) -> bool:
        """Whether the first in the queue may go; who stands behind has no larger share."""
        return not self._is_held and self.used < self.most(priority)

    @property
    def _is_held(self) -> bool:
        """Whether nobody may go: a pause, or one that went ahead after it and has no answer yet."""
        return self._pause_end > self._clock.monotonic() or self._scout is not None

    def _drop_expired(self) -> None:
        now = self._clock.monotonic()
        while self._held_until and self._held_until[0] <= now:
            heapq.heappop(self._held_until)

    def _next_change(self) -> float | None:
        """The monotonic time of the next change that time alone brings, if anybody cares."""
        if not self._drop_gone() and not self._subscribers:
            return None
        self._drop_expired()
        moments = self._held_until[:1]
        if self._pause_end > self._clock.monotonic():
            moments = [*moments, self._pause_end]
        return min(moments, default=None)

    def _look_after_driver(self) -> None:
        """One task sleeps until the next change, and none when there is nothing to sleep for."""
        moment = self._next_change()
        if self._driver is not None and (
            self._driver.done() or moment is None or moment < self._driver_wakes_at
        ):
            self._driver.cancel()
            self._driver = None
        if self._driver is None and moment is not None:
            self._driver_wakes_at = moment
            self._driver = asyncio.get_running_loop().create_task(self._drive(moment))

    async def _drive(self, moment: float) -> None:
        await self._clock.sleep(max(0.0, moment - self._clock.monotonic()))
        self._driver = None
        self._changed()
