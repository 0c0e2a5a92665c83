"""Shared fixtures of the TUI tests: a demo server, and the same time zone everywhere."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from omni_tui.demo.server import DemoServer
from omni_tui.downloads.archive.saved_files import FileChecker
from tests.tui import stylesheets


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    """Run a demo without a rate limit."""
    with DemoServer(limit=10_000) as server:
        yield server


@pytest.fixture
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use UTC as the local time zone."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def parsed_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Style sheets are parsed once."""
    stylesheets.parse_once(monkeypatch)


@pytest.fixture(autouse=True)
def unchecked_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't check files, which most test downloads don't have, except in tests that use `checked_files`."""
    if "checked_files" not in request.fixturenames:
        monkeypatch.setattr(FileChecker, "check", lambda *_: iter(()))


@pytest.fixture
def checked_files() -> None:
    """Check the files of saved downloads, as the program does."""
