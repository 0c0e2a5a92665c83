"""The clock, passed to all code that waits so that tests control time, and the wait before a retry."""

from __future__ import annotations

import random
import time
from typing import Any, Protocol

# Two days before the year 9999 ends, so that every time zone can show it. In seconds since 1970.
LATEST_MOMENT = 253_402_300_800.0 - 2 * 86_400.0


def checked_moment(value: Any) -> float:
    """Return stored seconds since 1970. Raises ValueError for a time outside the calendar."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST_MOMENT:
        raise ValueError("not a time")
    return float(value)


def backoff_seconds(attempt: int) -> float:
    """Return how long to wait after the failed attempt, counted from 1: 2 s, 4 s, 8 s, up to 30 s.

    Up to a second is added at random, so that programs that failed together don't try again together.
    """
    return min(30.0, 2.0 ** min(attempt, 5)) + random.random()


class Clock(Protocol):
    """Provides the time to code that waits."""

    def monotonic(self) -> float:
        """Return seconds that never decrease, for waits and durations."""
        ...

    def time(self) -> float:
        """Return seconds since 1970, for times that are shown or stored."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds."""
        ...


class SystemClock:
    """The system's `Clock`."""

    def monotonic(self) -> float:
        return time.monotonic()

    def time(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        import asyncio  # takes 30 ms to load, and completion needs no clock

        await asyncio.sleep(seconds)
