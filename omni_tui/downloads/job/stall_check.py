"""How a file comes in: whether enough of it still does, once the time for its export is over."""

from __future__ import annotations

from collections import deque

from omni_tui.clock import Clock

# A file that comes more slowly than this, in bytes per second, isn't waited for beyond its time.
LEAST_SPEED = 1024.0
# Over how long the speed is measured.
WINDOW_SECONDS = 60.0
# Between two marks of how much had come.
_MARK_SECONDS = 1.0


class StallCheck:
    """Follows the bytes of one file, over all tries to fetch it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._total = 0
        self._received = 0  # in this try
        self._is_whole = False
        self._marks: deque[tuple[float, int]] = deque([(clock.monotonic(), 0)])

    def record(self, received: int, expected: int | None) -> None:
        """So many bytes of this try have come, of how many if that is known."""
        self._total += max(0, received - self._received)
        self._received = received
        self._is_whole = expected is not None and received >= expected
        now = self._clock.monotonic()
        if now - self._marks[-1][0] >= _MARK_SECONDS:
            self._marks.append((now, self._total))

    def extra_seconds(self) -> float:
        """Return how many seconds more it may take: none, unless enough came of late or all is there."""
        since = self._clock.monotonic() - WINDOW_SECONDS
        while len(self._marks) > 1 and self._marks[1][0] <= since:
            self._marks.popleft()
        came = self._total - self._marks[0][1]
        return WINDOW_SECONDS if self._is_whole or came >= LEAST_SPEED * WINDOW_SECONDS else 0.0
