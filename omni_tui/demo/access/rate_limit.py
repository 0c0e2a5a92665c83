"""The rate limit: a number of requests per minute for each key."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0


class RateLimit:
    """A sliding window of `WINDOW_SECONDS`.

    Rejected requests count only with `counts_rejected`; then a key that keeps sending stays blocked.
    """

    def __init__(
        self, requests: int, now: Callable[[], float] = time.monotonic, *, counts_rejected: bool = False
    ) -> None:
        self._requests = requests
        self._now = now
        self._counts_rejected = counts_rejected
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait_seconds(self, key: str) -> int:
        """Count a request and return 0, or return the whole seconds until the next one is allowed."""
        now, times = self._now(), self._times[key]
        while times and now - times[0] >= WINDOW_SECONDS:
            times.popleft()
        if len(times) < self._requests:
            times.append(now)
            return 0
        if self._counts_rejected:
            times.append(now)
            times.popleft()
        return max(1, math.ceil(times[0] + WINDOW_SECONDS - now))
