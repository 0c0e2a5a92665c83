"""How fast one large export is saved, hashed, checked and synced, compared with a bare httpx loop and curl.

    python -m tests.bench.throughput [-n 5] [--mebibytes 1024] [--folder FOLDER]

A server in a separate process sends a CSV with sendfile. Each download is a separate process, which times
itself from the request for the file to its last step; the variants alternate, so that a busy machine slows
all equally.
The bare loop writes what `aiter_raw` returns to a file, and neither hashes nor checks nor syncs it. Then the
memory of `omni-tui download` is compared with that of a small export.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.programs.file_server import JOB_ID

MEBIBYTE = 1024 * 1024
GOAL_RATIO, GOAL_MEMORY_MIB = 0.85, 16.0
TOKEN = "omni_osk_bench"
ROW = "{:09d},2026-10-31,view,DE,428,view from DE request answered and logged without a fault,7\n"


def file_address(url: str, size: int) -> str:
    """Return the URL of a file of this many bytes."""
    return f"{url}/api/v1/dashboards/{size}/download/{JOB_ID}"


async def bare(url: str, size: int, folder: Path) -> float:
    """Download with a bare loop; return the seconds."""
    import httpx

    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(headers=headers) as client:
        with open(folder / "bare.csv", "wb") as file:  # noqa: ASYNC230  # as bare as it gets
            async with client.stream("GET", file_address(url, size)) as response:
                async for piece in response.aiter_raw():
                    file.write(piece)
    return time.perf_counter() - began


async def ours(url: str, size: int, folder: Path) -> float:
    """Download with the program's engine; return the seconds."""
    from omni_tui.downloads.job.models import JobState, Order
    from omni_tui.launch_options import Arguments
    from omni_tui.options.spec import ExportRequest, Format
    from omni_tui.services import open_services

    services = await open_services(Arguments())
    request = ExportRequest(str(size), Format.CSV, values={"queryIdentifierMapKey": "1"})
    job = await services.engine.wait(services.engine.submit(Order(request, "ours", folder)))
    assert job.state is JobState.DONE, job.failure
    assert job.ended_at is not None
    await services.aclose()
    return job.ended_at - job.times[JobState.SAVING]


def curl(url: str, size: int, folder: Path) -> float:
    """Download with curl; return the seconds that it reports."""
    command = ["curl", "-s", "-o", str(folder / "curl.csv"), "-w", "%{time_total}", file_address(url, size)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def in_a_process(way: str, url: str, size: int, folder: Path) -> float:
    """Run one of the two above in a separate Python with its own home folder."""
    command = [sys.executable, "-m", "tests.bench.throughput", "--way", way, url, str(size), str(folder)]
    done = subprocess.run(command, env=environment(url, folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def environment(url: str, home: Path) -> Mapping[str, str]:
    """Return an environment without this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "OMNI_BASE_URL": url,
        "OMNI_API_TOKEN": TOKEN,
        "PYTHONPATH": os.getcwd(),
    }


def peak_mebibytes(url: str, size: int, folder: Path) -> float:
    """Return the peak memory of `omni-tui download` for a file of that size."""
    command = [sys.executable, "-m", "omni_tui", "download", str(size), "--format", "csv"]
    command += ["--query-identifier-map-key", "1", "--output", f"{folder}/", "--quiet"]
    child = subprocess.Popen(command, env=environment(url, folder), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, "the download failed"
    return usage.ru_maxrss / 1024


@contextmanager
def serving(folder: Path, size: int) -> Iterator[str]:
    """Run the server with a file of this many bytes; return its URL."""
    path = folder / "served.csv"
    with path.open("wb") as file:
        file.write(b"Event,Day,Kind,Country,Milliseconds,Message,Shard\n")
        while file.tell() < size:
            first = file.tell()
            file.write("".join(ROW.format(first + row) for row in range(10_000)).encode())
        file.truncate(size)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.programs.file_server", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def turns(url: str, size: int, folder: Path, count: int) -> dict[str, list[float]]:
    """Return the seconds of each variant in each round; the first round warms up and isn't counted."""
    ways: dict[str, Callable[[Path], float]] = {
        "bare": lambda home: in_a_process("bare", url, size, home),
        "ours": lambda home: in_a_process("ours", url, size, home),
        "curl": lambda home: curl(url, size, home),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(count + 1):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(dir=folder) as home:
                seconds = way(Path(home))
            if turn:
                taken[name].append(seconds)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=5, help="turns that are counted")
    parser.add_argument("--mebibytes", type=int, default=1024, help="how large the export is")
    parser.add_argument("--folder", type=Path, help="where the files go; without it, a temporary folder")
    parser.add_argument("--way", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        way, url, size, folder = arguments.way
        print(asyncio.run({"bare": bare, "ours": ours}[way](url, int(size), Path(folder))))
        return
    size = arguments.mebibytes * MEBIBYTE
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name, serving(Path(name), size) as url:
        folder = Path(name)
        taken = turns(url, size, folder, arguments.n)
        for way, seconds in taken.items():
            median = statistics.median(seconds)
            print(f"{way:5} {arguments.mebibytes / median:7.0f} MiB/s   {median:6.2f} s   n={len(seconds)}")
        ratio = statistics.median(b / o for b, o in zip(taken["bare"], taken["ours"], strict=True))
        print(f"{ratio:.2f} × the bare loop's speed (at least {GOAL_RATIO})")
        with tempfile.TemporaryDirectory(dir=folder) as home:
            small = peak_mebibytes(url, MEBIBYTE, Path(home))
            large = peak_mebibytes(url, size, Path(home))
        print(
            f"memory: {large:.1f} MiB at its peak, {large - small:+.1f} MiB over that of a 1 MiB export "
            f"(at most {GOAL_MEMORY_MIB:g})"
        )


if __name__ == "__main__":
    main()
