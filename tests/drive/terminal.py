"""A program in a real pseudo-terminal, and a terminal emulator that reads its output."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "space": " ",
    "backspace": "\x7f",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f9": "\x1b[20~",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}

# A screen is at rest if it isn't painted for this long.
REST_SECONDS = 0.5

_SWITCH = re.compile(rb"\x1b\[\?(\d+)([hl])")
_ALTERNATE_SCREEN, _CURSOR, _LINE_WRAP, _PASTE, _FOCUS = 1049, 25, 7, 2004, 1004
_MOUSE = (1000, 1003, 1006, 1015)
# The terminal modes that a shell expects.
_GIVEN_BACK = {
    **dict.fromkeys((_ALTERNATE_SCREEN, _PASTE, _FOCUS, *_MOUSE), "l"),
    **dict.fromkeys((_CURSOR, _LINE_WRAP), "h"),
}


def assert_given_back(painted: bytes) -> None:
    """Assert that the modes are as a shell expects: no mouse, a cursor, the main screen."""
    last = {int(number): state.decode() for number, state in _SWITCH.findall(painted)}
    assert {mode: last.get(mode) for mode in _GIVEN_BACK} == _GIVEN_BACK


def after_the_screens(painted: bytes) -> str:
    """Return what was written to the main screen after leaving the alternate one."""
    return re.sub(r"\x1b\[[?0-9;<>]*[a-z]", "", painted.rpartition(b"\x1b[?1049l")[2].decode()).strip()


class Terminal:
    """`with Terminal([...]) as t: t.wait("Dashboards"); t.press("enter")`. Without sleeping.

    `painted` has every byte that the program sent.
    """

    def __init__(
        self,
        command: list[str],
        *,
        folder: Path,
        size: tuple[int, int] = (80, 24),
        env: dict[str, str] | None = None,
    ) -> None:
        columns, rows = size
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        for name in ("COLUMNS", "LINES"):  # which would override the terminal's size
            environment.pop(name, None)
        self.painted = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.child = pexpect.spawn(
            command[0], command[1:], cwd=str(folder), env=environment, dimensions=(rows, columns), timeout=30
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.child.closed:
            self.child.close(force=True)

    def text(self) -> str:
        """Return the current screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def forget(self) -> None:
        """Clear the screen, to see what is painted from now on."""
        self._screen.reset()

    def resize(self, columns: int, rows: int) -> None:
        """Resize it, like dragging the window's border."""
        self._screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def press(self, *keys: str) -> None:
        """Press keys by name; type anything that isn't a key's name."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def wait(self, pattern: str, seconds: float = 60.0) -> None:
        """Wait until the screen shows a pattern; otherwise raise AssertionError with the screen."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text()):
            if not self.read() or time.monotonic() > end:
                raise AssertionError(f"the screen does not show {pattern!r}:\n{self.text()}")

    def gone(self, pattern: str, seconds: float = 60.0) -> None:
        """Wait until the screen doesn't show it."""
        end = time.monotonic() + seconds
        while re.search(pattern, self.text()):
            if not self.read() or time.monotonic() > end:
                raise AssertionError(f"the screen still shows {pattern!r}:\n{self.text()}")

    def rest(self) -> None:
        """Wait until the program writes nothing for a moment."""
        painted = -1
        while painted < len(self.painted):
            painted = len(self.painted)
            self.read(REST_SECONDS)

    def seen(self, sequence: bytes, seconds: float = 60.0) -> None:
        """Wait until the program has sent this; otherwise raise AssertionError."""
        end = time.monotonic() + seconds
        while sequence not in self.painted:
            if not self.read(0.05) or time.monotonic() > end:
                raise AssertionError(f"it never sent {sequence!r}")

    def ended(self, seconds: float = 30.0) -> int:
        """Wait until the program ends; return its exit code."""
        end = time.monotonic() + seconds
        while self.read():
            if time.monotonic() > end:
                raise AssertionError(f"it still runs:\n{self.text()}")
        self.child.wait()
        status = self.child.exitstatus
        assert status is not None, f"ended by signal {self.child.signalstatus}"
        return int(status)

    def hang_up(self) -> None:
        """Close the terminal during the program, like closing a window or losing a connection."""
        self.child.ptyproc.fileobj.close()
        self.child.ptyproc.closed = self.child.closed = True
        self.child.child_fd = self.child.ptyproc.fd = -1

    def ended_alone(self, seconds: float = 30.0) -> int:
        """Wait until the program, now without a terminal, ends; return its exit code."""
        end = time.monotonic() + seconds
        while (found := os.waitpid(self.child.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() > end:
                os.kill(self.child.pid, signal.SIGKILL)
                os.waitpid(self.child.pid, 0)
                raise AssertionError(f"it still runs {seconds:.0f} s after its terminal was closed")
            time.sleep(0.05)
        return os.waitstatus_to_exitcode(found[1])

    def read(self, seconds: float = 1.0) -> bool:
        """Process new output, waiting for it briefly; return False if the program has ended."""
        try:
            painted = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.painted += painted
        self._stream.feed(painted)
        return True
