"""Retry after failures, limit times, and detect stalled downloads. Times are seconds of the given clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from omni_tui.clock import Clock, backoff_seconds

T = TypeVar("T")

# The slowest download, in bytes per second, that may exceed the time limit.
MIN_SPEED = 1024.0
# The period over which the speed is measured.
WINDOW_SECONDS = 60.0
# The shortest time between two measurements.
_MARK_SECONDS = 1.0


async def keep_trying(
    work: Callable[[], Awaitable[T]],
    clock: Clock,
    *,
    may_retry: Callable[[Exception, int], bool],
    before_wait: Callable[[Exception], None],
) -> T:
    """Run `work`, and retry it with exponential backoff and jitter while `may_retry` returns True.

    `may_retry` gets the error and the number of attempts; `before_wait` gets the error. Waits at least the
    server's `retry_after_seconds`. Raises the last error.
    """
    attempt = 1
    while True:
        try:
            return await work()
        except Exception as error:
            if not may_retry(error, attempt):
                raise
            before_wait(error)
            await clock.sleep(
                max(backoff_seconds(attempt), getattr(error, "retry_after_seconds", None) or 0.0)
            )
        attempt += 1


@asynccontextmanager
async def within(
    clock: Clock,
    seconds: float,
    too_late: Callable[[], Exception],
    *,
    extra_seconds: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[None]:
    """Cancel the block after `seconds` and raise `too_late()`: `asyncio.timeout` with our own clock.

    When the time is over, `extra_seconds` returns how many seconds to add; 0 ends the block.
    """
    task = asyncio.current_task()
    assert task is not None
    cancels_before = task.cancelling()
    is_late = False

    async def watch() -> None:
        nonlocal is_late
        left = seconds
        while True:
            await clock.sleep(left)
            left = extra_seconds()
            if left <= 0:
                break
        is_late = True
        task.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        # the task may have been canceled from outside too, which takes precedence
        if is_late and task.uncancel() <= cancels_before:
            raise too_late() from None
        raise
    finally:
        watcher.cancel()


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
        return WINDOW_SECONDS if self._is_complete or received >= MIN_SPEED * WINDOW_SECONDS else 0.0
