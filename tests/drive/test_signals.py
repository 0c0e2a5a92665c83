"""The terminal goes, or the program is told to, while an export runs: nothing is left lying about."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omni_tui.demo.fleet.names import HUGE_ID, SLOW_ID
from tests.drive.terminal import Terminal, after_the_screens, assert_given_back

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]
# Far longer than it takes: a request that is on its way is broken off, not waited for.
MOST_SECONDS = 10.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the exports land."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def start_rendering(terminal: Terminal, folder: Path) -> None:
    """An export that the server takes half a minute over."""
    terminal.wait("→ ")  # where the file will lie: all is open then
    terminal.press("f5")
    terminal.wait("1 running|rendering")
    assert list(folder.iterdir()) == []


def start_saving(terminal: Terminal, folder: Path) -> None:
    """An export of 200 MB, of which some lie on the disk."""
    terminal.wait("→ ")  # where the file will lie: all is open then
    terminal.press("c", "f5")
    end = time.monotonic() + 60
    while not any(part.stat().st_size for part in folder.glob("*.part")):
        terminal.read(0.01)  # 200 MB are soon there
        assert time.monotonic() < end, "nothing of it was ever written"


EXPORTS = {SLOW_ID: start_rendering, HUGE_ID: start_saving}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("dashboard", EXPORTS, ids=["rendering", "saving"])
def test_a_signal_ends_it_cleanly_and_gives_the_terminal_back(
    dashboard: str, number: signal.Signals, folder: Path
) -> None:
    with Terminal([*PROGRAM, dashboard], folder=folder) as terminal:
        EXPORTS[dashboard](terminal, folder)
        os.kill(terminal.child.pid, number)
        assert terminal.ended(MOST_SECONDS) == 128 + number
    painted = bytes(terminal.painted)
    assert_given_back(painted)
    assert after_the_screens(painted) == ""
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("dashboard", EXPORTS, ids=["rendering", "saving"])
def test_a_terminal_that_is_closed_ends_it_and_leaves_no_part_of_a_file(dashboard: str, folder: Path) -> None:
    with Terminal([*PROGRAM, dashboard], folder=folder) as terminal:
        EXPORTS[dashboard](terminal, folder)
        terminal.hang_up()
        assert terminal.ended_alone(MOST_SECONDS) == 128 + signal.SIGHUP
    assert list(folder.iterdir()) == []


def test_a_terminal_that_goes_without_a_word_ends_it(folder: Path) -> None:
    """No SIGHUP comes to a program whose session has another terminal, or none."""
    ours, its = pty.openpty()
    process = subprocess.Popen(PROGRAM, cwd=folder, stdin=its, stdout=its, stderr=its)
    os.close(its)
    painted = b""
    while b"Updated" not in painted:
        painted += os.read(ours, 65536)
    os.close(ours)
    assert process.wait(60) == 128 + signal.SIGHUP
