"""However the screens are closed while an export runs, the next run finishes it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import JobState
from tests.drive.crashes.random_kills import Home
from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with DemoServer(speed=0.5, limit=1_000_000) as server:
        yield Home(tmp_path, server)


def hang_up(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.ended_alone() == 128 + signal.SIGHUP


def terminate(terminal: Terminal) -> None:
    os.kill(terminal.child.pid, signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM


def leave(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    terminal.wait("quit now and resume it next time")
    terminal.press("enter")
    assert terminal.ended() == 0


@pytest.mark.parametrize("end", [hang_up, terminate, leave], ids=lambda end: end.__name__)
def test_a_running_export_is_finished_by_the_next_run(home: Home, end: Callable[[Terminal], None]) -> None:
    with Terminal([*PROGRAM, "b17e4f90"], folder=home.base, env=home.environment) as terminal:
        terminal.wait("→ ")
        terminal.press("f5")
        terminal.wait("rendering")
        end(terminal)
    (left,) = home.listed()
    assert (left.job.state, left.is_orphaned) == (JobState.RENDERING, True)
    assert list(home.files.iterdir()) == []
    with Terminal(PROGRAM, folder=home.base, env=home.environment) as terminal:
        terminal.wait("1 export from last time")
        terminal.press("f3")
        terminal.wait("saved")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    home.check()


def test_waiting_quits_when_all_exports_finish(home: Home) -> None:
    with Terminal([*PROGRAM, "b17e4f90"], folder=home.base, env=home.environment) as terminal:
        terminal.wait("→ ")
        terminal.press("f5")
        terminal.wait("rendering")
        terminal.press("ctrl+q")
        terminal.wait("quit when it finishes")
        terminal.press("w")
        assert terminal.ended() == 0
    home.check()
