"""How long omni-tui takes to paint, against a bare Textual application.

    python tests/bench/startup.py [-n 10] [--size 120x40]

Each start is a process of its own on a pseudo-terminal, timed from before it is made until the text has come
out. The programs take turns, so that a busy machine slows all alike; ratios are to the bare one's start in
the same turn, and medians are quoted. The first turn warms the disk cache and is not counted.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from omni_tui import demo
from omni_tui.demo.server import DemoServer

CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_\]].*?(?:\x1b\\|\x07)|\x1b[@-Z\\-_=>78]", re.DOTALL)
DEADLINE_SECONDS = 60.0
PROGRAM = (sys.executable, "-m", "omni_tui")
BARE = (sys.executable, str(Path(__file__).with_name("bare.py")))
FIRST_PAINT, LIST = b"Dashboards", b"Blob Web Traffic"
BARE_PAINT = b"READY"


@dataclass(frozen=True)
class Start:
    """A way to start: the command, what it adds to the environment, and the texts whose coming is timed."""

    name: str
    command: Sequence[str]
    texts: tuple[bytes, ...]
    environment: Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Goal:
    """A figure to hold: the time to the `index`th text of a start, at most so many times the bare one's."""

    label: str
    start: str
    index: int
    limit: float


GOALS = (
    Goal("first paint", "demo", 0, 1.35),
    Goal("demo's list on the screen", "demo", 1, 2.5),
    Goal("cached list on the screen", "cached", 1, 2.5),
)


@contextmanager
def started(start: Start, size: tuple[int, int]) -> Iterator[int]:
    """A start on a pseudo-terminal of columns x rows, whose output can be read; ended at the end."""
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
    """Start it; the seconds until each of its texts was painted, escape codes left out."""
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
    """What was painted since; nothing after a second's silence."""
    ready, _, _ = select.select([terminal], [], [], 1.0)
    return os.read(terminal, 1 << 20) if ready else b""


def plain(painted: bytearray) -> bytes:
    """What was painted, without its escape codes."""
    return CONTROL.sub(b"", bytes(painted))


def in_home(home: Path, **more: str) -> dict[str, str]:
    """An environment with a home of its own, and nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


def fill_cache(cached: Start, size: tuple[int, int], home: Path) -> None:
    """Start, and let it run until the list was kept on disk."""
    end = time.monotonic() + DEADLINE_SECONDS
    with started(cached, size) as terminal:
        while not list(home.glob(".cache/omni-tui/**/*.json")):
            if time.monotonic() > end:
                raise TimeoutError("no list was kept")
            read(terminal)


def measure(starts: Sequence[Start], size: tuple[int, int], turns: int) -> dict[str, list[list[float]]]:
    """For each start, the times of each turn."""
    times: dict[str, list[list[float]]] = {start.name: [] for start in starts}
    for turn in range(turns + 1):
        for start in starts:
            taken = seconds_until(start, size)
            if turn:
                times[start.name].append(taken)
    return times


def report(times: dict[str, list[list[float]]]) -> None:
    """Print the medians, and the ratios to the bare application."""
    bare = [turn[0] for turn in times["bare"]]
    print(f"{'a bare Textual application':28} {statistics.median(bare) * 1000:6.0f} ms   n={len(bare)}")
    for goal in GOALS:
        taken = [turn[goal.index] for turn in times[goal.start]]
        ratio = statistics.median(ours / floor for ours, floor in zip(taken, bare, strict=True))
        milliseconds = statistics.median(taken) * 1000
        print(f"{goal.label:28} {milliseconds:6.0f} ms   {ratio:4.2f} × bare (at most {goal.limit})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=10, help="turns that are counted")
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as folder, DemoServer() as server:
        fresh = iter(Path(folder, f"home-{number}") for number in range(10_000))
        warm = Path(folder, "warm")
        account = {"OMNI_BASE_URL": server.url, "OMNI_API_TOKEN": demo.TOKEN}
        starts = (
            Start("bare", BARE, (BARE_PAINT,), lambda: in_home(next(fresh))),
            Start("demo", (*PROGRAM, "--demo"), (FIRST_PAINT, LIST), lambda: in_home(next(fresh))),
            Start("cached", PROGRAM, (FIRST_PAINT, LIST), lambda: in_home(warm, **account)),
        )
        fill_cache(starts[-1], (columns, rows), warm)
        report(measure(starts, (columns, rows), arguments.n))


if __name__ == "__main__":
    main()
