"""What the program costs on a slow connection: the bytes that it writes to its terminal, at 120×40.

    python -m tests.bench.line [--size 120x40]

It runs on a pseudo-terminal with the demo, and with the list cached by an earlier start. Each result is
printed with its limit; the exit status is 1 if one is exceeded.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.many import account, many_dashboards, no_settings_of_this_machine, read_all
from tests.bench.parts.terminals import PROGRAM, Terminal, running

DASHBOARDS = 2_000
BUSY_LOG = (sys.executable, str(Path(__file__).with_name("programs") / "busy_log.py"))
FIRST = b"Blob Web Traffic"
IDLE_SECONDS, RUNNING_SECONDS, LOG_SECONDS = 10.0, 8.0, 8.0
SLOW = "slow year-end close"  # a dashboard of the demo that takes a minute and a half


class Figures:
    """Prints the results, one per line."""

    def __init__(self) -> None:
        self.missed = 0

    def tell(self, what: str, value: float, unit: str, most: float | None = None) -> None:
        """Print one result; `most` is its limit."""
        verdict = "" if most is None else f"at most {most:,.0f}"
        if most is not None and value > most:
            self.missed += 1
            verdict += "   MISSED"
        print(f"{what:50} {value:8,.0f} {unit:12} {verdict}".rstrip(), flush=True)

    def tell_keys(self, what: str, counts: Sequence[int], most: float | None = None) -> None:
        """Print the median of some keys, and the extremes."""
        self.tell(what, statistics.median(counts), "bytes a key", most)
        print(f"{'':50} from {min(counts):,} to {max(counts):,}, n={len(counts)}")


def press_all(terminal: Terminal, keys: Sequence[str]) -> list[int]:
    """Press the keys; return the bytes that each caused."""
    return [terminal.press(key).count for key in keys]


def open_program(terminal: Terminal) -> None:
    """Wait until the list is shown and nothing is painted; dismiss the welcome."""
    terminal.wait_for(FIRST)
    terminal.be_quiet(3.0)
    terminal.press("escape")
    terminal.be_quiet(1.5)


def measure_list(terminal: Terminal, figures: Figures) -> None:
    """Measure idling, the list and its search."""
    terminal.wait_for(FIRST)
    terminal.be_quiet(3.0)
    figures.tell("start, until all is there", len(terminal.written), "bytes")
    open_program(terminal)
    figures.tell(f"idle for {IDLE_SECONDS:.0f} s", terminal.count_for(IDLE_SECONDS), "bytes", 0)
    figures.tell_keys("down in the list, not scrolling", press_all(terminal, ["down"] * 20), 900)
    press_all(terminal, ["down"] * 16)
    figures.tell_keys("down, scrolling by one line", press_all(terminal, ["down"] * 20))
    figures.tell("a page further: all lines of the list", terminal.press("pagedown").count, "bytes")
    press_all(terminal, ["home", "/"])
    press_all(terminal, "blob web traffic")
    terminal.be_quiet(2.0)
    # none of these letters changes the list
    figures.tell_keys(
        "a letter in the search, the list as before", press_all(terminal, ["backspace", "c"] * 3), 250
    )
    figures.tell_keys("a letter in the search, another list", press_all(terminal, ["backspace"] * 8))
    terminal.press("escape")


def measure_form(terminal: Terminal, figures: Figures) -> None:
    """Measure opening the form, a letter in it, and a running export."""
    press_all(terminal, ["/", *SLOW])
    terminal.be_quiet(1.0)
    before = len(terminal.written)
    press_all(terminal, ["enter"])
    terminal.wait_for(b"Export", since=before)
    terminal.be_quiet(1.5)
    figures.tell("the form opens", len(terminal.written) - before, "bytes")
    terminal.press("F5")
    terminal.press("F3")
    terminal.be_quiet(0.8)
    rate = terminal.count_for(RUNNING_SECONDS) / RUNNING_SECONDS
    figures.tell("an export runs, the downloads open", rate, "bytes/s", 1_000)


def measure_letters_in_form(terminal: Terminal, figures: Figures) -> None:
    """Measure letters in the file's name, which is on the screen in three places."""
    open_program(terminal)
    press_all(terminal, ["/", "b", "l", "o", "b", "enter"])
    terminal.wait_for(b"Folder", since=0)
    terminal.be_quiet(1.5)
    for _ in range(8):
        terminal.press("shift+tab")
        if b"x.pdf" in terminal.recent(terminal.press("x").count):
            break
        terminal.press("backspace")
    else:
        raise LookupError("the file's name was not found in the form")
    terminal.be_quiet(1.0)
    figures.tell_keys("a letter in the form, in the file's name", press_all(terminal, "abcdefgh"), 250)


def measure_log(environment: Mapping[str, str], figures: Figures, size: tuple[int, int]) -> None:
    """Measure the request log, with twenty requests per second."""
    with running(BUSY_LOG, environment, size=size) as terminal:
        open_program(terminal)
        terminal.press_only("F4")
        terminal.count_for(3.0)
        rate = terminal.count_for(LOG_SECONDS) / LOG_SECONDS
        figures.tell("the log of requests, 20 requests a second", rate, "bytes/s", 40_000)


def main() -> None:
    """Measure and print; return 1 if a limit was exceeded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    size = columns, rows
    no_settings_of_this_machine()
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, many_dashboards(DASHBOARDS) as server:
        home = Path(folder, "home")
        read_all(server, home)
        environment = account(server, home)
        with running(PROGRAM, environment, size=size) as terminal:
            measure_list(terminal, figures)
        with running(PROGRAM, environment, size=size) as terminal:
            measure_letters_in_form(terminal, figures)
        with running(PROGRAM, environment, size=size) as terminal:
            open_program(terminal)
            measure_form(terminal, figures)
        measure_log(environment, figures, size)
    sys.exit(1 if figures.missed else 0)


if __name__ == "__main__":
    main()
