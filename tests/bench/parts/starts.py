"""Start a program on a pseudo-terminal, and time when its texts are painted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.parts.terminals import plain

DEADLINE_SECONDS = 60.0


@dataclass(frozen=True)
class Start:
    """A way to start: the command, what it adds to the environment, and the texts to time."""

    name: str
    command: Sequence[str]
    texts: tuple[bytes, ...]
    environment: Callable[[], Mapping[str, str]]


@contextmanager
def started(start: Start, size: tuple[int, int]) -> Iterator[int]:
    """Start it on a pseudo-terminal of columns x rows, whose output can be read; kill it at the end."""
    columns, rows = size
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = dict(start.environment())
    child = subprocess.Popen(
        start.command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def seconds_until(start: Start, size: tuple[int, int]) -> list[float]:
    """Start it; return the seconds until each of its texts was painted, without escape codes."""
    began = time.perf_counter()
    painted, found = bytearray(), dict.fromkeys(start.texts, 0.0)
    with started(start, size) as terminal:
        while not all(found.values()):
            painted += read(terminal)
            now = time.perf_counter() - began
            if now > DEADLINE_SECONDS:
                raise TimeoutError(f"not painted: {[text for text in found if not found[text]]}")
            found |= {text: now for text in found if not found[text] and text in plain(painted)}
    return [found[text] for text in start.texts]


def read(terminal: int) -> bytes:
    """Return the output since the last call; empty after a second without output."""
    ready, _, _ = select.select([terminal], [], [], 1.0)
    return os.read(terminal, 1 << 20) if ready else b""


def fill_cache(cached: Start, size: tuple[int, int], home: Path) -> None:
    """Start it, and wait until the list is cached."""
    end = time.monotonic() + DEADLINE_SECONDS
    with started(cached, size) as terminal:
        while not list(home.glob(".cache/omni-tui/**/*.list")):
            if time.monotonic() > end:
                raise TimeoutError("no list was kept")
            read(terminal)
