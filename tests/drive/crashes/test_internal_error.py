"""An internal error in a screen: one line for the user, and a usable terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.drive.terminal import Terminal, after_the_screens, assert_given_back

# The real program, except that the key that moves down in the list fails.
FAULTY = """
import sys
from omni_tui.cli import main
from omni_tui.tui.common.table.table import RowList

def fail(rows, by):
    raise ZeroDivisionError("rows")

RowList.action_cursor = fail
sys.exit(main(["--demo"]))
"""


def test_an_error_in_a_screen_is_one_line_and_the_terminal_is_restored(tmp_path: Path) -> None:
    status, painted = run_until_the_fault(tmp_path)
    assert status == 1
    assert_given_back(painted)
    [line] = after_the_screens(painted).splitlines()
    assert line == (
        "omni-tui: internal error: ZeroDivisionError: rows. "
        "Please report it; with OMNI_TUI_DEBUG=1 it prints a traceback."
    )


def test_the_traceback_is_shown_on_request(tmp_path: Path) -> None:
    status, painted = run_until_the_fault(tmp_path, OMNI_TUI_DEBUG="1")
    assert status == 1
    assert_given_back(painted)
    told = after_the_screens(painted)
    assert told.startswith("Traceback (most recent call last):")
    assert "in fail\r\n" in told
    assert told.splitlines()[-1].startswith("omni-tui: internal error:")


def run_until_the_fault(folder: Path, **env: str) -> tuple[int, bytes]:
    """Return the exit code, and everything that was painted."""
    script = folder / "faulty.py"
    script.write_text(FAULTY)
    with Terminal([sys.executable, str(script)], folder=folder, env=env) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("down")
        status = terminal.ended()
    return status, bytes(terminal.painted)
