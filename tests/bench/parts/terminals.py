"""A program on a pseudo-terminal, driven by keys and measured from outside: bytes, times, memory."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEADLINE_SECONDS = 60.0
# A response is complete after this long without output. The program's own delays are longer.
SILENCE_SECONDS = 0.15
PROGRAM = (sys.executable, "-m", "omni_tui")
KEYS = {
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "escape": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
    "F3": b"\x1bOR",
    "F4": b"\x1bOS",
    "F5": b"\x1b[15~",
    "home": b"\x1b[H",
    "pagedown": b"\x1b[6~",
    "ctrl+q": b"\x11",
}

# Sequences that are visible without text: erasing and scrolling.
_MOVES_TEXT = re.compile(rb"\x1b\[[0-9;]*[JKXLMPST@]")
_HOLD, _RELEASE = b"\x1b[?2026h", b"\x1b[?2026l"
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_\]].*?(?:\x1b\\|\x07)|\x1b[@-Z\\-_=>78]", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """The response to a key: how many bytes, when something became visible, and when the last byte arrived.

    Output in an unfinished synchronized update isn't visible, nor are sequences that paint nothing.
    Each of `pieces` is when it arrived, in seconds after the key, and its number of bytes.
    """

    count: int
    seconds: float
    first_seconds: float
    pieces: tuple[tuple[float, int], ...] = ()
    processor_seconds: float = 0.0
    """The program's processor time for it, which a busy machine doesn't lengthen."""


class Terminal:
    """The other end of a running program's terminal."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self._process = process
        self.handle = handle
        """For who reads and writes by themselves."""
        self._began = time.perf_counter()
        self.written = bytearray()
        """All that has come."""

    def pump(self, seconds: float) -> bool:
        """Wait for output, at most this long; return whether there was any."""
        ready, _, _ = select.select([self.handle], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            piece = os.read(self.handle, 1 << 20)
        except OSError:  # the program has ended
            return False
        self.written += piece
        self._reply(piece)
        return bool(piece)

    def wait_for(self, text: bytes, *, since: int = 0) -> float:
        """Wait for the text; return the seconds since the start. Raises TimeoutError."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while text not in plain(self.written[since:]):
            if time.perf_counter() > end or self._process.poll() is not None:
                raise TimeoutError(f"{text!r} did not come: {plain(self.written)[-600:]!r}")
            self.pump(0.5)
        return time.perf_counter() - self._began

    def be_quiet(self, seconds: float = SILENCE_SECONDS) -> None:
        """Wait until there was no output for this long."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while time.perf_counter() < end and self.pump(seconds):
            pass

    def count_for(self, seconds: float) -> int:
        """Return how many bytes arrive in this time."""
        before, end = len(self.written), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.pump(left)
        return len(self.written) - before

    def press(self, key: str, *, silence: float = SILENCE_SECONDS) -> Answer:
        """Press a key, and return the response until the output stops."""
        worked = self.processor_seconds()
        before, pressed = len(self.written), time.perf_counter()
        pieces: list[tuple[float, int]] = []
        had, first = before, 0.0
        self.press_only(key)
        patience = 2.0
        while self.pump(patience):
            now = time.perf_counter() - pressed
            pieces.append((now, len(self.written) - had))
            had, patience = len(self.written), silence
            if not first and is_seen(self.written[before:]):
                first = now
        last, worked = pieces[-1][0] if pieces else 0.0, self.processor_seconds() - worked
        return Answer(had - before, last, first, tuple(pieces), worked)

    def wait_for_end(self) -> None:
        """Wait until the program has ended by itself."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while self._process.poll() is None:
            if time.perf_counter() > end:
                raise TimeoutError(f"it did not end: {plain(self.written)[-600:]!r}")
            self.pump(0.2)

    def press_only(self, key: str) -> None:
        """Press a key without waiting for the end of the response."""
        os.write(self.handle, KEYS.get(key, key.encode()))

    def recent(self, count: int) -> bytes:
        """Return the latest output, without escape codes."""
        return plain(self.written[len(self.written) - count :])

    def memory_mib(self, kind: str = "VmRSS") -> float:
        """Return the program's current (VmRSS) or peak memory (VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(rf"{kind}:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def processor_seconds(self) -> float:
        """Return the processor time of all threads of the program; 0 if it is unknown."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in tasks) / 1e9

    def _reply(self, piece: bytes) -> None:
        """Reply like a modern terminal, which supports synchronized updates."""
        if b"\x1b[?2026$p" in piece:
            os.write(self.handle, b"\x1b[?2026;2$y")


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], *, size: tuple[int, int] = (120, 40)
) -> Iterator[Terminal]:
    """Run a program on a terminal of columns x rows, in its home folder; kill it at the end."""
    columns, rows = size
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=dict(environment),
        cwd=make_home(environment),
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def make_home(environment: Mapping[str, str]) -> Path:
    """Create the home folder if it is missing: exports go there instead of the current folder."""
    home = Path(environment["HOME"])
    home.mkdir(parents=True, exist_ok=True)
    return home


def plain(painted: bytes | bytearray) -> bytes:
    """Return the output without escape codes."""
    return _CONTROL.sub(b"", bytes(painted))


def is_seen(painted: bytes | bytearray) -> bool:
    """Return whether a terminal already shows something of it."""
    whole = bytes(painted)
    held = whole.rfind(_HOLD)
    if held >= 0 and _RELEASE not in whole[held:]:
        whole = whole[:held]
    return bool(plain(whole).strip(b"\r\n") or _MOVES_TEXT.search(whole))


def in_home(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with its own home folder, without this machine's settings."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values doesn't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
