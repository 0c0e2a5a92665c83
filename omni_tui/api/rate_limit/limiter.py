"""The requests a minute that a key has: one budget for everything, shared out by priority.

The server counts a sliding window: at most `limit` requests in any `window_seconds`. It stamps a request at
some moment between its sending and its answer, which we cannot see. So a request holds its place from before
it is sent until `window_seconds` after its answer: then, wherever in between the stamp lies, it has left the
server's window. That makes a 429 by our own doing impossible.

Programs that share a key tell each other of their places on a board (`api.board`). A place there counts for a
while even if its program is killed, and is told anew while its request is under way.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from omni_tui.api.observers import Subscribers
from omni_tui.api.rate_limit.adaptive_share import Share
from omni_tui.api.rate_limit.priority import SHARES, Priority
from omni_tui.api.rate_limit.shared_state import (
    MOST_COUNTED,
    PAUSE,
    WAITS,
    Board,
    Crowd,
    Kind,
    LonelyBoard,
    Note,
)
from omni_tui.api.rate_limit.slots import Fate, Places, longest_place_seconds
from omni_tui.clock import Clock

# Who is told to come back later than this is told so at once, instead of being kept waiting.
LONGEST_PAUSE_SECONDS = 3600.0
# Another pause is one that ends so much later.
_CLOCKS_DIFFER_SECONDS = 2.0

# Who waits looks again this often for places that others gave back early, and says that it still waits.
LOOK_SECONDS = 1.0
_WAITS_SECONDS = 2 * LOOK_SECONDS
# How long a place is left to another program that waits too and has fewer.
YIELD_SECONDS = 0.1
# When to try again while another program has its turn.
_BUSY_SECONDS = 0.02


class Slot:
    """One request's place in the budget. Exactly one of its methods is called, when its fate is known."""

    __slots__ = ("_budget", "_sent_at")

    def __init__(self, budget: Budget, now: float) -> None:
        self._budget: Budget | None = budget
        self._sent_at = now

    def rejected(self) -> None:
        """A 429 came: somebody else uses the key too, so a smaller share is taken. Then call `answered`."""
        if self._budget is not None:
            self._budget._share.reject(self._sent_at, self._budget._used())

    def answered(self) -> None:
        """An answer came: the server has counted the request by now."""
        self._end(Fate.ANSWERED)

    def lost(self) -> None:
        """Sent, but no answer came (a timeout, a reset, a cancel): it may be counted a little later."""
        self._end(Fate.LOST)

    def unsent(self) -> None:
        """It never reached the server: its place is free at once."""
        self._end(Fate.UNSENT)

    def _end(self, fate: Fate) -> None:
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
    still refusing refuses one request of each program, not all that have gathered.

    With a `board` the places and pauses of all programs that see it count. Where two of them wait for the
    same place, it is left to the one that has fewer.

    No task runs unless somebody waits, a request of a shared budget is long under way, or a subscriber is to
    hear of a change that time alone brings.
    """

    def __init__(
        self, limit: int = 60, window_seconds: float = 60.0, *, clock: Clock, board: Board | None = None
    ) -> None:
        if limit < 1:
            raise ValueError(f"a budget of {limit} requests would let nothing through")
        self.limit = limit
        self.window_seconds = window_seconds
        self._clock = clock
        self._board: Board = LonelyBoard() if board is None else board
        self._crowd = Crowd(self._board, clock)
        self._places = Places(self._board, window_seconds, clock)
        self._share = Share(limit, window_seconds, clock)
        self._waiters: list[_Waiter] = []  # a heap
        self._arrivals = itertools.count()
        self._told_waiting: Note | None = None  # what the board says of our waiters
        self._yields_since: float | None = None
        self._pause_end = float("-inf")  # monotonic
        self._after_pause = False  # the first request since the pause has not been answered yet
        self._scout: Slot | None = None  # that request, while it is under way
        self._subscribers: Subscribers[[]] = Subscribers()
        self._driver: asyncio.Task[None] | None = None
        self._driver_wakes_at = float("inf")

    @property
    def notice(self) -> str:
        """What the user may be told of the sharing, in a sentence; empty where nothing is wrong."""
        self._board.look()
        return self._board.notice

    @property
    def used(self) -> int:
        """How many places are taken now: requests under way, and those that the server may still count.

        By all programs that share the budget.
        """
        self._board.look()
        return self._used()

    @property
    def paused_until(self) -> float | None:
        """When the pause ends, in seconds since 1970; None when there is none."""
        self._look()
        remaining = self._pause_end - self._clock.monotonic()
        return self._clock.time() + remaining if remaining > 0 else None

    def most(self, priority: Priority) -> int:
        """How much of the budget requests of that priority may fill."""
        return max(1, int(self._share.allowed * SHARES[priority]))

    def room(self, priority: Priority) -> int:
        """How many requests of that priority would go at once, behind those that wait already."""
        self._look()
        if self._is_held:
            return 0
        ahead = sum(waiter.priority <= priority and not waiter.granted.done() for waiter in self._waiters)
        used = self._used()
        room = max(0, self.most(priority) - used - ahead - self._left_to_others(priority, used))
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
        self._hold_until(max(self._pause_end, self._clock.monotonic() + seconds))
        self._board.put(PAUSE, Note(Kind.PAUSE, self._pause_end))
        self._changed()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever `used` or `paused_until` has changed; returns what ends that."""
        remove = self._subscribers.add(callback)
        self._look_after_driver()

        def unsubscribe() -> None:
            remove()
            self._look_after_driver()

        return unsubscribe

    def _hold_until(self, moment: float) -> None:
        self._pause_end = moment
        self._after_pause, self._scout = True, None

    def _slot_ended(self, slot: Slot, fate: Fate) -> None:
        self._places.let_go(slot, fate)
        if slot is self._scout:
            self._scout = None
            self._after_pause = fate is not Fate.ANSWERED  # without an answer the next one goes ahead
        self._changed()

    def _changed(self) -> None:
        self._serve()
        self._subscribers.tell()

    def _serve(self) -> None:
        """Give places to waiters while there is room, and tell the others of it."""
        is_any_given = False
        if self._drop_gone() or self._told_waiting is not None or self._board.is_behind:
            with self._board.turn() as has_turn:
                self._heed_pause()
                while has_turn and self._drop_gone() and self._may_go(self._waiters[0].priority):
                    self._give_place(heapq.heappop(self._waiters))
                    is_any_given = True
                self._say_who_waits()
        if is_any_given:
            self._subscribers.tell()
        self._look_after_driver()

    def _give_place(self, waiter: _Waiter) -> None:
        slot = Slot(self, self._clock.monotonic())
        self._places.take(slot)
        if self._after_pause:
            self._scout = slot
        waiter.granted.set_result(slot)

    def _say_who_waits(self) -> None:
        """On the board: what the first in the queue waits for."""
        now, told = self._clock.monotonic(), self._told_waiting
        if not self._waiters:
            if told is not None:
                self._board.drop(WAITS)
                self._told_waiting = None
            return
        priority = self._waiters[0].priority
        count = min(MOST_COUNTED, sum(waiter.priority == priority for waiter in self._waiters))
        if (
            told is None
            or (told.priority, told.count) != (priority, count)
            or told.until - now <= LOOK_SECONDS
        ):
            self._told_waiting = Note(Kind.WAITS, now + _WAITS_SECONDS, priority, count)
            self._board.put(WAITS, self._told_waiting)

    def _look(self) -> None:
        self._board.look()
        self._heed_pause()

    def _heed_pause(self) -> None:
        """Another program was told to wait: so were we."""
        latest = self._crowd.pause_end
        # … unless it is a pause that we know of: another machine's clock does not agree to the last digit
        if latest > max(self._clock.monotonic(), self._pause_end + _CLOCKS_DIFFER_SECONDS):
            self._hold_until(latest)

    def _drop_gone(self) -> bool:
        """Forget cancelled waiters at the head of the queue; whether somebody is left."""
        while self._waiters and self._waiters[0].granted.done():
            heapq.heappop(self._waiters)
        return bool(self._waiters)

    def _may_go(self, priority: Priority) -> bool:
        """Whether the first in the queue may go; who stands behind has no larger share."""
        used, most = self._used(), self.most(priority)
        if self._is_held or used >= most:
            self._yields_since = None
            return False
        if used + self._left_to_others(priority, used) < most:
            self._yields_since = None
            return True
        now = self._clock.monotonic()
        if self._yields_since is None:
            self._yields_since = now
        if now - self._yields_since < YIELD_SECONDS:
            return False
        self._yields_since = None  # they did not take it
        return True

    def _left_to_others(self, priority: Priority, used: int) -> int:
        """How many places are left to other programs: to who waits no less urgently, until it has as many."""
        return sum(
            min(waiting.count, len(self._places) - places)
            for waiting, places in self._crowd.waiting()
            if waiting.priority <= priority and places < len(self._places)
            # … as far as it may fill the budget at all
            if waiting.priority in SHARES and used < self.most(Priority(waiting.priority))
        )

    @property
    def _is_held(self) -> bool:
        """Whether nobody may go: a pause, or one that went ahead after it and has no answer yet."""
        return self._pause_end > self._clock.monotonic() or self._scout is not None

    def _used(self) -> int:
        return len(self._places) + self._crowd.places

    def _next_change(self) -> float | None:
        """The monotonic time of the next change that time alone brings, if anybody cares."""
        now = self._clock.monotonic()
        moments = [*self._places.renewals]
        if self._board.is_behind:
            moments.append(now + _BUSY_SECONDS)
        if self._drop_gone():
            moments += self._next_looks(now)
        if (self._waiters or self._subscribers) and not self._share.is_whole:
            moments.append(now + LOOK_SECONDS)  # it grows by time alone
        if self._waiters or self._subscribers:
            moments += [*self._crowd.ends, self._pause_end]
            if (next_end := self._places.next_end) is not None:
                moments.append(next_end)
        return min((moment for moment in moments if moment > now), default=None)

    def _next_looks(self, now: float) -> list[float]:
        """When to see whether others have given a place back, or not taken the one that was left to them."""
        if not self._board.is_shared:
            return []
        looks = [now + LOOK_SECONDS]
        if self._yields_since is not None:
            looks.append(self._yields_since + YIELD_SECONDS)
        return looks

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
        self._places.renew()
        self._look()
        self._changed()


def longest_notes(window_seconds: float = 60.0) -> dict[Kind, float]:
    """How many seconds a note on the board can count at most, by its kind."""
    return {
        Kind.PLACE: longest_place_seconds(window_seconds),
        Kind.PAUSE: LONGEST_PAUSE_SECONDS,
        Kind.WAITS: _WAITS_SECONDS,
    }
