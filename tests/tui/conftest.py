"""What several tests of the screens need: an Omni to talk to, and one clock on every machine."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from omni_tui.demo.server import DemoServer
from omni_tui.downloads.archive.saved_files import FileChecker
from tests.tui import idle, stylesheets


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


@pytest.fixture(autouse=True)
def quick_pilots(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilots go on as soon as the program has nothing left to do, but for tests that use `patient_pilots`."""
    if "patient_pilots" not in request.fixturenames:
        idle.use_in_pilots(monkeypatch)


@pytest.fixture(autouse=True)
def parsed_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Style sheets are parsed once."""
    stylesheets.parse_once(monkeypatch)


@pytest.fixture
def patient_pilots() -> None:
    """Pilots wait after each key, as a person does."""


@pytest.fixture(autouse=True)
def unchecked_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads of most tests have no file: leave them unchecked, but for tests that use `checked_files`."""
    if "checked_files" not in request.fixturenames:
        monkeypatch.setattr(FileChecker, "check", lambda *_: iter(()))


@pytest.fixture
def checked_files() -> None:
    """Check the files of saved downloads, as the program does."""
