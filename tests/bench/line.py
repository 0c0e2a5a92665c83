"""What the program costs over a line: the bytes that it writes to its terminal, at 120×40.

    python -m tests.bench.line [--size 120x40]

It runs on a pseudo-terminal against the demo, its list on disk from an earlier start. Each figure is told with
what it may be at most, and in an order in which one start serves them all.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.many import account, many_dashboards, no_settings_of_this_machine, read_all
from tests.bench.terminals import PROGRAM, Terminal, running

DASHBOARDS = 2_000
BUSY_LOG = (sys.executable, str(Path(__file__).with_name("busy_log.py")))
FIRST = b"Blob Web Traffic"
IDLE_SECONDS, RUNNING_SECONDS, LOG_SECONDS = 10.0, 8.0, 6.0
SLOW = "slow"  # a dashboard of the demo that takes a long time


class Table:
    """The figures, a line each."""

    def __init__(self) -> None:
        self.missed = 0

    def tell(self, what: str, value: float, unit: str, most: float | None) -> None:
        """Print one; `most` is what it may be."""
        verdict = "" if most is None else f"at most {most:,.0f}"
        if most is not None and value > most:
            self.missed += 1
            verdict += "   MISSED"
        print(f"{what:52} {value:8,.0f} {unit:9} {verdict}")

    def tell_keys(self, what: str, counts: Sequence[int], most: float | None) -> None:
        """Print the median of some keys, and of the largest what it is."""
        self.tell(what, statistics.median(counts), "bytes", most)
        print(f"{'':52} from {min(counts):,} to {max(counts):,}, n={len(counts)}")


def press_all(terminal: Terminal, keys: Sequence[str]) -> list[int]:
    """Press the keys; the bytes that each brought."""
    return [terminal.press(key).count for key in keys]


def measure_list(terminal: Terminal, table: Table) -> None:
    """Idling, the list and its search."""
    terminal.wait_for(FIRST)
    table.tell("start: first paint, list and detail", len(terminal.written), "bytes", None)
    terminal.be_quiet(3.0)
    table.tell(f"idle for {IDLE_SECONDS:.0f} s", terminal.count_for(IDLE_SECONDS), "bytes", 0)
    table.tell_keys("down in the list, not scrolling", press_all(terminal, ["down"] * 20), 900)
    press_all(terminal, ["down"] * 16)
    scrolling = press_all(terminal, ["down"] * 20)
    table.tell_keys("down, scrolling by one line", scrolling, None)
    whole = terminal.press("pagedown").count
    table.tell("a page further: all lines of the list", whole, "bytes", None)
    press_all(terminal, ["home", "/"])
    press_all(terminal, "blob web")
    terminal.be_quiet(2.0)
    table.tell_keys("a letter in the search that changes nothing else", press_all(terminal, " traf"), 250)
    changing = press_all(terminal, ["backspace"] * 13)
    table.tell_keys("a letter that changes the list", changing, None)
    terminal.press("escape")


def measure_form(terminal: Terminal, table: Table) -> None:
    """A letter in the form, and a running export."""
    press_all(terminal, ["/", *"much slower", "enter"])
    terminal.wait_for(b"Export")
    terminal.be_quiet(1.5)
    opened = len(terminal.written)
    press_all(terminal, ["enter"])
    terminal.be_quiet(1.5)
    table.tell("the form opens", len(terminal.written) - opened, "bytes", None)


def main() -> None:
    """Measure and print; the exit status tells whether all held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    no_settings_of_this_machine()
    table = Table()
    with tempfile.TemporaryDirectory() as folder, many_dashboards(DASHBOARDS) as server:
        home = Path(folder, "home")
        read_all(server, home)
        environment = account(server, home)
        with running(PROGRAM, environment, size=(columns, rows)) as terminal:
            measure_list(terminal, table)
    sys.exit(1 if table.missed else 0)


if __name__ == "__main__":
    main()
