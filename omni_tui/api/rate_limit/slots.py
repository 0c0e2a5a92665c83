"""Track this program's requests within the rate limit, and publish them to the other programs.

A published request counts for as long as the server may count it, even if this program is killed.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from omni_tui.api.rate_limit.shared_state import FIRST_SLOT, Kind, Note, SharedState
from omni_tui.clock import Clock

# Allows for clock drift within a minute, and for servers that count in coarser steps.
MARGIN_SECONDS = 0.05
# How long after we abandon a request the server may still count it.
LATE_SECONDS = 5.0
# How often a running request is published again. If its program is killed, it counts that much longer.
RENEW_SECONDS = 10.0
# If the server asks for a longer wait than this, the request fails at once instead of waiting.
MAX_PAUSE_SECONDS = 3600.0
# How long a note that a program is waiting counts; twice as long as it takes to renew it.
WAITING_NOTE_SECONDS = 2.0


class Outcome(Enum):
    """How a request ended."""

    ANSWERED = "answered"
    LOST = "lost"
    UNSENT = "unsent"


def longest_slot_seconds(window_seconds: float) -> float:
    """Return how long a slot that is not renewed counts, because its program may have been killed."""
    return window_seconds + MARGIN_SECONDS + LATE_SECONDS + RENEW_SECONDS


def longest_notes(window_seconds: float = 60.0) -> dict[Kind, float]:
    """Return how many seconds a note of each kind can count at most."""
    return {
        Kind.SLOT: longest_slot_seconds(window_seconds),
        Kind.PAUSE: MAX_PAUSE_SECONDS,
        Kind.WAITS: WAITING_NOTE_SECONDS,
    }


@dataclass(slots=True)
class _RunningRequest:
    """A running request: the number of its note, and when to renew the note (monotonic seconds)."""

    number: int
    renew_at: float


class Slots:
    """This program's slots, each under its own key, until the server no longer counts the request."""

    def __init__(self, state: SharedState, window_seconds: float, clock: Clock) -> None:
        self._state = state
        self._window_seconds = window_seconds
        self._clock = clock
        self._numbers = itertools.count(FIRST_SLOT)
        self._under_way: dict[object, _RunningRequest] = {}
        self._held_until: list[tuple[float, int]] = []  # a heap of (monotonic time, note number)

    def __len__(self) -> int:
        """Return the number of requests that are running or that the server may still count."""
        now = self._clock.monotonic()
        while self._held_until and self._held_until[0][0] <= now:
            _, number = heapq.heappop(self._held_until)
            self._state.drop(number)
        return len(self._under_way) + len(self._held_until)

    @property
    def next_end(self) -> float | None:
        """Return the monotonic time at which the next slot expires, or None."""
        return self._held_until[0][0] if len(self) and self._held_until else None

    @property
    def renewals(self) -> Iterator[float]:
        """Yield the monotonic times at which notes must be renewed, if other programs read them."""
        return (request.renew_at for request in self._under_way.values() if self._state.is_shared)

    def take(self, key: object) -> None:
        """Take a slot. Call this before sending the request."""
        request = self._under_way[key] = _RunningRequest(next(self._numbers), 0.0)
        self._tell(request)

    def release(self, key: object, outcome: Outcome) -> None:
        """Release the slot of a request that has ended, once the server no longer counts it."""
        request = self._under_way.pop(key, None)
        number = next(self._numbers) if request is None else request.number
        if outcome is Outcome.UNSENT:
            self._state.drop(number)
            return
        late_seconds = LATE_SECONDS if outcome is Outcome.LOST else 0.0
        until = self._clock.monotonic() + self._window_seconds + MARGIN_SECONDS + late_seconds
        heapq.heappush(self._held_until, (until, number))
        self._state.put(number, Note(Kind.SLOT, until))

    def renew(self) -> None:
        """Renew the notes that are due."""
        now = self._clock.monotonic()
        for request in self._under_way.values():
            if request.renew_at <= now:
                self._tell(request)

    def _tell(self, request: _RunningRequest) -> None:
        now = self._clock.monotonic()
        request.renew_at = now + RENEW_SECONDS
        until = now + longest_slot_seconds(self._window_seconds)
        self._state.put(request.number, Note(Kind.SLOT, until))
