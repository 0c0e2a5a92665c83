"""Run one export per dashboard and user at a time, because the server rejects a second one (409)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class DashboardLock:
    """Lets one job at a time export a dashboard, first come, first served.

    `unfinished_job_id` is a server job that was started here and may still be rendering although nobody waits
    for it any longer. The next job waits until it has ended.
    """

    unfinished_job_id: str | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def hold(self, on_wait: Callable[[], None]) -> AsyncIterator[None]:
        """Hold the lock; call `on_wait` first if another job has it."""
        if self._lock.locked():
            on_wait()
        async with self._lock:
            yield
