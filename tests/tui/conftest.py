"""What pictures need to be the same on every machine."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days and times as they are in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
