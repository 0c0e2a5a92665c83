"""Measure the comparison of two CSVs of a million rows against `sort` and `comm`, and the screen's pauses.

`python -m tests.bench.compare [ROWS]`. Each ratio is from one run: each comparison follows the sort that it
is compared with. Files are in a temporary folder; of a thousand rows, one is removed and one is changed.
"""

from __future__ import annotations

import asyncio
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from omni_tui.compare.process import Comparison

HEADER = ("Order ID", "Date", "Region", "Customer", "Status", "Quantity", "Sales", "Cost", "SKU")
REGIONS, STATUSES = ("North", "South", "East", "West"), ("Complete", "Returned", "Cancelled")
MAX_TIMES_SORT = 5.0
MAX_MEGABYTES = 200
MAX_PAUSE_MS = 50


def main(arguments: list[str]) -> int:
    """Print one line for each measurement; return 1 if one is over its limit."""
    rows = int(arguments[0]) if arguments else 1_000_000
    is_within = True
    with tempfile.TemporaryDirectory() as folder:
        for name, quoting in (("unquoted", csv.QUOTE_MINIMAL), ("quoted", csv.QUOTE_ALL)):
            old, new = _files(Path(folder), rows, quoting)
            sort_seconds = _sort_seconds(old, new)
            seconds, megabytes, pause = _compare(old, new)
            ratio = seconds / sort_seconds
            is_within &= ratio <= MAX_TIMES_SORT and megabytes <= MAX_MEGABYTES and pause <= MAX_PAUSE_MS
            print(
                f"{rows:,} rows, {name}: {seconds:.1f} s, {ratio:.1f} × sort and comm;",
                f"{megabytes:.0f} MB; longest pause of an event loop {pause:.0f} ms;",
                f"load {os.getloadavg()[0]:.1f}",
            )
    return 0 if is_within else 1


def _files(folder: Path, rows: int, quoting: int) -> tuple[Path, Path]:
    """Write an old and a new export in two random orders."""
    made = random.Random(5)
    table = [
        [
            str(100_000 + number),
            f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            made.choice(REGIONS),
            f"Customer {made.randrange(50_000)}",
            made.choice(STATUSES),
            str(made.randrange(1, 20)),
            f"{made.random() * 1000:.2f}",
            f"{made.random() * 300:.2f}",
            f"SKU-{made.randrange(9999)}",
        ]
        for number in range(rows)
    ]
    paths = folder / "old.csv", folder / "new.csv"
    for path in paths:
        made.shuffle(table)
        with path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
            writer.writerow(HEADER)
            writer.writerows(table)
        for row in table[: rows // 1000]:
            row[6] = "1.00"
        del table[rows - rows // 1000 :]
    return paths


def _sort_seconds(old: Path, new: Path) -> float:
    environment = {**os.environ, "LC_ALL": "C"}
    start = time.perf_counter()
    for path in (old, new):
        with path.with_suffix(".sorted").open("wb") as file:
            subprocess.run(["sort", path], stdout=file, check=True, env=environment)
    sorted_ = [path.with_suffix(".sorted") for path in (old, new)]
    subprocess.run(["comm", "-3", *sorted_], stdout=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - start


def _compare(old: Path, new: Path) -> tuple[float, float, float]:
    """Return the seconds, the process's peak memory in MB, and the loop's longest pause in milliseconds."""
    longest = 0.0

    async def watched() -> None:
        nonlocal longest
        comparing = asyncio.create_task(asyncio.to_thread(Comparison(old, new).run))
        last = time.perf_counter()
        while not comparing.done():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest = max(longest, now - last)
            last = now
        assert not comparing.result().is_same

    start = time.perf_counter()
    asyncio.run(watched())
    seconds = time.perf_counter() - start
    # from /proc: ru_maxrss would include what this process used before
    worker = "import sys; from omni_tui.compare.worker import main; main();"
    worker += "print(open('/proc/self/status').read(), file=sys.stderr)"
    request = f'{{"old": "{old}", "new": "{new}", "key": [], "output": null}}'
    ran = subprocess.run(
        [sys.executable, "-c", worker], input=request.encode(), capture_output=True, check=True
    )
    status = dict(line.split(":", 1) for line in ran.stderr.decode().splitlines() if ":" in line)
    return seconds, int(status["VmHWM"].split()[0]) / 1024, longest * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
