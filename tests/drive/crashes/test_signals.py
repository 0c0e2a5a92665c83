"""The terminal closes, or the program gets a signal, during an export: nothing is left behind."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omni_tui.demo.sample_data.names import HUGE_ID, SLOW_ID
from tests.drive.terminal import Terminal, after_the_screens, assert_given_back

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]
# Far longer than necessary: a running request is cut off, not waited for.
MAX_SECONDS = 10.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the exports."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def start_rendering(terminal: Terminal, folder: Path) -> None:
    """Start an export that takes the server half a minute."""
    terminal.wait("→ ")  # the file's path: everything is loaded then
    terminal.press("f5")
    terminal.wait("1 running|rendering")
    assert list(folder.iterdir()) == []


def start_saving(terminal: Terminal, folder: Path) -> None:
    """Start an export of 200 MB, and wait until a part of it is on the disk."""
    terminal.wait("→ ")  # the file's path: everything is loaded then
    terminal.press("c", "f5")
    end = time.monotonic() + 60
    while not any(part.stat().st_size for part in folder.glob("*.part")):
        terminal.read(0.01)  # 200 MB arrive quickly
        assert time.monotonic() < end, "nothing of it was ever written"


EXPORTS = {SLOW_ID: start_rendering, HUGE_ID: start_saving}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("dashboard", EXPORTS, ids=["rendering", "saving"])
def test_a_signal_quits_cleanly_and_restores_the_terminal(
    dashboard: str, number: signal.Signals, folder: Path
) -> None:
    with Terminal([*PROGRAM, dashboard], folder=folder) as terminal:
        EXPORTS[dashboard](terminal, folder)
        os.kill(terminal.child.pid, number)
        assert terminal.ended(MAX_SECONDS) == 128 + number
    painted = bytes(terminal.painted)
    assert_given_back(painted)
    assert after_the_screens(painted) == ""
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("dashboard", EXPORTS, ids=["rendering", "saving"])
def test_closing_the_terminal_quits_and_leaves_no_part_file(dashboard: str, folder: Path) -> None:
    with Terminal([*PROGRAM, dashboard], folder=folder) as terminal:
        EXPORTS[dashboard](terminal, folder)
        terminal.hang_up()
        assert terminal.ended_alone(MAX_SECONDS) == 128 + signal.SIGHUP
    assert list(folder.iterdir()) == []


def test_a_lost_terminal_quits_the_program(folder: Path) -> None:
    """A program whose session has another terminal, or none, gets no SIGHUP."""
    ours, its = pty.openpty()
    process = subprocess.Popen(PROGRAM, cwd=folder, stdin=its, stdout=its, stderr=its)
    os.close(its)
    painted = b""
    while b"Updated" not in painted:
        painted += os.read(ours, 65536)
    os.close(ours)
    assert process.wait(60) == 128 + signal.SIGHUP
