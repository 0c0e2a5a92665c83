"""How much processor time a small export takes, compared with a bare httpx loop with the same requests.

    python -m tests.bench.small_exports [-n 3] [--exports 100]

The demo renders at once, in a separate process. Ours is the whole program without a screen: engine,
journal, rate limiter, request log, checked and synced files. The bare loop starts, polls and fetches, and
writes each file. Each is a separate process, whose imports aren't counted.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer

MANY_REQUESTS = "100000"  # per minute: the rate limit isn't measured
POLL_SECONDS = 2.0
SPARE_DASHBOARDS = 60  # some have special behavior


async def bare(url: str, dashboards: Sequence[str], folder: Path) -> int:
    """Fetch the same files with as little code as possible; return the number of requests."""
    import httpx

    headers = {"Authorization": f"Bearer {TOKEN}"}
    sent = itertools.count()

    async def count(request: httpx.Request) -> None:
        next(sent)

    async def export(client: httpx.AsyncClient, dashboard: str) -> None:
        path = f"{url}/api/v1/dashboards/{dashboard}/download"
        job = (await client.post(path, json={"format": "csv"})).json()["job_id"]
        await asyncio.sleep(POLL_SECONDS)
        while (await client.get(f"{path}/{job}/status")).json()["status"] != "complete":  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        async with client.stream("GET", f"{path}/{job}") as response:
            with open(folder / f"{dashboard}.zip", "wb") as file:  # noqa: ASYNC230  # as bare as it gets
                async for piece in response.aiter_raw():
                    file.write(piece)

    async with httpx.AsyncClient(headers=headers, timeout=60, event_hooks={"request": [count]}) as client:
        await asyncio.gather(*(export(client, dashboard) for dashboard in dashboards))
    return next(sent)


async def ours(dashboards: Sequence[str], folder: Path) -> tuple[float, int]:
    """Export with the program; return its processor time, from first order to last file, and its requests."""
    from omni_tui.downloads.job.models import JobState, Order
    from omni_tui.launch_options import Arguments
    from omni_tui.options.spec import ExportRequest, Format
    from omni_tui.services import open_services

    services = await open_services(Arguments())
    began = time.process_time()
    engine = services.engine
    ids = [engine.submit(Order(ExportRequest(one, Format.CSV), one, folder)) for one in dashboards]
    jobs = [await engine.wait(job_id) for job_id in ids]
    taken = time.process_time() - began
    assert all(job.state is JobState.DONE for job in jobs), [job.failure for job in jobs]
    requests = services.exchanges.exchanges()[-1].number
    await services.aclose()
    return taken, requests


def one_way(way: str, url: str, dashboards: Sequence[str], folder: Path) -> tuple[float, int]:
    """Run one variant in this process; return the processor time in seconds, and the requests."""
    if way == "ours":
        return asyncio.run(ours(dashboards, folder))
    import httpx  # noqa: F401  # imports are not counted

    began = time.process_time()
    requests = asyncio.run(bare(url, dashboards, folder))
    return time.process_time() - began, requests


def in_a_process(way: str, url: str, dashboards: Sequence[str], home: Path) -> tuple[float, int]:
    """Run one variant in a separate Python with its own home; return processor seconds and requests."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {"HOME": str(home), "OMNI_BASE_URL": url, "OMNI_API_TOKEN": TOKEN}
    own |= {"OMNI_TUI_REQUESTS_PER_MINUTE": MANY_REQUESTS, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-m", "tests.bench.small_exports", "--way", way, url, str(home), *dashboards]
    done = subprocess.run(command, env={**kept, **own}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seconds, requests = done.stdout.split()
    return float(seconds), int(requests)


@contextmanager
def demo(exports: int) -> Iterator[tuple[str, list[str]]]:
    """Start a demo in a separate process; return its URL, and the dashboards to export."""
    command = [sys.executable, "-m", "tests.bench.small_exports", "--serve", str(exports)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        url, *dashboards = server.stdout.readline().split()
        yield url, dashboards
    finally:
        server.kill()
        server.communicate()


def serve(exports: int) -> None:
    """Serve a demo, and print its URL and this many of its dashboards."""
    from datetime import UTC, datetime

    from omni_tui.demo.sample_data.sample_documents import SampleDocuments

    documents = SampleDocuments(exports + SPARE_DASHBOARDS, now=datetime.now(UTC))
    plain = [one.identifier for one in documents if one.has_dashboard and not one.special][:exports]
    with DemoServer(speed=1000, dashboards=exports + SPARE_DASHBOARDS, limit=int(MANY_REQUESTS)) as server:
        print(server.url, *plain, flush=True)
        server.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=3, help="turns")
    parser.add_argument("--exports", type=int, default=100)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--way", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    if arguments.way:
        way, url, folder, *dashboards = arguments.way
        print(*one_way(way, url, dashboards, Path(folder)))
        return
    taken: dict[str, list[float]] = {"bare": [], "ours": []}
    sent = dict.fromkeys(taken, 0)
    with demo(arguments.exports) as (url, dashboards), tempfile.TemporaryDirectory() as folder:
        for turn in range(arguments.n):
            for way, times in taken.items():
                home = Path(folder, f"{way}-{turn}")
                home.mkdir()
                seconds, sent[way] = in_a_process(way, url, dashboards, home)
                times.append(seconds / len(dashboards) * 1000)
    for way, times in taken.items():
        median = statistics.median(times)
        print(f"{way}: {median:.1f} ms of processor time an export, {sent[way]} requests in all")
    ratio = statistics.median(own / least for own, least in zip(taken["ours"], taken["bare"], strict=True))
    print(f"{ratio:.2f} × the bare loop's")


if __name__ == "__main__":
    main()
