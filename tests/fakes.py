"""Stand-ins that several test folders share."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

# How often the loop is let run before time moves: enough for the longest chain of callbacks in a test.
SETTLE_ROUNDS = 200


class FakeClock:
    """A clock that moves only when everything that can run has run.

    `await clock.run(something())` runs it to its end, and jumps to the next sleeper whenever the loop has
    nothing else to do. It holds for code that waits on this clock alone: no threads, no sockets.
    """

    def __init__(self, start: float = 1000.0, wall: float = 1_800_000_000.0) -> None:
        self.now = start
        self.wall_offset = wall - start
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now + self.wall_offset

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + max(0.0, seconds), next(self._numbers), future))
        await future

    async def settle(self) -> None:
        """Let everything run that does not wait for time."""
        for _ in range(SETTLE_ROUNDS):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Move on by so much, waking sleepers in their order."""
        end = self.now + seconds
        await self.settle()
        while (due := self._next_due()) is not None and due <= end:
            self._wake_next()
            await self.settle()
        self.now = end

    async def run(self, awaitable: Awaitable[T], *, limit_seconds: float = 36_000.0) -> T:
        """Run to the end, moving time whenever nothing else can happen."""
        task = asyncio.ensure_future(awaitable)
        end = self.now + limit_seconds
        await self.settle()
        while not task.done():
            due = self._next_due()
            if due is None or due > end:
                task.cancel()
                raise AssertionError(f"stuck at {self.now}: nobody sleeps, and it has not ended")
            self._wake_next()
            await self.settle()
        return task.result()

    def _next_due(self) -> float | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def _wake_next(self) -> None:
        due, _, future = heapq.heappop(self._sleepers)
        self.now = max(self.now, due)
        future.set_result(None)
