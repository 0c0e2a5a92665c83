"""A demo with very many dashboards, and a home whose list of them is on disk already."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from omni_tui import demo
from omni_tui.api.addresses import api_root
from omni_tui.api.budget import Budget
from omni_tui.api.client import OmniClient
from omni_tui.api.exchanges import ExchangeLog
from omni_tui.catalog.catalog import Catalog
from omni_tui.clock import SystemClock
from omni_tui.demo.server import DemoServer
from tests.bench.terminals import in_home

# The limit is not what is measured here.
NO_LIMIT = 1_000_000


@contextmanager
def many_dashboards(count: int) -> Iterator[DemoServer]:
    """A demo with so many."""
    with DemoServer(dashboards=count, limit=NO_LIMIT) as server:
        yield server


def account(server: DemoServer, home: Path) -> dict[str, str]:
    """The environment of somebody with that home and the demo's token."""
    return in_home(home, OMNI_BASE_URL=server.url, OMNI_API_TOKEN=demo.TOKEN)


def read_all(server: DemoServer, home: Path) -> int:
    """Read the whole list as the program does, and keep it where the program looks; how many there are."""
    return asyncio.run(_read_all(server, home))


async def _read_all(server: DemoServer, home: Path) -> int:
    clock = SystemClock()
    budget = Budget(NO_LIMIT, clock=clock)
    client = OmniClient(api_root(server.url), demo.TOKEN, budget=budget, exchanges=ExchangeLog(), clock=clock)
    name = f"{quote(urlsplit(server.url).netloc, safe='')}.list"
    catalog = Catalog(client, home / ".cache/omni-tui/catalogs" / name, clock)
    try:
        await catalog.refresh()
    finally:
        await client.aclose()
    assert catalog.cache_failure is None, catalog.cache_failure
    return len(catalog.dashboards)


def no_settings_of_this_machine() -> None:
    """What this process reads of the environment must not be the person's who runs it."""
    for name in [name for name in os.environ if name.startswith("OMNI_")]:
        del os.environ[name]
