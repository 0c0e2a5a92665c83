"""The terminal is restored however the program ends: its settings and its modes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drive.terminal import Terminal, assert_given_back

PYTHON = sys.executable
DEMO = f"exec {PYTHON} -m omni_tui --demo"
# A screen that fails when it opens, over the first screen.
FAULTY = """
import sys
from omni_tui.cli import main
from omni_tui.tui.common.screens.help_screen import HelpScreen

def fail(screen):
    raise ZeroDivisionError("help")

HelpScreen.compose = fail
sys.exit(main(["--demo"]))
"""


class Shell:
    """A shell that records the terminal's settings before and after the program, and its exit code."""

    def __init__(self, folder: Path, program: str = DEMO) -> None:
        self.folder = folder
        script = f"stty -a > before; sh -c 'echo $$ > pid; {program}'; echo $? > status; stty -a > after\n"
        (folder / "shell.sh").write_text(script)
        self.terminal = Terminal(["sh", str(folder / "shell.sh")], folder=folder)

    def note(self, name: str) -> str:
        """Return the content of a record, when it was written."""
        path, end = self.folder / name, time.monotonic() + 60
        while not (path.exists() and path.read_text().strip()):
            self.terminal.read(0.05)
            assert time.monotonic() < end, f"there is no {name}:\n{self.terminal.text()}"
        return path.read_text().strip()

    def kill(self, number: signal.Signals) -> None:
        os.kill(int(self.note("pid")), number)

    def over(self) -> int:
        """Return the exit code, and assert that everything was restored."""
        status = int(self.note("status"))
        assert self.note("after") == self.note("before")
        assert_given_back(bytes(self.terminal.painted))
        return status


def quit_it(shell: Shell) -> None:
    shell.terminal.press("ctrl+q")


def interrupt(shell: Shell) -> None:
    """Press ctrl+c, the only way to quit that some users know; the terminal's own handling of it is off."""
    shell.kill(signal.SIGINT)


def end(shell: Shell) -> None:
    shell.kill(signal.SIGTERM)


def hang_up(shell: Shell) -> None:
    shell.kill(signal.SIGHUP)


ENDS: dict[Callable[[Shell], None], int] = {quit_it: 0, interrupt: 130, end: 143, hang_up: 129}


@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
def test_the_terminal_is_restored_however_the_program_ends(
    act: Callable[[Shell], None], tmp_path: Path
) -> None:
    shell = Shell(tmp_path)
    with shell.terminal as terminal:
        terminal.wait("Blob Web Traffic")
        act(shell)
        assert shell.over() == ENDS[act]


def test_the_terminal_is_restored_after_an_error_in_a_screen(tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY)
    shell = Shell(tmp_path, f"exec {PYTHON} faulty.py")
    with shell.terminal as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("f1")
        assert shell.over() == 1


def test_the_terminal_is_restored_after_a_signal_during_start_up(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with shell.terminal:
        shell.terminal.seen(b"\x1b[?1049h")
        shell.kill(signal.SIGTERM)
        assert shell.over() == 143


def test_suspending_restores_the_terminal_and_fg_continues(tmp_path: Path) -> None:
    (tmp_path / "inputrc").write_text("set enable-bracketed-paste off\n")  # which bash enables by default
    env = {"PS1": "shell> ", "INPUTRC": str(tmp_path / "inputrc")}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], folder=tmp_path, env=env) as terminal:
        terminal.wait("shell>")
        terminal.press(f"stty -a > before; {PYTHON} -m omni_tui --demo\r")
        terminal.wait("Blob Web Traffic")
        terminal.press("/", "web")
        terminal.wait(r"\d+ of \d+")
        terminal.press("ctrl+p", "suspend")
        terminal.wait("Return to the shell")
        terminal.press("\r")
        terminal.wait("Stopped")
        assert_given_back(bytes(terminal.painted))
        terminal.press("stty -a > between; echo not''ed\r")
        terminal.wait("noted")
        assert _differences(tmp_path, "before", "between") == set()
        terminal.forget()
        terminal.press("fg\r")
        terminal.wait(r"\d+ of \d+")  # everything is painted again, as before
        terminal.press(" tra")
        terminal.wait("web tra")
        terminal.press("ctrl+q")
        terminal.wait("shell>")
        terminal.press("stty -a > after; echo all ov''er\r")
        terminal.wait("all over")
        assert_given_back(bytes(terminal.painted))
        assert _differences(tmp_path, "before", "after") == set()


def _differences(folder: Path, first: str, second: str) -> set[str]:
    """Return the output of `stty -a`, without what may differ."""
    return set((folder / first).read_text().split()) ^ set((folder / second).read_text().split())


def test_modes_of_some_terminals_are_restored_too(tmp_path: Path) -> None:
    """A terminal that reports its size, and its mouse in pixels."""
    shell = Shell(tmp_path)
    with shell.terminal as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("\x1b[?2048;2$y")  # it is supported, and gets enabled
        terminal.seen(b"\x1b[?2048h")
        terminal.press("\x1b[48;24;80;480;640t")
        terminal.seen(b"\x1b[?1016h")
        terminal.press("ctrl+q")
        assert shell.over() == 0
        painted = bytes(terminal.painted)
        for mode in (b"2048", b"1016"):
            assert painted.rindex(b"\x1b[?" + mode + b"l") > painted.rindex(b"\x1b[?" + mode + b"h")


def test_a_byte_that_is_not_utf_8_does_no_harm(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with shell.terminal as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("/", "we")
        terminal.child.send(b"\xe9\xff")  # é, as sent by terminals without UTF-8
        terminal.press("backspace", "backspace", "b")
        terminal.wait(r"│\s+web\s")  # in the search line
        terminal.press("ctrl+q")
        assert shell.over() == 0


def test_repeated_sigcont_while_it_paints_does_no_harm(tmp_path: Path) -> None:
    """SIGCONT can come at any time, such as from a closing terminal, even during a write."""
    with Terminal([sys.executable, "-m", "omni_tui", "--demo"], folder=tmp_path) as terminal:
        terminal.wait("Updated")
        for _ in range(20):
            terminal.press("down", "up")
            os.kill(terminal.child.pid, signal.SIGCONT)
            terminal.read(0.01)
        terminal.forget()
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.wait("Updated")  # everything is painted again
        terminal.press("f1")
        terminal.wait("Keys")
        terminal.press("escape")
        terminal.wait("F1 help")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
