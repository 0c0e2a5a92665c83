"""Decide whether a download that exceeds its job's time limit is still fast enough to wait for."""

from __future__ import annotations

from collections import deque

from omni_tui.clock import Clock

# The slowest download, in bytes per second, that may exceed the time limit.
LEAST_SPEED = 1024.0
# The period over which the speed is measured.
WINDOW_SECONDS = 60.0
# The shortest time between two measurements.
_MARK_SECONDS = 1.0


class StallCheck:
    """Measures the download speed of one file over all attempts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._total = 0
        self._received = 0  # in this attempt
        self._is_complete = False
        self._marks: deque[tuple[float, int]] = deque([(clock.monotonic(), 0)])

    def record(self, received: int, expected: int | None) -> None:
        """Record the bytes received in this attempt, and the bytes expected if known."""
        self._total += max(0, received - self._received)
        self._received = received
        self._is_complete = expected is not None and received >= expected
        now = self._clock.monotonic()
        if now - self._marks[-1][0] >= _MARK_SECONDS:
            self._marks.append((now, self._total))

    def extra_seconds(self) -> float:
        """Return how many seconds to add: 0 if the download is too slow and not complete."""
        since = self._clock.monotonic() - WINDOW_SECONDS
        while len(self._marks) > 1 and self._marks[1][0] <= since:
            self._marks.popleft()
        received = self._total - self._marks[0][1]
        return WINDOW_SECONDS if self._is_complete or received >= LEAST_SPEED * WINDOW_SECONDS else 0.0
