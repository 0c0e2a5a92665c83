"""What several tests of the screens need: an Omni to talk to, and one clock on every machine."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from omni_tui.demo.server import DemoServer


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    """A demo that refuses nothing for being asked often."""
    with DemoServer(limit=10_000) as server:
        yield server


@pytest.fixture
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days and times as they are in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
