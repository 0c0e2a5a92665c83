"""The same for real: engine, client and rate limiter with the demo server, which counts rejections.

Time passes `--speed` times as fast for both sides: the demo renders faster and its window is
shorter by this factor, and the program's clock runs faster. Render times are lognormal.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from omni_tui.api.client import OmniClient
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import api_root
from omni_tui.demo import TOKEN, jobs
from omni_tui.demo.access import rate_limit
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.simulation import Clairvoyant, Omni, lognormal, run

LIMIT, WINDOW_SECONDS = 60, 60.0
SPARE_DASHBOARDS = 60  # some have special behavior
GOALS = {1: 1.10, 5: 1.10, 25: 1.10, 100: 1.30}


class FastClock:
    """The machine's clock, running faster."""

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def monotonic(self) -> float:
        """Return seconds that never decrease."""
        return time.monotonic() * self._speed

    def time(self) -> float:
        """Return seconds since some moment."""
        return self.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep for a shorter time."""
        await asyncio.sleep(seconds / self._speed)


def measure(count: int, arguments: argparse.Namespace) -> bool:
    """Export this many dashboards at once, and print a line; return whether the goals are met."""
    speed = arguments.speed
    renders = lognormal(count, arguments.seed, median=arguments.median, spread=arguments.spread)
    best = run(lambda: Clairvoyant(renders, Omni()), renders)
    documents = SampleDocuments(count + SPARE_DASHBOARDS, now=datetime.now(UTC))
    dashboards = [dashboard for dashboard in documents if dashboard.has_dashboard and not dashboard.special][
        :count
    ]
    seconds = {dashboard.identifier: render for dashboard, render in zip(dashboards, renders, strict=True)}
    server = DemoServer(speed=speed, dashboards=count + SPARE_DASHBOARDS, limit=LIMIT)
    with (
        mock.patch.object(jobs, "render_seconds", lambda dashboard, _: seconds[dashboard.identifier]),
        mock.patch.object(rate_limit, "WINDOW_SECONDS", WINDOW_SECONDS / speed),
        server,
    ):
        done, refused_to_us = asyncio.run(_export(server.url, dashboards, FastClock(speed)))
        refused, requests = server.demo.rejected_count, server.requests
    ratio = max(done) / best.all_done
    print(
        f"{count:4} jobs, speed {speed:g}, seed {arguments.seed}: all done after {max(done):.1f} s, "
        f"{ratio:.3f} × the clairvoyant's {best.all_done:.1f} s; {statistics.fmean(done):.1f} s a file, "
        f"{statistics.fmean(done) / best.mean:.3f} × its {best.mean:.1f} s; {requests.total()} requests, "
        f"{requests['GET', 'status']} of them polls; 429: {refused} by the server's count, {refused_to_us} "
        "by ours",
        flush=True,
    )
    return ratio <= GOALS.get(count, 1.3) and refused == refused_to_us == 0


async def _export(url: str, dashboards: Sequence[Dashboard], clock: FastClock) -> tuple[list[float], int]:
    """Return when each file was saved, in seconds of that clock, and how many 429 responses there were."""
    limiter = RateLimiter(LIMIT, WINDOW_SECONDS, clock=clock)
    exchanges = ExchangeLog(capacity=100_000)
    client = OmniClient(api_root(url), TOKEN, limiter=limiter, exchanges=exchanges, clock=clock)
    engine = Engine(client, MemoryStore(), clock=clock, requests=limiter)
    with tempfile.TemporaryDirectory() as folder:
        start = clock.time()
        ids = [
            engine.submit(Order(ExportRequest(one.identifier, Format.CSV), one.name, Path(folder)))
            for one in dashboards
        ]
        ended = await asyncio.gather(*(engine.wait(job_id) for job_id in ids))
        await engine.aclose()
        await client.aclose()
        assert all(job.state is JobState.DONE for job in ended), [job.failure for job in ended]
        assert len(os.listdir(folder)) == len(dashboards)
    done = [job.ended_at - start for job in ended if job.ended_at is not None]
    return done, sum(exchange.status == 429 for exchange in exchanges.exchanges())
