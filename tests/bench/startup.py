"""How long omni-tui takes to paint and how much memory it uses, compared with a bare Textual application.

    python -m tests.bench.startup [-n 10] [--size 120x40] [--dashboards 100000]

Each start is a separate process on a pseudo-terminal, timed from before it is created until the text is
painted. The programs alternate, so that a busy machine slows all equally; ratios compare with the bare one in
the same round, and medians are printed. The first round warms up the disk cache and isn't counted. With
`--dashboards`, the cached list is that long; reading it first takes a while.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.many import account, many_dashboards, no_settings_of_this_machine, read_all
from tests.bench.parts.terminals import PROGRAM, in_home, running

BARE = (sys.executable, str(Path(__file__).with_name("programs") / "bare.py"))
FIRST_PAINT, LIST = b"Dashboards", b"Blob Web Traffic"
BARE_PAINT = b"READY"
# What loads after the list counts toward the memory.
SETTLED_SECONDS = 0.5
# From this number of dashboards on, the list's memory counts separately from the program's.
VERY_MANY, MAX_MIB_OVER = 50_000, 100.0


@dataclass(frozen=True)
class Start:
    """A way to start: the command, its environment, and the texts to time."""

    name: str
    command: Sequence[str]
    texts: tuple[bytes, ...]
    environment: Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Taken:
    """The result of a start: the seconds until each of its texts, and the peak memory."""

    seconds: list[float]
    mib: float


@dataclass(frozen=True)
class Goal:
    """A goal: a result of a start relative to the bare one's, and its limit."""

    label: str
    start: str
    figure: Callable[[Taken], float]
    limit: float
    unit: str = "ms"


GOALS = (
    Goal("first paint", "demo", lambda taken: 1000 * taken.seconds[0], 1.35),
    Goal("demo's list on the screen", "demo", lambda taken: 1000 * taken.seconds[1], 2.5),
    Goal("first paint, with a cached list", "cached", lambda taken: 1000 * taken.seconds[0], 1.35),
    Goal("cached list on the screen", "cached", lambda taken: 1000 * taken.seconds[1], 1.7),
    Goal("peak memory, cached list", "cached", lambda taken: taken.mib, 1.9, "MiB"),
)


def one_start(start: Start, size: tuple[int, int]) -> Taken:
    """Start it, and wait for its texts."""
    with running(start.command, start.environment(), size=size) as terminal:
        seconds = [terminal.wait_for(text) for text in start.texts]
        terminal.be_quiet(SETTLED_SECONDS)
        return Taken(seconds, terminal.memory_mib("VmHWM"))


def measure(starts: Sequence[Start], size: tuple[int, int], turns: int) -> dict[str, list[Taken]]:
    """Return the results of each start, by round."""
    taken: dict[str, list[Taken]] = {start.name: [] for start in starts}
    for turn in range(turns + 1):
        for start in starts:
            one = one_start(start, size)
            if turn:
                taken[start.name].append(one)
    return taken


def report(taken: dict[str, list[Taken]], dashboards: int) -> bool:
    """Print the medians, and the ratios to the bare application; return whether all goals are met."""
    bare = taken["bare"]
    seconds, mib = statistics.median(t.seconds[0] for t in bare), statistics.median(t.mib for t in bare)
    print(f"{'a bare Textual application':34} {1000 * seconds:6.0f} ms, {mib:.0f} MiB   n={len(bare)}")
    all_hold = True
    for goal in GOALS:
        ours = [goal.figure(each) for each in taken[goal.start]]
        floor = [1000 * each.seconds[0] if goal.unit == "ms" else each.mib for each in bare]
        if goal.unit == "MiB" and dashboards >= VERY_MANY:
            over = statistics.median(ours) - statistics.median(floor)
            all_hold &= over <= MAX_MIB_OVER
            print(f"{goal.label:34} {over:6.0f} MiB over the bare one (at most {MAX_MIB_OVER:.0f})")
            continue
        ratio = statistics.median(one / other for one, other in zip(ours, floor, strict=True))
        all_hold &= ratio <= goal.limit
        missed = "" if ratio <= goal.limit else "   MISSED"
        middle = statistics.median(ours)
        print(
            f"{goal.label:34} {middle:6.0f} {goal.unit}  {ratio:5.2f} × bare (at most {goal.limit}){missed}"
        )
    return all_hold


def main() -> None:
    """Measure and print; return 1 if a limit was exceeded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=10, help="turns that are counted")
    parser.add_argument("--size", default="120x40", help="columns x rows")
    parser.add_argument("--dashboards", type=int, default=500)
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    no_settings_of_this_machine()
    with tempfile.TemporaryDirectory() as folder, many_dashboards(arguments.dashboards) as server:
        fresh = iter(Path(folder, f"home-{number}") for number in range(10_000))
        warm = Path(folder, "warm")
        read_all(server, warm)
        starts = (
            Start("bare", BARE, (BARE_PAINT,), lambda: in_home(next(fresh))),
            Start("demo", (*PROGRAM, "--demo"), (FIRST_PAINT, LIST), lambda: in_home(next(fresh))),
            Start("cached", PROGRAM, (FIRST_PAINT, LIST), lambda: account(server, warm)),
        )
        all_hold = report(measure(starts, (columns, rows), arguments.n), arguments.dashboards)
    sys.exit(0 if all_hold else 1)


if __name__ == "__main__":
    main()
