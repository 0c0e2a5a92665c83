"""Fixtures shared by all tests of commands."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from omni_tui.commands.shared.signals import SIGNALS
from omni_tui.downloads.polling import schedule
from tests.commands.fork_server import POLL_GAP_SECONDS


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process poll the demo as often as those of the fork server."""
    monkeypatch.setattr(schedule, "MIN_GAP_SECONDS", POLL_GAP_SECONDS)


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """Restore the signal handlers after a test, even if the tests run under nohup."""
    usual = dict.fromkeys(SIGNALS, signal.SIG_DFL) | {signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
