"""Take only a share of a key's rate limit when others that we can't see use the same key.

A 429 that we did not cause means that the server's window is full; what we have in it is our share at that
moment. We cut it to a part at once, return close to it within a window, and grow faster the longer no 429
comes (as TCP CUBIC does; RFC 9438). Programs that start together settle at equal shares, and a program
that stops leaves its share to the others within a few minutes.
"""

from __future__ import annotations

from collections import deque

from omni_tui.clock import Clock

# The part of the share that is kept after a 429.
KEPT_SHARE = 0.7
# Growth, as a part of the limit per window cubed.
GROWTH = 0.7
# The share never falls below this part of the limit: a late starter must notice when others use less.
MIN_SHARE = 0.05


class AdaptiveShare:
    """A part of `limit` requests in `window_seconds`; the whole limit until the first 429."""

    def __init__(self, limit: int, window_seconds: float, clock: Clock) -> None:
        self._limit = limit
        self._window_seconds = window_seconds
        self._clock = clock
        self._highest = float(limit)  # our share at the last rejection
        self._rejected_at: float | None = None  # monotonic
        self._rejections: deque[float] = deque()  # monotonic times, within the window

    @property
    def allowed(self) -> int:
        """Return how many requests may be in the window now, at least 1; rejected ones are extra."""
        return max(1, min(self._limit, self._accepted + self._count_rejected()))

    @property
    def _accepted(self) -> int:
        """Return how many of them the server may accept."""
        if self._rejected_at is None:
            return self._limit
        windows = (self._clock.monotonic() - self._rejected_at) / self._window_seconds
        back_at = (self._highest * (1 - KEPT_SHARE) / (GROWTH * self._limit)) ** (1 / 3)
        grown = self._highest + GROWTH * self._limit * (windows - back_at) ** 3
        if grown >= self._limit:
            self._rejected_at = None
            return self._limit
        return int(max(grown, MIN_SHARE * self._limit) + 1e-6)  # 13.999… is 14

    @property
    def is_whole(self) -> bool:
        """Return whether the share is the whole limit, so that time changes nothing."""
        return self._accepted >= self._limit

    def reject(self, sent_at: float, used: int) -> None:
        """Take less: a request sent at the monotonic time `sent_at` got a 429.

        `used` is how many requests, this one included, are in the window or running. Further rejections in
        the same burst show that the server accepted less of it, and don't cut the share again.
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
