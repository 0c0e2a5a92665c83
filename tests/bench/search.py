"""Search 100,000 dashboards: the time from a key to its last byte, compared with a bare Textual input.

    python -m tests.bench.search [--dashboards 100000] [--size 120x40] [--home FOLDER --url URL]

The list is read from a demo once, by the program's own catalog, and cached on disk; with --home and the
--url of a demo that `tests.bench.many` serves, also for the next run. Then the program and a bare input are
typed into alternately, on pseudo-terminals, with the same texts; and so is a bare list, which changes at
each letter without a search: it shows how much of the time is Textual's painting.

It prints the 95th percentiles and their ratio, of the time and of the processor time, which a busy machine
hardly lengthens; the slowest keys and the output after them; and how much more memory the program uses than
the bare input.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.many import (
    Served,
    account,
    kept_list,
    many_dashboards,
    no_settings_of_this_machine,
    read_all,
)
from tests.bench.parts.terminals import PROGRAM, Answer, Terminal, in_home, percentile, running

BARE, BARE_LIST = (
    (sys.executable, str(Path(__file__).with_name("programs") / name))
    for name in ("bare_input.py", "bare_list.py")
)
# Typical searches: names, parts of words, words in any order, folders and owners; and the slowest ones,
# single letters that match nearly everything.
TEXTS = (
    "weekly", "web traffic", "e", "churn deep", "sales 2024", "a", "ops", "report 77", "daniel", "i",
    "margins fin", "verified", "overview 12", "s", "quarterly web", "zz",
)  # fmt: skip
MAX_TIMES_BARE, MAX_TIMES_BARE_OF_MANY, MAX_MIB = 2.5, 5.0, 100.0
MANY = 100_000
SLOWEST = 12  # the number of slowest keys printed


@dataclass(frozen=True)
class Elsewhere:
    """A demo in another process."""

    url: str


@dataclass(frozen=True)
class Letter:
    """A key, the text with it, and the response."""

    text: str
    answer: Answer

    @property
    def milliseconds(self) -> float:
        """Return the time to the last byte."""
        return 1000 * self.answer.seconds


def typed(terminal: Terminal, text: str) -> list[Letter]:
    """Type a text letter by letter, then delete it at once."""
    letters = [Letter(text[:length], terminal.press(text[length - 1])) for length in range(1, len(text) + 1)]
    for _ in text:
        terminal.press("backspace")
    return letters


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dashboards", type=int, default=100_000)
    parser.add_argument("--size", default="120x40", help="columns x rows")
    parser.add_argument("--home", type=Path, help="a home to keep the list in; without it, one for this run")
    parser.add_argument("--url", default="", help="a demo that runs already")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    no_settings_of_this_machine()
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home or Path(folder, "home")
        with served(arguments.dashboards, arguments.url) as server:
            count = read_once(server, home)
            measure(server, count, home, Path(folder, "bare"), (columns, rows))


@contextmanager
def served(count: int, url: str) -> Iterator[Served]:
    """Return a demo with this many dashboards: the existing one, or a new one."""
    if url:
        yield Elsewhere(url)
    else:
        with many_dashboards(count) as server:
            yield server


def read_once(server: Served, home: Path) -> int:
    """Read the list into that home folder if no earlier run has; return how many dashboards there are."""
    began = time.perf_counter()
    count = kept_list(server, home) or read_all(server, home)
    size = sum(file.stat().st_size for file in home.rglob("*.list"))
    print(f"{count:,} dashboards read in {time.perf_counter() - began:.0f} s, {size / 1e6:.1f} MB on disk")
    return count


def measure(server: Served, count: int, home: Path, bare_home: Path, size: tuple[int, int]) -> None:
    """Type into both, and print."""
    with (
        running(BARE, in_home(bare_home), size=size) as bare,
        running(BARE_LIST, in_home(bare_home), size=size) as bare_list,
        running(PROGRAM, account(server, home), size=size) as ours,
    ):
        bare.wait_for(b"READY")
        bare_list.wait_for(b"READY")
        ours.wait_for(f"{count:,}".encode())
        ours.be_quiet(2.0)
        bare.be_quiet(0.5)
        bare_list.be_quiet(0.5)
        ours.press("/")
        letters: list[Letter] = []
        floor: list[Letter] = []
        lists: list[Letter] = []
        for text in TEXTS:
            floor += typed(bare, text)
            lists += typed(bare_list, text)
            letters += typed(ours, text)
        report(floor, lists, letters, MAX_TIMES_BARE_OF_MANY if count >= MANY else MAX_TIMES_BARE)
        over = ours.memory_mib() - bare.memory_mib()
        peak = ours.memory_mib("VmHWM") - bare.memory_mib("VmHWM")
        print(f"memory: {over:.0f} MiB over the bare one, at its peak {peak:.0f} (at most {MAX_MIB:.0f})")


def report(floor: list[Letter], lists: list[Letter], letters: list[Letter], limit: float) -> None:
    """Print all results, the ratios, and the slowest keys."""
    times = [[each.answer.seconds for each in some] for some in (floor, lists, letters)]
    print_times("to its last byte", times, limit)
    work = [[each.answer.processor_seconds for each in some] for some in (floor, lists, letters)]
    if any(work[0]):
        print_times("processor time", work, limit)
    for letter in sorted(letters, key=lambda letter: -letter.milliseconds)[:SLOWEST]:
        pieces = ", ".join(f"{count} B at {1000 * at:.1f}" for at, count in letter.answer.pieces)
        print(f"  {letter.milliseconds:6.1f} ms  {letter.text!r:16} {pieces}")


def print_times(what: str, groups: list[list[float]], limit: float) -> None:
    """Print one measure of the bare input, the bare list and the search, and how they compare."""
    high = [percentile(group, 0.95) for group in groups]
    for label, group, most in zip(("bare input", "bare list", "search"), groups, high, strict=True):
        middle = 1000 * percentile(group, 0.5)
        print(f"{label:12} {what}: median {middle:5.1f} ms, 95th percentile {1000 * most:5.1f} ms")
    print(
        f"{what}, 95th percentile: {high[2] / high[0]:.2f} × the bare input's (at most {limit}), "
        f"{high[2] / high[1]:.2f} × the bare list's, n={len(groups[2])}"
    )


if __name__ == "__main__":
    main()
