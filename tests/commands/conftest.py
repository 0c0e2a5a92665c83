"""Fixtures shared by all tests of commands."""

from __future__ import annotations

import pytest

from omni_tui.downloads.polling import schedule
from tests.commands.fork_server import POLL_GAP_SECONDS


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process poll the demo as often as those of the fork server."""
    monkeypatch.setattr(schedule, "MIN_GAP_SECONDS", POLL_GAP_SECONDS)
