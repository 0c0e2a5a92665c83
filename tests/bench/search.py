"""Searching a hundred thousand dashboards: from a key to its last byte, against a bare Textual input.

    python -m tests.bench.search [--dashboards 100000] [--size 120x40]

The list is read from a demo once, through the program's own catalog, and kept on disk. Then the program and
a bare input are typed into in turn, on pseudo-terminals, with the same texts. Quoted are 95th percentiles,
their ratio, and how much more memory the program holds than the bare one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.many import account, many_dashboards, no_settings_of_this_machine, read_all
from tests.bench.terminals import PROGRAM, Answer, Terminal, in_home, percentile, running

BARE = (sys.executable, str(Path(__file__).with_name("bare_input.py")))
# As people search: names, parts of words, words in any order, folders and owners; and what costs most, single
# letters that are nearly everywhere.
TEXTS = (
    "weekly", "web traffic", "e", "churn deep", "sales 2024", "a", "ops", "report 77", "daniel", "i",
    "margins fin", "verified", "overview 12", "s", "quarterly web", "zz",
)  # fmt: skip
MOST_TIMES_BARE, MOST_MIB = 3.0, 100.0


def typed(terminal: Terminal, text: str) -> list[Answer]:
    """Type a text, letter by letter, and take it back at once."""
    answers = [terminal.press(letter) for letter in text]
    for _ in text:
        terminal.press("backspace")
    return answers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dashboards", type=int, default=100_000)
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    no_settings_of_this_machine()
    with tempfile.TemporaryDirectory() as folder, many_dashboards(arguments.dashboards) as server:
        home = Path(folder, "home")
        began = time.perf_counter()
        count = read_all(server, home)
        kept = sum(file.stat().st_size for file in home.rglob("*.list"))
        print(
            f"{count:,} dashboards read in {time.perf_counter() - began:.0f} s, {kept / 1e6:.1f} MB on disk"
        )
        size = (columns, rows)
        with (
            running(BARE, in_home(Path(folder, "bare")), size=size) as bare,
            running(PROGRAM, account(server, home), size=size) as ours,
        ):
            bare.wait_for(b"READY")
            ours.wait_for(f"{count:,}".encode())
            ours.be_quiet(2.0)
            bare.be_quiet(0.5)
            ours.press("/")
            answers: list[Answer] = []
            floor: list[Answer] = []
            for text in TEXTS:
                floor += typed(bare, text)
                answers += typed(ours, text)
            report(floor, answers)
            over = ours.memory_mib() - bare.memory_mib()
            peak = ours.memory_mib("VmHWM") - bare.memory_mib("VmHWM")
            print(
                f"memory: {over:.0f} MiB over the bare one, at its peak {peak:.0f} (at most {MOST_MIB:.0f})"
            )


def report(floor: list[Answer], answers: list[Answer]) -> None:
    """Print both, and the ratio."""
    high: list[float] = []
    for label, group in (("bare input", floor), ("search", answers)):
        times = [1000 * answer.seconds for answer in group]
        high.append(percentile(times, 0.95))
        middle = percentile(times, 0.5)
        print(f"{label:12} key to last byte: median {middle:5.1f} ms, 95th percentile {high[-1]:5.1f} ms")
    ratio = high[1] / high[0]
    print(f"95th percentile: {ratio:.2f} × the bare input's (at most {MOST_TIMES_BARE}), n={len(answers)}")


if __name__ == "__main__":
    main()
