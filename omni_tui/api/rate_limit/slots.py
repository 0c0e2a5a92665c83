"""The places in the budget that this program has taken, and what the board says of them.

There, each counts for as long as the server may count its request, also if we are killed in the meantime.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from omni_tui.api.rate_limit.shared_state import FIRST_PLACE, Board, Kind, Note
from omni_tui.clock import Clock

# What two clocks may drift apart in a minute, and a server that counts in coarser steps.
MARGIN_SECONDS = 0.05
# How long after we gave a request up the server may still come to count it.
LATE_SECONDS = 5.0
# How often a request that is under way is told of anew: so much longer counts one whose program was killed.
RENEW_SECONDS = 10.0


class Fate(Enum):
    """What became of a request."""

    ANSWERED = "answered"
    LOST = "lost"
    UNSENT = "unsent"


def longest_place_seconds(window_seconds: float) -> float:
    """How long a place counts that is not told of anew: its program may have been killed just before."""
    return window_seconds + MARGIN_SECONDS + LATE_SECONDS + RENEW_SECONDS


@dataclass(slots=True)
class _UnderWay:
    """A request that is under way: the number of its note, and when that is to be written anew."""

    number: int
    renew_at: float


class Places:
    """Each is taken under a key of its own, and let go when what became of the request is known."""

    def __init__(self, board: Board, window_seconds: float, clock: Clock) -> None:
        self._board = board
        self._window_seconds = window_seconds
        self._clock = clock
        self._numbers = itertools.count(FIRST_PLACE)
        self._under_way: dict[object, _UnderWay] = {}
        self._held_until: list[tuple[float, int]] = []  # a heap of monotonic times and notes

    def __len__(self) -> int:
        """Requests that are under way, and those that the server may still count."""
        now = self._clock.monotonic()
        while self._held_until and self._held_until[0][0] <= now:
            _, number = heapq.heappop(self._held_until)
            self._board.drop(number)
        return len(self._under_way) + len(self._held_until)

    @property
    def next_end(self) -> float | None:
        """The monotonic time at which the next one falls free by itself."""
        return self._held_until[0][0] if len(self) and self._held_until else None

    @property
    def renewals(self) -> Iterator[float]:
        """When places have to be told of anew, as monotonic times, if anybody reads it."""
        return (place.renew_at for place in self._under_way.values() if self._board.is_shared)

    def take(self, key: object) -> None:
        """Before its request is sent."""
        place = self._under_way[key] = _UnderWay(next(self._numbers), 0.0)
        self._tell(place)

    def let_go(self, key: object, fate: Fate) -> None:
        """Its request has ended; the place is held for as long as the server may count it."""
        place = self._under_way.pop(key, None)
        number = next(self._numbers) if place is None else place.number
        if fate is Fate.UNSENT:
            self._board.drop(number)
            return
        late_seconds = LATE_SECONDS if fate is Fate.LOST else 0.0
        until = self._clock.monotonic() + self._window_seconds + MARGIN_SECONDS + late_seconds
        heapq.heappush(self._held_until, (until, number))
        self._board.put(number, Note(Kind.PLACE, until))

    def renew(self) -> None:
        """Tell anew of those that are due."""
        now = self._clock.monotonic()
        for place in self._under_way.values():
            if place.renew_at <= now:
                self._tell(place)

    def _tell(self, place: _UnderWay) -> None:
        now = self._clock.monotonic()
        place.renew_at = now + RENEW_SECONDS
        until = now + longest_place_seconds(self._window_seconds)
        self._board.put(place.number, Note(Kind.PLACE, until))
