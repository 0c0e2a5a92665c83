"""How long a Tab takes with 100,000 cached dashboards, beyond Python's own start-up.

    python -m tests.bench.completion [--dashboards 100000] [--rounds 15]

Each case runs `omni-tui __complete`, as the completion scripts do, alternating with `python -c pass` of the
same interpreter. Quoted are the medians of both and their difference; that of the processor's time, which a
busy machine hardly lengthens, and of the fastest rounds; and the load.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

MAX_MILLISECONDS = 100.0
BREAKS = " \t\n\"'><=;|&(:"
CASES: Mapping[str, tuple[str, ...]] = {
    "commands": ("fish", "dow"),
    "flags": ("bash", "omni-tui download x --fo", BREAKS),
    "formats": ("bash", "omni-tui download x --format ", BREAKS),
    "dashboards, nothing typed": ("bash", "omni-tui download ", BREAKS),
    "dashboards, s": ("bash", "omni-tui download s", BREAKS),
    "dashboards, one match": ("bash", "omni-tui download 'Report 77777 '", BREAKS),
    "dashboards, no match": ("zsh", "download", "qqq"),
    "an ID": ("fish", "download", "0001869f"),
    "tiles of a name": ("bash", "omni-tui download 'Report 99999 of sales' --tile ", BREAKS),
    "filters of an ID": ("bash", "omni-tui download 0000000a --filter ", BREAKS),
    "profiles": ("bash", "omni-tui --profile ", BREAKS),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dashboards", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(Path(home))
        os.environ.clear()
        os.environ.update(environment)
        fill_cache(asked.dashboards)
        program = Path(sys.executable).with_name("omni-tui")
        bare = [sys.executable, "-c", "pass"]
        load = os.getloadavg()[0]
        print(f"{asked.dashboards:,} dashboards, {asked.rounds} rounds, load {load:.1f}; milliseconds")
        print(f"{'':28}{'median':>8}{'bare':>8}{'more':>8}{'CPU':>8}{'fastest':>9}  candidates")
        worst = 0.0
        for name, words in CASES.items():
            tab = [str(program), "__complete", *words]
            rounds = [(*_milliseconds(tab), *_milliseconds(bare)) for _ in range(asked.rounds)]
            count = len(subprocess.run(tab, capture_output=True, check=True).stdout.splitlines()) - 1
            median, cpu, start, start_cpu = map(statistics.median, zip(*rounds, strict=True))
            worst = max(worst, median - start)
            fastest = min(each[0] for each in rounds) - min(each[2] for each in rounds)
            more = f"{median - start:8.1f}{cpu - start_cpu:8.1f}{fastest:9.1f}"
            print(f"{name:28}{median:8.1f}{start:8.1f}{more}  {count}")
        print(f"slowest: {worst:.1f} ms more than Python's start (limit {MAX_MILLISECONDS:.0f})")


def fill_cache(count: int) -> None:
    """Write a cached list, tiles and filters for a start without arguments in this environment."""
    from omni_tui.api.documents import Document
    from omni_tui.catalog.contents_cache import ContentsCache
    from omni_tui.catalog.disk_cache import write_cache
    from omni_tui.catalog.table import Table
    from omni_tui.launch_options import Arguments
    from omni_tui.settings.locations import make_private_folder
    from omni_tui.startup_snapshot import catalogs_folder, remember

    now = datetime(2026, 11, 30, tzinfo=UTC)
    folders = ("sales", "finance/emea", "marketing/web", "operations")
    table = Table(
        Document(
            f"{number:08x}",
            f"Report {number} of {folders[number % 4].partition('/')[0]}",
            folder=folders[number % 4],
            owner="Daniel Q.",
            labels=("Verified",),
            updated_at=now - timedelta(minutes=number),
            url=f"https://blobsrus.omniapp.co/dashboards/{number:08x}",
        )
        for number in range(count)
    )
    path = make_private_folder(catalogs_folder()) / "blobsrus.omniapp.co.list"
    write_cache(path, table, now.timestamp())
    contents = ContentsCache(path)
    for number in range(500):
        contents.take(
            f"{number:08x}", [(str(each), f"Tile {each}") for each in range(30)], ["Status", "Region"]
        )
    contents.save()
    remember(Arguments(), path)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")}
    return {**kept, "HOME": str(home), "OMNI_BASE_URL": "https://blobsrus.omniapp.co", "OMNI_API_TOKEN": "x"}


def _milliseconds(words: list[str]) -> tuple[float, float]:
    """Run a program; return how long it took, and how much of the processor's time."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return (time.perf_counter() - started) * 1000, (used.ru_utime + used.ru_stime) * 1000


if __name__ == "__main__":
    main()
