"""How much of a key's limit this program takes, when others whom it cannot see use the same key.

A 429 that is not our own doing says that the server's window is full, and what we have in it is our share at
that moment. We go down to a part of it at once, near it again within a window, and beyond it the faster the
longer no 429 comes (as TCP CUBIC does; RFC 9438): so programs that start together come to rest together, and
what one of them leaves is taken up within a few minutes.
"""

from __future__ import annotations

from collections import deque

from omni_tui.clock import Clock

# What is kept of the share at a 429.
KEPT_PART = 0.7
# How fast it grows, as a part of the limit for each window cubed.
GROWTH = 0.7
# Never less than that part of the limit: who starts late must be able to learn that others gave way.
LEAST_PART = 0.05


class Share:
    """A part of `limit` requests in `window_seconds`; all of it until the first 429."""

    def __init__(self, limit: int, window_seconds: float, clock: Clock) -> None:
        self._limit = limit
        self._window_seconds = window_seconds
        self._clock = clock
        self._highest = float(limit)  # what we had when we were last rejected
        self._rejected_at: float | None = None  # monotonic
        self._rejections: deque[float] = deque()  # monotonic times, within the window

    @property
    def allowed(self) -> int:
        """How many requests may be in the window now, at least 1; rejected ones count besides."""
        return max(1, min(self._limit, self._accepted + self._count_rejected()))

    @property
    def _accepted(self) -> int:
        """How many of them the server may accept."""
        if self._rejected_at is None:
            return self._limit
        windows = (self._clock.monotonic() - self._rejected_at) / self._window_seconds
        back_at = (self._highest * (1 - KEPT_PART) / (GROWTH * self._limit)) ** (1 / 3)
        grown = self._highest + GROWTH * self._limit * (windows - back_at) ** 3
        if grown >= self._limit:
            self._rejected_at = None
            return self._limit
        return int(max(grown, LEAST_PART * self._limit) + 1e-6)  # 13.999… is 14

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the limit, so that time changes nothing."""
        return self._accepted >= self._limit

    def reject(self, sent_at: float, used: int) -> None:
        """Take less: a request that was sent at that monotonic time got a 429.

        `used` is how many requests, that one included, are in the window or under way. Of one burst, every
        further rejection tells that less of it was accepted, and cuts nothing more.
        """
        now = self._clock.monotonic()
        self._rejections.append(now)
        accepted = float(min(max(used - self._count_rejected(), 1), self._limit))
        is_same_burst = self._rejected_at is not None and sent_at <= self._rejected_at
        self._highest = min(self._highest, accepted) if is_same_burst else accepted
        self._rejected_at = self._rejected_at if is_same_burst else now

    def _count_rejected(self) -> int:
        begin = self._clock.monotonic() - self._window_seconds
        while self._rejections and self._rejections[0] <= begin:
            self._rejections.popleft()
        return len(self._rejections)
