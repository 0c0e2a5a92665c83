"""Track this program's requests within the rate limit, and publish them to the other programs.

A published request counts for as long as the server may count it, even if this program is killed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum

from omni_tui.api.rate_limit.shared_state import Kind, Note, SharedState
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


def longest_notes(window_seconds: float) -> dict[Kind, float]:
    """Return how many seconds a note of each kind can count at most."""
    return {
        Kind.SLOT: longest_slot_seconds(window_seconds),
        Kind.PAUSE: MAX_PAUSE_SECONDS,
        Kind.WAITS: WAITING_NOTE_SECONDS,
    }


class Slots:
    """This program's slots, each under its own key, until the server no longer counts the request."""

    def __init__(self, state: SharedState, window_seconds: float, clock: Clock) -> None:
        self._state = state
        self._window_seconds = window_seconds
        self._clock = clock
        self._renew_at: dict[Hashable, float] = {}  # of requests that run (monotonic)
        self._ends_at: dict[Hashable, float] = {}  # of requests that have ended (monotonic)

    def __len__(self) -> int:
        """Return the number of requests that are running or that the server may still count."""
        now = self._clock.monotonic()
        for key in [key for key, end in self._ends_at.items() if end <= now]:
            del self._ends_at[key]
            self._state.drop(key)
        return len(self._renew_at) + len(self._ends_at)

    @property
    def next_end(self) -> float | None:
        """Return the monotonic time at which the next slot expires, or None."""
        return min(self._ends_at.values()) if len(self) and self._ends_at else None

    @property
    def renewals(self) -> Iterable[float]:
        """Return the monotonic times at which notes must be renewed, if other programs read them."""
        return self._renew_at.values() if self._state.is_shared else ()

    def take(self, key: Hashable) -> None:
        """Take a slot. Call this before sending the request."""
        now = self._clock.monotonic()
        self._renew_at[key] = now + RENEW_SECONDS
        self._state.put(key, Note(Kind.SLOT, now + longest_slot_seconds(self._window_seconds)))

    def release(self, key: Hashable, outcome: Outcome) -> None:
        """Release the slot of a request that has ended, once the server no longer counts it."""
        self._renew_at.pop(key, None)
        if outcome is Outcome.UNSENT:
            self._state.drop(key)
            return
        late_seconds = LATE_SECONDS if outcome is Outcome.LOST else 0.0
        until = self._clock.monotonic() + self._window_seconds + MARGIN_SECONDS + late_seconds
        self._ends_at[key] = until
        self._state.put(key, Note(Kind.SLOT, until))

    def renew(self) -> None:
        """Renew the notes that are due."""
        now = self._clock.monotonic()
        for key in [key for key, moment in self._renew_at.items() if moment <= now]:
            self.take(key)
