"""Keep a key's requests within the server's rate limit, by priority.

The server counts a sliding window: at most `limit` requests in any `window_seconds`. It counts a request at
some moment between request and response, which we can't see. So a request holds its slot from before it is
sent until `window_seconds` after its response. By then it has left the server's window, whenever it was
counted, so our own requests never cause a 429.

Programs that share a key publish their slots (`shared_state`). A published slot counts for a while even if
its program is killed, and is renewed while its request runs.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from omni_tui.api.observers import Subscribers
from omni_tui.api.rate_limit.adaptive_share import AdaptiveShare
from omni_tui.api.rate_limit.priority import SHARES, Priority
from omni_tui.api.rate_limit.shared_state import (
    MAX_COUNTED,
    Kind,
    Note,
    SharedState,
)
from omni_tui.api.rate_limit.slots import WAITING_NOTE_SECONDS, Outcome, Slots
from omni_tui.clock import Clock

# A pause is a new one if it ends at least this much later.
_CLOCKS_DIFFER_SECONDS = 2.0

# How often waiting programs check for slots that others released early, and say that they still wait.
LOOK_SECONDS = 1.0
# How long a slot is left to another program that also waits and has fewer.
YIELD_SECONDS = 0.1
# When to try again while another program has the turn.
_BUSY_SECONDS = 0.02


class Slot:
    """One request's slot. Call exactly one of `answered`, `lost` and `unsent` when the request has ended."""

    __slots__ = ("_limiter", "_sent_at")

    def __init__(self, limiter: RateLimiter, now: float) -> None:
        self._limiter: RateLimiter | None = limiter
        self._sent_at = now

    def rejected(self) -> None:
        """Record a 429: others use the key too, so take a smaller share. Call `answered` afterward."""
        if self._limiter is not None:
            self._limiter._share.reject(self._sent_at, self._limiter._used())

    def answered(self) -> None:
        """Record that a response came: the server has counted the request."""
        self._end(Outcome.ANSWERED)

    def lost(self) -> None:
        """Record that no response came (timeout, reset, cancel): the server may count it a little later."""
        self._end(Outcome.LOST)

    def unsent(self) -> None:
        """Record that the request never reached the server: its slot is free at once."""
        self._end(Outcome.UNSENT)

    def _end(self, outcome: Outcome) -> None:
        limiter, self._limiter = self._limiter, None
        if limiter is not None:
            limiter._slot_ended(self, outcome)


@dataclass(order=True, slots=True)
class _Waiter:
    """A waiting request; ordered by priority, then by arrival."""

    priority: Priority
    arrival: int
    granted: asyncio.Future[Slot] = field(compare=False)


class RateLimiter:
    """A sliding window of `limit` requests in `window_seconds`, with priorities and a pause.

    After a pause, one request goes alone; the others follow when it has been answered. A server that still
    rejects then rejects one request of each program, not all that have gathered.

    With a `state`, the slots and pauses of all programs that share it count. If two of them wait for the
    same slot, the one that has fewer gets it.

    No task runs unless a request waits, a request under a shared limit has run for long, or an observer
    needs to know about a change that comes with time alone.
    """

    def __init__(
        self, limit: int = 60, window_seconds: float = 60.0, *, clock: Clock, state: SharedState | None = None
    ) -> None:
        if limit < 1:
            raise ValueError(f"a rate limit of {limit} requests would let nothing through")
        self.limit = limit
        self.window_seconds = window_seconds
        self._clock = clock
        self._state = state or SharedState(clock)
        self._slots = Slots(self._state, window_seconds, clock)
        self._share = AdaptiveShare(limit, window_seconds, clock)
        self._waiters: list[_Waiter] = []  # a heap
        self._arrivals = itertools.count()
        self._published_wait: Note | None = None  # the note about our waiters that others see
        self._yields_since: float | None = None
        self._pause_end = float("-inf")  # monotonic
        self._after_pause = False  # no request since the pause has been answered yet
        self._probe: Slot | None = None  # the first request after a pause, while it runs
        self._subscribers: Subscribers[[]] = Subscribers()
        self._timer: asyncio.Task[None] | None = None
        self._timer_ends_at = float("inf")

    @property
    def notice(self) -> str:
        """Return what to tell the user about sharing the limit, in a sentence; empty if nothing is wrong."""
        self._state.look()
        return self._state.notice

    @property
    def used(self) -> int:
        """Return how many slots are taken: requests that run, and those the server may still count.

        Counts all programs that share the limit.
        """
        self._state.look()
        return self._used()

    @property
    def paused_until(self) -> float | None:
        """Return when the pause ends (seconds since 1970), or None."""
        self._look()
        remaining = self._pause_end - self._clock.monotonic()
        return self._clock.time() + remaining if remaining > 0 else None

    def most(self, priority: Priority) -> int:
        """Return how many slots requests of that priority may use."""
        return max(1, int(self._share.allowed * SHARES[priority]))

    def room(self, priority: Priority) -> int:
        """Return how many requests of that priority could go at once, after those that already wait."""
        self._look()
        if self._is_held:
            return 0
        ahead = sum(waiter.priority <= priority and not waiter.granted.done() for waiter in self._waiters)
        used = self._used()
        room = max(0, self.most(priority) - used - ahead - self._left_to_others(priority, used))
        return min(room, 1) if self._after_pause else room

    async def acquire(self, priority: Priority) -> Slot:
        """Wait for a slot and for the end of any pause; first come, first served within a priority.

        Safe to cancel at any time: no slot is taken then, and nobody is kept waiting.
        """
        waiter = _Waiter(priority, next(self._arrivals), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiters, waiter)
        self._serve()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if not waiter.granted.cancelled():  # granted at the moment of the cancel, and never used
                waiter.granted.result().unsent()
            self._serve()
            raise

    def pause(self, seconds: float) -> None:
        """Send nothing for that many seconds. If several pauses overlap, the last to end counts."""
        self._hold_until(max(self._pause_end, self._clock.monotonic() + seconds))
        self._state.put(Kind.PAUSE, Note(Kind.PAUSE, self._pause_end))
        self._changed()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever `used` or `paused_until` changes; return a function that unsubscribes."""
        remove = self._subscribers.add(callback)
        self._update_timer()

        def unsubscribe() -> None:
            remove()
            self._update_timer()

        return unsubscribe

    def _hold_until(self, moment: float) -> None:
        self._pause_end = moment
        self._after_pause, self._probe = True, None

    def _slot_ended(self, slot: Slot, outcome: Outcome) -> None:
        self._slots.release(slot, outcome)
        if slot is self._probe:
            self._probe = None
            # without a response, the next request goes alone
            self._after_pause = outcome is not Outcome.ANSWERED
        self._changed()

    def _changed(self) -> None:
        self._serve()
        self._subscribers.tell()

    def _serve(self) -> None:
        """Give slots to waiters while there are any, and publish them."""
        is_any_given = False
        if self._drop_gone() or self._published_wait is not None or self._state.is_behind:
            with self._state.turn() as has_turn:
                self._adopt_pause()
                while has_turn and self._drop_gone() and self._may_go(self._waiters[0].priority):
                    self._grant_slot(heapq.heappop(self._waiters))
                    is_any_given = True
                self._publish_waiting()
        if is_any_given:
            self._subscribers.tell()
        self._update_timer()

    def _grant_slot(self, waiter: _Waiter) -> None:
        slot = Slot(self, self._clock.monotonic())
        self._slots.take(slot)
        if self._after_pause:
            self._probe = slot
        waiter.granted.set_result(slot)

    def _publish_waiting(self) -> None:
        """Publish what the first waiter in the queue waits for."""
        now, published = self._clock.monotonic(), self._published_wait
        if not self._waiters:
            if published is not None:
                self._state.drop(Kind.WAITS)
                self._published_wait = None
            return
        priority = self._waiters[0].priority
        count = min(MAX_COUNTED, sum(waiter.priority == priority for waiter in self._waiters))
        if (
            published is None
            or (published.priority, published.count) != (priority, count)
            or published.until - now <= LOOK_SECONDS
        ):
            self._published_wait = Note(Kind.WAITS, now + WAITING_NOTE_SECONDS, priority, count)
            self._state.put(Kind.WAITS, self._published_wait)

    def _look(self) -> None:
        self._state.look()
        self._adopt_pause()

    def _adopt_pause(self) -> None:
        """Adopt a pause that another program was asked to make."""
        latest = self._state.others_pause_end
        # … unless we already know it: another machine's clock differs in the last digits
        if latest > max(self._clock.monotonic(), self._pause_end + _CLOCKS_DIFFER_SECONDS):
            self._hold_until(latest)

    def _drop_gone(self) -> bool:
        """Remove canceled waiters from the head of the queue; return whether any waiter is left."""
        while self._waiters and self._waiters[0].granted.done():
            heapq.heappop(self._waiters)
        return bool(self._waiters)

    def _may_go(self, priority: Priority) -> bool:
        """Return whether the first waiter may go; those behind it have no larger share."""
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
        self._yields_since = None  # the others didn't take it
        return True

    def _left_to_others(self, priority: Priority, used: int) -> int:
        """Return how many slots to leave to other programs that wait at least as urgently and have fewer."""
        return sum(
            min(waiting.count, len(self._slots) - their_slots)
            for waiting, their_slots in self._state.others_waiting()
            if waiting.priority <= priority and their_slots < len(self._slots)
            # … within what their priority may use
            if waiting.priority in SHARES and used < self.most(Priority(waiting.priority))
        )

    @property
    def _is_held(self) -> bool:
        """Return whether nobody may go: during a pause, or until the first request after it is answered."""
        return self._pause_end > self._clock.monotonic() or self._probe is not None

    def _used(self) -> int:
        return len(self._slots) + self._state.others_slots

    def _next_change(self) -> float | None:
        """Return the monotonic time of the next change that comes with time alone, or None."""
        now = self._clock.monotonic()
        moments = [*self._slots.renewals]
        if self._state.is_behind:
            moments.append(now + _BUSY_SECONDS)
        if self._drop_gone() and self._state.is_shared:
            moments.append(now + LOOK_SECONDS)  # others may have released a slot …
            if self._yields_since is not None:
                moments.append(self._yields_since + YIELD_SECONDS)  # … or not taken one left to them
        if (self._waiters or self._subscribers) and not self._share.is_whole:
            moments.append(now + LOOK_SECONDS)  # it grows with time alone
        if self._waiters or self._subscribers:
            moments += [*self._state.others_ends, self._pause_end]
            if (next_end := self._slots.next_end) is not None:
                moments.append(next_end)
        return min((moment for moment in moments if moment > now), default=None)

    def _update_timer(self) -> None:
        """Run one task that sleeps until the next change, or none if there is nothing to wait for."""
        moment = self._next_change()
        if self._timer is not None and (self._timer.done() or moment is None or moment < self._timer_ends_at):
            self._timer.cancel()
            self._timer = None
        if self._timer is None and moment is not None:
            self._timer_ends_at = moment
            self._timer = asyncio.get_running_loop().create_task(self._run_timer(moment))

    async def _run_timer(self, moment: float) -> None:
        await self._clock.sleep(max(0.0, moment - self._clock.monotonic()))
        self._timer = None
        self._slots.renew()
        self._look()
        self._changed()
