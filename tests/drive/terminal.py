"""A program in a real pseudo-terminal, and a terminal that reads what it paints."""

from __future__ import annotations

import os
import re
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
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "ctrl+q": "\x11",
}


class Terminal:
    """`with Terminal([...]) as t: t.wait("Dashboards"); t.press("enter")`. Nothing sleeps."""

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
        self.child.close(force=True)

    def text(self) -> str:
        """The screen as it stands."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Press keys by name; anything that is no name is typed."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def wait(self, pattern: str, seconds: float = 60.0) -> None:
        """Until the screen shows it; AssertionError with the screen otherwise."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text()):
            if not self._read() or time.monotonic() > end:
                raise AssertionError(f"the screen does not show {pattern!r}:\n{self.text()}")

    def ended(self, seconds: float = 30.0) -> int:
        """Until the program has ended; its exit status."""
        end = time.monotonic() + seconds
        while self._read():
            if time.monotonic() > end:
                raise AssertionError(f"it still runs:\n{self.text()}")
        self.child.wait()
        status = self.child.exitstatus
        assert status is not None, f"ended by signal {self.child.signalstatus}"
        return int(status)

    def _read(self) -> bool:
        """Take in what was painted, waiting a moment for it; False when the program has ended."""
        try:
            self._stream.feed(self.child.read_nonblocking(65536, timeout=1.0))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True
