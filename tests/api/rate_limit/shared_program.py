"""One of several programs that share a rate limit, for the tests: sends requests and prints how they ended.

python -m tests.api.rate_limit.shared_program FOLDER URL REQUESTS LIMIT WINDOW
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from omni_tui.api.client import OmniClient
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.shared_file import SharedFile, shared_limiter_path
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import api_root
from omni_tui.clock import SystemClock
from omni_tui.demo import TOKEN


async def send(folder: Path, url: str, count: int, limit: int, window_seconds: float) -> None:
    """Send all at once, as the limiter allows; print a line when the first one was answered."""
    clock = SystemClock()
    root = api_root(url)
    state = SharedFile(shared_limiter_path(folder, root, TOKEN), clock, window_seconds=window_seconds)
    limiter = RateLimiter(limit, window_seconds, clock=clock, state=state)
    exchanges = ExchangeLog(capacity=10_000)
    client = OmniClient(root, TOKEN, limiter=limiter, exchanges=exchanges, clock=clock)

    async def one() -> None:
        await client.documents(page_size=1, priority=Priority.INTERACTIVE)
        print("answered", flush=True)

    await asyncio.gather(*(one() for _ in range(count)))
    refused = sum(exchange.status == 429 for exchange in exchanges.exchanges())
    print(f"refused {refused} {limiter.notice}", flush=True)
    await client.aclose()


if __name__ == "__main__":
    where, address, count, limit, window = sys.argv[1:]
    asyncio.run(send(Path(where), address, int(count), int(limit), float(window)))
