"""One export of a dashboard at a time for each user: the server refuses a second one (409)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Lane:
    """What may run one after the other only, in the order in which it came.

    `on_server` is a job of ours that the server may still be rendering though nobody waits for it any more:
    the next one waits until it has ended.
    """

    on_server: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn(self, waiting: Callable[[], None]) -> AsyncIterator[None]:
        """Hold the lane; `waiting` is called when it is taken."""
        if self.lock.locked():
            waiting()
        async with self.lock:
            yield


class Lanes:
    """The lanes by dashboard and user."""

    def __init__(self) -> None:
        self._lanes: defaultdict[tuple[str, str | None], Lane] = defaultdict(Lane)

    def lane(self, dashboard_id: str, user_id: str | None) -> Lane:
        """The lane of that dashboard for that user."""
        return self._lanes[dashboard_id, user_id]
