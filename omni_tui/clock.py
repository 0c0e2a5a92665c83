"""Time, handed in: what waits takes a `Clock`, so that tests can move it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

# The year 9999, less two days, so that every time zone can show it. In seconds since 1970.
LATEST_MOMENT = 253_402_300_800.0 - 2 * 86_400.0


def checked_moment(value: Any) -> float:
    """Return seconds since 1970 that were kept. Raises ValueError for a time that no calendar has."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST_MOMENT:
        raise ValueError("no time")
    return float(value)


class Clock(Protocol):
    """Where waiting code gets its time from."""

    def monotonic(self) -> float:
        """Seconds that only grow; for waits and durations."""
        ...

    def time(self) -> float:
        """Seconds since 1970; for what is shown or kept."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after that many seconds."""
        ...


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Come back after that many seconds."""
        await asyncio.sleep(seconds)
