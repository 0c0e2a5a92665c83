"""A demo with very many dashboards, and a home folder with their cached list.

    python -m tests.bench.many --port PORT [--dashboards 100000]

serves one until it is interrupted, for several runs of a benchmark: reading such a long list takes a minute,
and each new demo generates other update times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

from omni_tui import demo
from omni_tui.api.client import OmniClient
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.urls import api_root
from omni_tui.catalog.catalog import Catalog
from omni_tui.catalog.disk_cache import read_cache, write_cache
from omni_tui.clock import SystemClock
from omni_tui.demo.server import DemoServer
from tests.bench.parts.terminals import in_home

# The rate limit isn't measured here.
NO_LIMIT = 1_000_000


class Served(Protocol):
    """A running demo, in this or another process."""

    @property
    def url(self) -> str:
        """Its URL."""
        ...


@contextmanager
def many_dashboards(count: int, port: int = 0) -> Iterator[DemoServer]:
    """Serve a demo with this many dashboards, on a free port if none is given."""
    with DemoServer(port=port, dashboards=count, limit=NO_LIMIT) as server:
        yield server


def account(server: Served, home: Path) -> dict[str, str]:
    """Return an environment with that home folder and the demo's token."""
    return in_home(home, OMNI_BASE_URL=server.url, OMNI_API_TOKEN=demo.TOKEN)


def read_all(server: Served, home: Path) -> int:
    """Read the whole list into the program's cache; return how many dashboards there are."""
    return asyncio.run(_read_all(server, home))


def kept_list(server: Served, home: Path) -> int:
    """Return how many dashboards an earlier run cached, and mark them as just read; 0 without a cache."""
    path = _list_path(server, home)
    kept = read_cache(path)
    if kept is not None:
        write_cache(path, kept.table, SystemClock().time())
    return len(kept.table) if kept is not None else 0


def _list_path(server: Served, home: Path) -> Path:
    name = f"{quote(urlsplit(server.url).netloc, safe='')}.list"
    return home / ".cache/omni-tui/catalogs" / name


async def _read_all(server: Served, home: Path) -> int:
    clock = SystemClock()
    limiter = RateLimiter(NO_LIMIT, clock=clock)
    client = OmniClient(
        api_root(server.url), demo.TOKEN, limiter=limiter, exchanges=ExchangeLog(), clock=clock
    )
    catalog = Catalog(client, _list_path(server, home), clock)
    try:
        await catalog.refresh()
    finally:
        await client.aclose()
    assert _list_path(server, home).exists()
    return len(catalog.dashboards)


def no_settings_of_this_machine() -> None:
    """Remove the user's own settings from this process's environment."""
    for name in [name for name in os.environ if name.startswith("OMNI_")]:
        del os.environ[name]


def main() -> None:
    """Serve the demo."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dashboards", type=int, default=100_000)
    arguments = parser.parse_args()
    with many_dashboards(arguments.dashboards, arguments.port) as server, suppress(KeyboardInterrupt):
        print(f"--url {server.url}", flush=True)
        server.wait()


if __name__ == "__main__":
    main()
