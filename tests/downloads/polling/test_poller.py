"""The poller with engine, client and rate limiter, against a server that counts requests."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import Counter, deque
from pathlib import Path

import httpx
import pytest

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.types import NotReached
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.downloads.polling.poller import Poller
from omni_tui.downloads.polling.render_stats import History, RenderKind
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import PDF, RUNNING, FakeFile, ScriptedClient, inline
from tests.downloads.simulation import Clairvoyant, Omni, lognormal, run
from tests.fakes import FakeClock

SALES = RenderKind("sales", Format.PDF)
ROUND_TRIP_SECONDS = 0.15


class Server:
    """Renders dashboard number N in `renders[N]` seconds, and refuses the 61st request of a minute.

    `early` is the status of a file that is not there yet; `ending` what the status of a job ends with.
    """

    def __init__(self, clock: FakeClock, renders: list[float], *, early: int = 202, ending: str = "complete"):
        self.clock = clock
        self.renders = renders
        self.early = early
        self.ending = ending
        self.ready_at: dict[str, float] = {}
        self.window = deque[float]()
        self.counts = Counter[str]()
        self.early_at: dict[str, list[float]] = {}  # for files that were not there
        self.unasked_at: list[float] = []  # for files that were there, without an ask before
        self.told_ready = set[str]()
        self.polls: dict[str, list[float]] = {}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        await self.clock.sleep(ROUND_TRIP_SECONDS / 2)
        response = self._answer(request)
        await self.clock.sleep(ROUND_TRIP_SECONDS / 2)
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        now = self.clock.now
        while self.window and self.window[0] <= now - 60:
            self.window.popleft()
        if len(self.window) >= 60:
            self.counts["refused"] += 1
            return httpx.Response(429)
        self.window.append(now)
        number = request.url.path.split("/")[4]
        if request.method == "POST":
            self.counts["start"] += 1
            self.ready_at[number] = now + self.renders[int(number)]
            return httpx.Response(200, json={"job_id": f"job-{number}", "message": "ok"})
        is_ready = self.ready_at[number] <= now
        if request.url.path.endswith("/status"):
            self.counts["poll"] += 1
            self.polls.setdefault(number, []).append(now)
            word = self.ending if is_ready else "in_progress"
            self.told_ready |= {number} if is_ready else set()
            return httpx.Response(200, json={"job_id": f"job-{number}", "status": word})
        if not is_ready:
            self.early_at.setdefault(number, []).append(now)
            self.polls.setdefault(number, []).append(now)
            return httpx.Response(self.early, json={"status": "in_progress"})
        self.counts["file"] += 1
        self.unasked_at += [now] if number not in self.told_ready else []
        if self.ending != "complete":
            return httpx.Response(410, json={"error": "410", "message": "Job failed to render."})
        return httpx.Response(200, content=PDF, headers={"content-type": "application/pdf"})


async def export(
    clock: FakeClock, server: Server, folder: Path, count: int, history: History | None = None
) -> list[Job]:
    """So many dashboards at once; the jobs at their ends."""
    limiter = RateLimiter(clock=clock)
    client = OmniClient(
        "https://blobs.omniapp.co/api",
        "omni_osk_secret",
        limiter=limiter,
        exchanges=ExchangeLog(),
        clock=clock,
        transport=httpx.MockTransport(server.answer),
    )
    engine = Engine(
        client, MemoryStore(), clock=clock, run_blocking=inline, requests=limiter, history=history
    )
    ids = [
        engine.submit(Order(ExportRequest(str(number), Format.PDF), f"D{number}", folder))
        for number in range(count)
    ]
    jobs = await clock.run(asyncio.gather(*(engine.wait(job_id) for job_id in ids)))
    await engine.aclose()
    await client.aclose()
    return jobs


@pytest.mark.parametrize("count", [5, 25])
async def test_a_batch_ends_nearly_as_soon_as_if_the_future_were_known(tmp_path: Path, count: int) -> None:
    clock = FakeClock()
    renders = lognormal(count, 3)
    server = Server(clock, renders)
    start, history = clock.now, History()
    jobs = await export(clock, server, tmp_path, count, history)
    assert {job.state for job in jobs} == {JobState.DONE}
    assert len(os.listdir(tmp_path)) == count
    assert server.counts["refused"] == 0
    assert server.counts["start"] == server.counts["file"] == count
    seen = [history.of_kind(RenderKind(str(number), Format.PDF)) for number in range(count)]
    assert all(
        span.over_seconds <= render + ROUND_TRIP_SECONDS
        and render <= span.within_seconds + ROUND_TRIP_SECONDS
        for (span,), render in zip(seen, renders, strict=True)
    )
    best = run(lambda: Clairvoyant(renders, Omni()), renders)
    assert clock.now - start <= 1.15 * best.all_done
    for polls in server.polls.values():
        assert all(later - sooner >= 2.0 for sooner, later in itertools.pairwise(polls))


async def test_many_files_are_fetched_without_asking_first(tmp_path: Path) -> None:
    clock = FakeClock()
    server = Server(clock, [10.0] * 70)
    jobs = await export(clock, server, tmp_path, 70)
    assert {job.state for job in jobs} == {JobState.DONE}
    assert server.counts["refused"] == 0
    assert server.counts["poll"] < 30


async def test_a_server_that_answers_404_for_an_unready_file_is_polled_first(tmp_path: Path) -> None:
    clock = FakeClock()
    server = Server(clock, [10.0] * 37 + [100.0] * 20 + [10.0] * 13, early=404)
    jobs = await export(clock, server, tmp_path, 70)
    assert {job.state for job in jobs} == {JobState.DONE}
    told_at = min(min(moments) for moments in server.early_at.values()) + ROUND_TRIP_SECONDS
    assert max(max(moments) for moments in server.early_at.values()) <= told_at
    assert max(server.unasked_at) <= told_at
    assert server.counts["refused"] == 0


@pytest.mark.parametrize("early", [401, 403, 406, 500, 502])
async def test_an_error_of_an_early_file_request_ends_no_job(tmp_path: Path, early: int) -> None:
    clock = FakeClock()
    server = Server(clock, [10.0] * 15 + [150.0] * 15, early=early)
    jobs = await export(clock, server, tmp_path, 30)
    assert {job.state for job in jobs} == {JobState.DONE}
    assert server.early_at
    assert {len(moments) for moments in server.early_at.values()} == {1}


@pytest.mark.parametrize(("count", "found_by"), [(2, "poll"), (70, "file")])
async def test_a_render_that_failed_says_so_wherever_it_is_found(
    tmp_path: Path, count: int, found_by: str
) -> None:
    clock = FakeClock()
    server = Server(clock, [10.0] * count, ending="error")
    history = History()
    jobs = await export(clock, server, tmp_path, count, history)
    assert {job.failure.kind for job in jobs if job.failure} == {FailureKind.RENDER_FAILED}
    assert server.counts[found_by] > 0
    assert not history.of_format(Format.PDF)
    assert os.listdir(tmp_path) == []


class Early:
    """Eight jobs whose files are asked for early, as nothing else ever says that they are there."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.client = ScriptedClient(self.clock)
        self.client.statuses.extend([RUNNING] * 1000)
        self.engine = Engine(
            self.client,
            MemoryStore(),
            clock=self.clock,
            run_blocking=inline,
            requests=RateLimiter(clock=self.clock),
        )
        self.folder = folder

    def submit(self) -> list[str]:
        return [
            self.engine.submit(Order(ExportRequest(str(number), Format.PDF), f"D{number}", self.folder))
            for number in range(8)
        ]


async def test_an_early_file_that_breaks_off_is_fetched_again(tmp_path: Path) -> None:
    bench = Early(tmp_path)
    bench.client.files.append(FakeFile(PDF, ends_with=NotReached("The connection was lost.")))
    bench.client.files.append(FakeFile(PDF[:900], len(PDF)))
    ids = bench.submit()
    while not any(bench.engine.job(job_id).state is JobState.DONE for job_id in ids):
        await bench.clock.advance(1)
    done = [job for job in bench.engine.jobs() if job.state is JobState.DONE]
    assert all(job.path is not None and job.path.read_bytes() == PDF for job in done)
    await bench.engine.aclose()
    assert len(os.listdir(tmp_path)) == len(done)
    assert bench.client.count("initiate") == 8


async def test_cancelled_in_the_middle_of_an_early_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.downloads.files.writer.PIECE_BYTES", 1000)
    bench = Early(tmp_path)
    file = FakeFile(PDF, len(PDF), waits_at_chunk=2)
    bench.client.files.append(file)
    bench.submit()
    while not file.is_waiting.is_set():
        await bench.clock.advance(1)
    saving = [job.id for job in bench.engine.jobs() if job.state is JobState.SAVING]
    assert len(saving) >= 1
    assert any(name.endswith(".part") for name in os.listdir(tmp_path))
    await bench.engine.aclose()
    assert {bench.engine.job(job_id).state for job_id in saving} <= {JobState.CANCELED, JobState.DONE}
    assert not any(name.endswith(".part") for name in os.listdir(tmp_path))


async def test_turns_are_given_by_the_pace_and_end_with_the_watch() -> None:
    clock = FakeClock()
    poller = Poller(clock, RateLimiter(clock=clock))
    start, moments = clock.now, []

    async def ask() -> None:
        with poller.watch(SALES, is_start_known=True) as watch:
            for _ in range(3):
                await watch.turn()
                moments.append(clock.now - start)
                watch.found_running()

    await clock.run(ask())
    assert moments == pytest.approx([2, 4, 6])
    await clock.settle()
    assert len(asyncio.all_tasks()) == 1  # this test: no timer, no task of the limiter


async def test_a_cancelled_wait_leaves_the_turn_to_the_next() -> None:
    clock = FakeClock()
    poller = Poller(clock, RateLimiter(clock=clock))
    asked: list[str] = []

    async def ask(name: str) -> None:
        with poller.watch(SALES, is_start_known=True) as watch:
            await watch.turn()
            asked.append(name)
            watch.job_ended()

    first, second = asyncio.create_task(ask("first")), asyncio.create_task(ask("second"))
    await clock.advance(1.9)
    first.cancel()
    await clock.run(second)
    assert asked == ["second"]
    assert first.cancelled()


async def test_no_poll_is_sent_while_the_rate_limit_has_no_room() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    for _ in range(51):
        (await limiter.acquire(Priority.INTERACTIVE)).answered()
    poller = Poller(clock, limiter)
    start = clock.now
    with poller.watch(SALES, is_start_known=True) as watch:
        await clock.run(watch.turn())
        assert 60 <= clock.now - start < 61
        watch.job_ended()


async def test_a_turn_that_is_due_is_given_at_once() -> None:
    clock = FakeClock()
    poller = Poller(clock)
    with poller.watch(SALES, is_start_known=True) as watch:
        await clock.advance(50)
        before = clock.now
        await clock.run(watch.turn())
        assert clock.now == before


async def test_requests_that_hang_hold_up_no_other_job(tmp_path: Path) -> None:
    class Hanging(Server):
        async def answer(self, request: httpx.Request) -> httpx.Response:
            number = request.url.path.split("/")[4]
            if request.method == "GET" and int(number) < 6:
                await self.clock.sleep(600)
            return await super().answer(request)

    clock = FakeClock()
    server = Hanging(clock, [5.0] * 6 + [30.0] * 14)
    start = clock.now
    jobs = await export(clock, server, tmp_path, 20)
    times = [job.elapsed_seconds(clock.time()) for job in jobs]
    assert clock.now - start > 600
    assert max(times[6:]) < 120


async def test_a_turn_that_the_limiter_does_not_count_yet_is_counted() -> None:
    """Two polls are due and there is room for one: the other waits until there is room again."""
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    for _ in range(50):
        (await limiter.acquire(Priority.INTERACTIVE)).answered()
    poller = Poller(clock, limiter)
    start, turns = clock.now, []

    async def ask(number: int) -> None:
        with poller.watch(RenderKind(str(number), Format.PDF), is_start_known=True) as watch:
            await clock.sleep(10)
            await watch.turn()
            turns.append(clock.now - start)
            (await limiter.acquire(Priority.POLL)).answered()
            watch.job_ended()

    await clock.run(asyncio.gather(ask(1), ask(2)))
    assert turns[0] == pytest.approx(10)
    assert turns[1] > 60


async def test_without_a_rate_limit_every_job_is_polled_constantly() -> None:
    clock = FakeClock()
    poller = Poller(clock)
    moments: list[float] = []
    start = clock.now

    async def ask(number: int) -> None:
        with poller.watch(RenderKind(str(number), Format.PDF), is_start_known=True) as watch:
            for _ in range(3):
                assert not await watch.turn()
                moments.append(clock.now - start)
                watch.found_running()

    await clock.run(asyncio.gather(*(ask(number) for number in range(20))))
    assert moments == pytest.approx([2.0] * 20 + [4.0] * 20 + [6.0] * 20)
