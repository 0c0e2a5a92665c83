"""What a journal with a thousand downloads costs: at start-up, and for keys in the list.

    python -m tests.bench.many_jobs [-n 10] [--jobs 1000] [--size 120x40]

The real program on a pseudo-terminal, with the list of dashboards in its cache. Homes with few jobs and with
many alternate, so that a busy machine slows both equally; ratios are of medians, or of 95th percentiles,
over all turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import select
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

from omni_tui import demo
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.downloads.store.sqlite_file import open_journal, place_of
from omni_tui.downloads.store.sqlite_store import Journal
from omni_tui.options.spec import ExportRequest, Format
from tests.bench.parts.starts import Start, fill_cache, read, seconds_until, started
from tests.bench.parts.terminals import PROGRAM, in_home, plain

T = TypeVar("T")

LIST, OPEN = b"Blob Web Traffic", b"/60"
# The number of jobs to compare with: they fill the screen without a scroll bar.
FEW = 10
F3, DOWN, UP, PAGE_DOWN, PAGE_UP = b"\x1bOR", b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[5~"
# A response to a key is complete when nothing has been painted for this long.
SILENCE_SECONDS = 0.05
KEYS_A_TURN = 100

START_GOAL, KEYS_GOAL = 1.10, 1.10


def fill_journal(home: Path, place: str, count: int) -> None:
    """Add this many saved downloads, each in its own folder."""
    kept = open_journal(place, home / ".local" / "state" / "omni-tui" / "jobs.db")
    assert isinstance(kept.store, Journal), kept.notice
    for number in range(count):
        name = f"Saved dashboard {number:04}"
        order = Order(ExportRequest(f"{number:08x}", Format.PDF), name, home / "exports")
        times = MappingProxyType({JobState.QUEUED: 1.7e9 + number, JobState.DONE: 1.7e9 + number + 4})
        path = home / "exports" / f"{name}.pdf"
        kept.store.put(Job(f"{number:032x}", order, JobState.DONE, times, bytes_received=12345, path=path))
    kept.store.close()


def start_seconds(start: Start, size: tuple[int, int]) -> list[float]:
    """Return the time to each text, and the total processor time, which a busy machine doesn't lengthen."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = seconds_until(start, size)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [*taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime]


def key_seconds(start: Start, size: tuple[int, int], keys: Sequence[bytes]) -> list[float]:
    """Open the list of downloads; return for each key the seconds until something was painted."""
    with started(start, size) as terminal:
        wait_for(terminal, OPEN)
        os.write(terminal, F3)
        wait_for(terminal, b"Saved dashboard")
        silence(terminal)
        return [seconds_to_paint(terminal, key) for key in keys]


def seconds_to_paint(terminal: int, key: bytes) -> float:
    """Return the time from the key to the first output; then wait for the rest."""
    began = time.perf_counter()
    os.write(terminal, key)
    if not read(terminal):
        raise TimeoutError(f"nothing is painted after {key!r}")
    taken = time.perf_counter() - began
    silence(terminal)
    return taken


def silence(terminal: int) -> None:
    """Wait until nothing is painted."""
    while select.select([terminal], [], [], SILENCE_SECONDS)[0]:
        os.read(terminal, 1 << 20)


def wait_for(terminal: int, text: bytes) -> None:
    """Wait until it is painted."""
    painted, end = bytearray(), time.monotonic() + 60
    while text not in plain(painted):
        painted += read(terminal)
        if time.monotonic() > end:
            raise TimeoutError(f"not painted: {text!r}")


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def tell(label: str, few: float, many: float, goal: float | None) -> None:
    """Print a line of the report."""
    limit = f"(at most {goal})" if goal is not None else ""
    print(f"{label:34} {few * 1000:7.1f} ms → {many * 1000:7.1f} ms   {many / few:5.2f} × {limit}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=10, help="turns that are counted")
    parser.add_argument("--jobs", type=int, default=1000, help="how many downloads there are")
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    size = (columns, rows)
    with tempfile.TemporaryDirectory() as folder, DemoServer(limit=1_000_000) as server:
        account = {"OMNI_BASE_URL": server.url, "OMNI_API_TOKEN": demo.TOKEN}

        def home_with(count: int) -> Start:
            home = Path(folder, f"home-{count}")
            start = Start(str(count), PROGRAM, (LIST, OPEN), lambda: in_home(home, **account))
            fill_cache(start, size, home)
            if count:
                fill_journal(home, place_of(urlsplit(server.url).netloc, ""), count)
            return start

        none, few, many = (home_with(count) for count in (0, FEW, arguments.jobs))
        starts = in_turns(arguments.n, [none, many], lambda start: [start_seconds(start, size)])
        lines = ([DOWN] * 5 + [UP] * 5) * (KEYS_A_TURN // 10)
        keys = in_turns(arguments.n, [few, many], lambda start: key_seconds(start, size, lines))
        pages = in_turns(
            arguments.n, [many], lambda start: key_seconds(start, size, [PAGE_DOWN, PAGE_UP] * 10)
        )
    for index, label in enumerate(("the list is on the screen", "all is open", "processor time")):
        medians = [statistics.median(taken[index] for taken in times) for times in starts]
        tell(f"none → {arguments.jobs} jobs: {label}", *medians, START_GOAL)
    tell(f"{FEW} → {arguments.jobs} jobs: a key, median", *map(statistics.median, keys), None)
    tell(f"{FEW} → {arguments.jobs} jobs: a key, p95", *map(p95, keys), KEYS_GOAL)
    print(f"{'a whole page of it, p95':34} {p95(pages[0]) * 1000:7.1f} ms")


def in_turns(turns: int, starts: Sequence[Start], measured: Callable[[Start], list[T]]) -> list[list[T]]:
    """Return the results of each start, over all rounds but the first, which warms up the disk cache."""
    found: list[list[T]] = [[] for _ in starts]
    for turn in range(turns + 1):
        for values, start in zip(found, starts, strict=True):
            new = measured(start)
            if turn:
                values += new
    return found


if __name__ == "__main__":
    main()
