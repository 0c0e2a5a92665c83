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
# So long nothing must come for a key to be answered. The program's own rests are longer.
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

# What shows without a letter: erased or scrolled.
_MOVES_TEXT = re.compile(rb"\x1b\[[0-9;]*[JKXLMPST@]")
_HOLD, _RELEASE = b"\x1b[?2026h", b"\x1b[?2026l"
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_\]].*?(?:\x1b\\|\x07)|\x1b[@-Z\\-_=>78]", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What a key was answered with: how much, when some of it was to be seen, and when the last of it came.

    What is held back by the terminal until the rest is there cannot be seen, nor what paints nothing.
    Each of `pieces` is when it came, in seconds after the key, and how many bytes it was.
    """

    count: int
    seconds: float
    first_seconds: float
    pieces: tuple[tuple[float, int], ...] = ()
    processor_seconds: float = 0.0
    """What the program has worked for it, which a busy machine does not lengthen."""


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
        """Wait so long for something to come; whether it did."""
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
        """Until the text has come; the seconds since the start. Raises TimeoutError."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while text not in plain(self.written[since:]):
            if time.perf_counter() > end or self._process.poll() is not None:
                raise TimeoutError(f"{text!r} did not come: {plain(self.written)[-600:]!r}")
            self.pump(0.5)
        return time.perf_counter() - self._began

    def be_quiet(self, seconds: float = SILENCE_SECONDS) -> None:
        """Until nothing has come for so long."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while time.perf_counter() < end and self.pump(seconds):
            pass

    def count_for(self, seconds: float) -> int:
        """How many bytes come in so long."""
        before, end = len(self.written), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.pump(left)
        return len(self.written) - before

    def press(self, key: str, *, silence: float = SILENCE_SECONDS) -> Answer:
        """Press a key, and take what comes until the program falls silent."""
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
        """Until the program has ended by itself."""
        end = time.perf_counter() + DEADLINE_SECONDS
        while self._process.poll() is None:
            if time.perf_counter() > end:
                raise TimeoutError(f"it did not end: {plain(self.written)[-600:]!r}")
            self.pump(0.2)

    def press_only(self, key: str) -> None:
        """Press a key of which no end of the answer is to be waited for."""
        os.write(self.handle, KEYS.get(key, key.encode()))

    def recent(self, count: int) -> bytes:
        """The last of what was written, without its escape codes."""
        return plain(self.written[len(self.written) - count :])

    def memory_mib(self, kind: str = "VmRSS") -> float:
        """What the program holds now (VmRSS), or held at most (VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(rf"{kind}:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def processor_seconds(self) -> float:
        """How long all threads of the program have worked; 0 where the system does not tell."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in tasks) / 1e9

    def _reply(self, piece: bytes) -> None:
        """What a terminal of today answers: it can hold back a half painted screen."""
        if b"\x1b[?2026$p" in piece:
            os.write(self.handle, b"\x1b[?2026;2$y")


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], *, size: tuple[int, int] = (120, 40)
) -> Iterator[Terminal]:
    """A program on a terminal of columns x rows, in its home folder; killed at the end."""
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
    """The home folder, made if it is not there: what is exported goes there, not to where one stands."""
    home = Path(environment["HOME"])
    home.mkdir(parents=True, exist_ok=True)
    return home


def plain(painted: bytes | bytearray) -> bytes:
    """What was painted, without its escape codes."""
    return _CONTROL.sub(b"", bytes(painted))


def is_seen(painted: bytes | bytearray) -> bool:
    """Whether a terminal shows something of it by now."""
    whole = bytes(painted)
    held = whole.rfind(_HOLD)
    if held >= 0 and _RELEASE not in whole[held:]:
        whole = whole[:held]
    return bool(plain(whole).strip(b"\r\n") or _MOVES_TEXT.search(whole))


def in_home(home: Path, **more: str) -> dict[str, str]:
    """An environment with a home of its own, and nothing of this machine's settings."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
