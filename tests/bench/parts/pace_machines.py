"""Several programs with separate state and one key, with the demo server; and one program with all exports.

Each has its own engine, client and rate limiter, as on a separate machine. The server counts the requests
that it rejects. Time passes `--speed` times as fast, as in `pace_demo`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from unittest import mock

from omni_tui.api.rate_limit.adaptive_share import AdaptiveShare
from omni_tui.demo import jobs
from omni_tui.demo.access import rate_limit
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.server import DemoServer
from tests.bench.parts.pace_demo import LIMIT, SPARE_DASHBOARDS, WINDOW_SECONDS, FastClock, _export
from tests.downloads.simulation import lognormal

EXPORTS_EACH = 25


def measure_machines(arguments: argparse.Namespace) -> None:
    """Print a line for each: alone, together with the full limit each, and together with a share each."""
    count = EXPORTS_EACH * arguments.machines
    print(f"{count} exports, speed {arguments.speed:g}, seed {arguments.seed}; {LIMIT} requests a minute")
    alone, *_ = _run(1, count, arguments, has_share=True)
    for says_retry_after in (True, False):
        words = "with" if says_retry_after else "without"
        for has_share in (False, True):
            seconds, rejected, requests = _run(
                arguments.machines, count, arguments, has_share=has_share, says_retry_after=says_retry_after
            )
            print(
                f"{arguments.machines} programs, {'a share' if has_share else 'the whole limit'} each, "
                f"{words} Retry-After: {rejected / count:.2f} rejections an export "
                f"({rejected} of {requests} requests), "
                f"all done after {seconds:.0f} s, {seconds / alone:.2f} × the {alone:.0f} s of one program",
                flush=True,
            )


def _run(
    machines: int,
    count: int,
    arguments: argparse.Namespace,
    *,
    has_share: bool,
    says_retry_after: bool = True,
) -> tuple[float, int, int]:
    """Return the seconds until all exports finished, the rejected requests, and all requests."""
    speed = arguments.speed
    renders = lognormal(count, arguments.seed, median=arguments.median, spread=arguments.spread)
    documents = SampleDocuments(count + SPARE_DASHBOARDS, now=datetime.now(UTC))
    dashboards = [each for each in documents if each.has_dashboard and not each.special][:count]
    seconds = {each.identifier: render for each, render in zip(dashboards, renders, strict=True)}
    server = DemoServer(
        speed=speed,
        dashboards=count + SPARE_DASHBOARDS,
        limit=LIMIT,
        counts_rejected=True,
        says_retry_after=says_retry_after,
    )
    without = nullcontext() if has_share else mock.patch.object(AdaptiveShare, "reject")
    with (
        mock.patch.object(jobs, "render_seconds", lambda dashboard, _: seconds[dashboard.identifier]),
        mock.patch.object(rate_limit, "WINDOW_SECONDS", WINDOW_SECONDS / speed),
        without,
        server,
    ):
        done = asyncio.run(_export_on_each(server.url, dashboards, machines, speed))
        return max(done), server.demo.rejected_count, server.requests.total()


async def _export_on_each(
    url: str, dashboards: Sequence[Dashboard], machines: int, speed: float
) -> list[float]:
    """Return when each file was saved, in seconds of the fast clock."""
    parts = [dashboards[number::machines] for number in range(machines)]
    ended = await asyncio.gather(*(_export(url, part, FastClock(speed)) for part in parts))
    return list(itertools.chain.from_iterable(done for done, _ in ended))
