"""Programs are killed (SIGKILL) at random times and restarted, until everything they started is finished."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.server import DemoServer
from tests.drive.crashes.random_kills import KILLS, MAX_SECONDS, Home
from tests.drive.terminal import Terminal

pytestmark = pytest.mark.slow

# Slow enough for a program to be killed while the server renders.
SPEED = 5.0
MAX_LIFE_SECONDS = 2.5


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with DemoServer(speed=SPEED, limit=1_000_000) as server:
        yield Home(tmp_path, server)


def test_killed_commands_lose_nothing(home: Home) -> None:
    while home.kills < KILLS:
        order = home.order()
        while home.live(home.start(*order), MAX_LIFE_SECONDS) and not home.listed():
            pass  # it died before it started anything
        while not home.is_all_done and home.kills < KILLS:
            home.live(home.start("resume", "--quiet"), MAX_LIFE_SECONDS)
    status = home.start("resume", "--quiet").wait(MAX_SECONDS)
    assert home.resume_set_aside() or status == 0
    home.check()
    print(home.summary)


def test_killed_screens_lose_nothing(home: Home) -> None:
    """An export is started in the form; the next screen that opens continues it."""
    program = [sys.executable, "-m", "omni_tui"]

    def live(terminal: Terminal) -> None:
        """Run for a random time, processing the output."""
        while not home.is_anybody_at_work and terminal.read(0.01):
            pass
        end = time.monotonic() + home.random.uniform(0.0, MAX_LIFE_SECONDS)
        while time.monotonic() < end and terminal.read(0.05):
            pass
        home.kill(terminal.child.pid)
        terminal.child.wait()
        home.note_unanswered()

    while home.kills < KILLS:
        dashboard = home.random.choice(home.order()[1:2])
        with Terminal([*program, dashboard], folder=home.base, env=home.environment) as terminal:
            terminal.wait("→ ")
            terminal.press("f5")
            live(terminal)
        while not home.is_all_done and home.kills < KILLS:
            with Terminal(program, folder=home.base, env=home.environment) as terminal:
                live(terminal)
    with Terminal(program, folder=home.base, env=home.environment) as terminal:
        end = time.monotonic() + MAX_SECONDS
        while not home.is_all_done:
            assert terminal.read(0.05), "it ended by itself"
            home.resume_set_aside()
            assert time.monotonic() < end, f"not finished:\n{terminal.text()}"
        terminal.wait("running 0")  # keys pressed earlier are handled by the terminal
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    home.check()
    print(home.summary)
