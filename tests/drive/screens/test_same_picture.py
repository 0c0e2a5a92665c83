"""Few bytes, and no wrong cell: after scrolling, a terminal shows the same as after a full repaint."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]
COLUMNS, ROWS = 120, 30
DEADLINE_SECONDS = 60.0
KEY_SECONDS = 0.1


def until(terminal: Terminal, shown: Callable[[], str], what: Callable[[str], bool]) -> None:
    """Wait until this is shown."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not what(shown()):
        assert terminal.read(0.1), "the program has ended"
        assert time.monotonic() < end, shown()


def scroll_about(terminal: Terminal, shown: Callable[[], str]) -> None:
    """Scroll the list by single lines, both ways; return when all keys are handled."""
    terminal.wait("Blob Web Traffic")
    for key in ("escape", *["down"] * 45, *["up"] * 40):
        terminal.press(key)
        terminal.read(KEY_SECONDS)  # of keys that come all at once, only the last line is painted
    terminal.press("f1")  # handled after all earlier keys
    until(terminal, shown, lambda text: "escape close" in text)
    terminal.press("escape")
    until(terminal, shown, lambda text: "escape close" not in text and " tiles " in text)


def same_when_painted_anew(terminal: Terminal, shown: Callable[[], str]) -> None:
    """Resize and restore, which makes the program repaint everything."""
    terminal.rest()  # the details of the last dashboard may be on their way
    before = shown()
    terminal.resize(COLUMNS - 1, ROWS)
    until(terminal, shown, lambda text: text != before)
    terminal.resize(COLUMNS, ROWS)
    until(terminal, shown, lambda text: text == before)


def without_first_line(text: str) -> str:
    """Ignore the number of requests in the last minute, which decreases with time."""
    return text.partition("\n")[2]


def test_a_terminal_shows_the_same_after_a_repaint(tmp_path: Path) -> None:
    with Terminal(PROGRAM, folder=tmp_path, size=(COLUMNS, ROWS)) as terminal:

        def shown() -> str:
            return without_first_line(terminal.text())

        scroll_about(terminal, shown)
        assert b"\x1b[1M" in terminal.painted, "no line was moved: this shows nothing"
        same_when_painted_anew(terminal, shown)


def test_tmux_shows_the_same_after_a_repaint(tmp_path: Path) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux here")
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]

    def shown() -> str:
        told = subprocess.run([*tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True)
        return without_first_line(told.stdout)

    try:
        command = [*tmux, "new-session", *PROGRAM]
        with Terminal(command, folder=tmp_path, size=(COLUMNS, ROWS)) as terminal:
            scroll_about(terminal, shown)
            same_when_painted_anew(terminal, shown)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
