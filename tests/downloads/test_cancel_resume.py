from __future__ import annotations

import asyncio
import itertools
import os
import threading
from pathlib import Path

import pytest

from omni_tui.api.errors.types import NotFound, NotReached, StillRunning
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.engine import PROGRAM_ENDED, Engine
from omni_tui.downloads.files import part_file
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.files.part_names import part_name
from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.downloads.job.runner import WAITS_FOR_OTHER
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import COMPLETE, PDF, RUNNING, Bench, FakeFile, ScriptedClient
from tests.fakes import FakeClock


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_cancelled_before_its_first_step(bench: Bench) -> None:
    job_id = bench.submit()
    bench.engine.cancel(job_id)
    job = await bench.engine.wait(job_id)
    assert job.state is JobState.CANCELED
    assert job.failure is None
    assert bench.client.calls == []


@pytest.mark.parametrize("step", ["initiate", "status", "file"])
async def test_cancelled_while_a_request_is_out(bench: Bench, step: str) -> None:
    bench.client.hangs_at = step
    job_id = bench.submit()
    await bench.clock.advance(10)
    assert bench.client.calls[-1].what == step
    before = bench.clock.now
    bench.engine.cancel(job_id)
    assert (await bench.engine.wait(job_id)).state is JobState.CANCELED
    assert bench.clock.now == before
    assert bench.files() == []


async def test_cancelled_in_the_middle_of_a_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.downloads.files.writer.PIECE_BYTES", 1000)
    file = FakeFile(PDF, len(PDF), waits_at_chunk=2)
    bench.client.files.append(file)
    job_id = bench.submit()
    await bench.clock.advance(10)
    assert bench.files() == [part_name("Sales.pdf", job_id[:8])]
    bench.engine.cancel(job_id)
    assert (await bench.engine.wait(job_id)).state is JobState.CANCELED
    assert bench.files() == []


@pytest.mark.parametrize("method", ["write", "finish"])
async def test_cancelled_while_a_thread_is_at_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """The thread cannot be stopped: the job ends behind it, and what it has made is gone."""
    entered, may_go = threading.Event(), threading.Event()
    original, discard = getattr(PartFile, method), PartFile.discard
    order: list[str] = []

    def slowly(part: PartFile, *arguments: bytes) -> object:
        result = original(part, *arguments)
        entered.set()
        assert may_go.wait(10)
        order.append(method)
        return result

    def cleanly(part: PartFile) -> None:
        order.append("discard")
        discard(part)

    monkeypatch.setattr(PartFile, method, slowly)
    monkeypatch.setattr(PartFile, "discard", cleanly)
    clock = FakeClock()
    engine = Engine(ScriptedClient(clock), MemoryStore(), clock=clock)
    job_id = engine.submit(Order(ExportRequest("d", Format.PDF), "Sales", tmp_path))
    moving = asyncio.create_task(move_time(clock))
    assert await asyncio.to_thread(entered.wait, 10)
    assert len(os.listdir(tmp_path)) == 1
    engine.cancel(job_id)
    engine.cancel(job_id)
    await clock.settle()
    assert engine.job(job_id).state is JobState.SAVING
    may_go.set()
    job = await engine.wait(job_id)
    moving.cancel()
    assert order == [method, "discard"]
    assert (job.state, job.path) == (JobState.CANCELED, None)
    assert os.listdir(tmp_path) == []


async def move_time(clock: FakeClock) -> None:
    while True:
        await clock.advance(1)
        await asyncio.sleep(0.001)


async def test_cancelled_while_it_waits_for_its_turn(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING, RUNNING])
    first, second, third = (bench.submit() for _ in range(3))
    await bench.clock.settle()
    bench.engine.cancel(second)
    assert (await bench.engine.wait(second)).state is JobState.CANCELED
    assert (await bench.run(first)).state is JobState.DONE
    assert (await bench.run(third)).state is JobState.DONE
    assert bench.client.count("initiate") == 2


async def test_the_next_export_waits_for_a_canceled_one_that_still_renders(bench: Bench) -> None:
    """The server would answer 409: we know of its job, so we ask about that first."""
    bench.client.statuses_of["server-1"].extend([RUNNING, RUNNING, RUNNING, RUNNING, COMPLETE])
    first = bench.submit()
    await bench.clock.advance(3)
    bench.engine.cancel(first)
    second = bench.submit(hideTitle=True)
    await bench.clock.advance(3)
    assert bench.client.count("initiate") == 1
    assert bench.engine.job(second).note == WAITS_FOR_OTHER
    assert (await bench.run(second)).state is JobState.DONE
    asked = [(call.what, call.job_id) for call in bench.client.calls]
    assert asked.index(("status", "server-2")) > len(asked) - 1 - asked[::-1].index(("status", "server-1"))
    assert bench.client.count("initiate") == 2
    assert bench.engine.job(second).server_job_id == "server-2"


@pytest.mark.parametrize(
    "ends", [[JobStatus(Phase.FAILED, "error")], [NotFound("not known", status=404)] * 2]
)
async def test_a_job_that_the_server_has_ended_releases_the_lock(
    bench: Bench, ends: list[JobStatus | BaseException]
) -> None:
    bench.client.statuses.extend(ends)
    await bench.run(bench.submit())
    before = bench.clock.now
    bench.submit()
    await bench.clock.settle()
    assert bench.client.times("initiate")[-1] == before
    await bench.engine.aclose()


async def test_cancelling_a_job_that_has_ended_does_nothing(bench: Bench) -> None:
    job = await bench.run(bench.submit())
    bench.engine.cancel(job.id)
    await bench.clock.settle()
    assert bench.engine.job(job.id) == job
    assert bench.files() == ["Sales.pdf"]


async def test_a_subscriber_may_cancel(bench: Bench) -> None:
    def stop(job: Job) -> None:
        if job.state is JobState.RENDERING:
            bench.engine.cancel(job.id)

    bench.engine.subscribe(stop)
    job = await bench.run(bench.submit())
    assert job.state is JobState.CANCELED
    assert bench.client.count("status") == 0


async def test_closing_cancels_all_and_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.downloads.files.writer.PIECE_BYTES", 1000)
    for _ in range(3):
        bench.client.files.append(FakeFile(PDF, len(PDF), waits_at_chunk=2))
    ids = [bench.submit(name) for name in ("A", "A", "B", "C")]
    await bench.clock.advance(3)
    started = zip("ABC", (ids[0], *ids[2:]), strict=True)
    assert bench.files() == [part_name(f"{name}.pdf", job_id[:8]) for name, job_id in started]
    await bench.engine.aclose()
    jobs = [bench.engine.job(job_id) for job_id in ids]
    assert {(job.state, job.note) for job in jobs} == {(JobState.CANCELED, PROGRAM_ENDED)}
    assert bench.files() == []
    await bench.engine.aclose()


async def test_resumed_where_the_server_has_the_job(bench: Bench) -> None:
    bench.client.statuses.extend([RUNNING] * 3)
    job_id = bench.submit()
    await bench.clock.advance(3)
    assert bench.client.count("status") == 1
    bench.engine.cancel(job_id)
    await bench.engine.wait(job_id)
    await bench.clock.advance(100)
    await bench.engine.resume(job_id)
    job = await bench.run(job_id)
    assert job.state is JobState.DONE
    assert bench.client.count("initiate") == 1
    assert (bench.client.count("status"), bench.client.count("file")) == (4, 1)
    assert job.elapsed_seconds(bench.clock.time()) < 60
    moments = bench.client.times("status")
    assert all(later - sooner >= 1 for sooner, later in itertools.pairwise(moments))


async def test_resumed_with_the_file_when_that_was_rendered(bench: Bench) -> None:
    broken_off = [FakeFile(ends_with=NotReached("The connection was lost.")) for _ in range(6)]
    bench.client.files.extend(broken_off)
    job = await bench.run(bench.submit())
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind == FailureKind.NOT_REACHED
    polls = bench.client.count("status")
    await bench.engine.resume(job.id)
    job = await bench.run(job.id)
    assert (job.state, job.failure) == (JobState.DONE, None)
    assert bench.client.count("status") == polls
    assert bench.client.count("initiate") == 1


async def test_resumed_file_that_is_not_ready_after_all(bench: Bench) -> None:
    broken_off = [FakeFile(ends_with=NotReached("The connection was lost.")) for _ in range(6)]
    bench.client.files.extend(broken_off)
    bench.client.files.append(StillRunning("not ready", status=202))
    job = await bench.run(bench.submit())
    await bench.engine.resume(job.id)
    job = await bench.run(job.id)
    assert job.state is JobState.DONE
    assert bench.client.count("status") == 2


async def test_resumed_from_the_start_when_the_server_failed_it(bench: Bench) -> None:
    bench.client.statuses.append(JobStatus(Phase.FAILED, "error", error="Job failed to render."))
    job = await bench.run(bench.submit())
    await bench.engine.resume(job.id)
    resumed = bench.engine.job(job.id)
    assert (resumed.state, resumed.server_job_id, resumed.failure) == (JobState.QUEUED, None, None)
    job = await bench.run(job.id)
    assert job.state is JobState.DONE
    assert bench.client.count("initiate") == 2


async def test_a_job_that_runs_or_is_done_cannot_be_resumed(bench: Bench) -> None:
    job_id = bench.submit()
    with pytest.raises(ValueError, match="can't be resumed"):
        await bench.engine.resume(job_id)
    job = await bench.run(job_id)
    with pytest.raises(ValueError, match="can't be resumed"):
        await bench.engine.resume(job_id)
    assert bench.engine.job(job_id) == job


async def test_a_full_disk_is_reported_and_nothing_is_left(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(part_file.os, "write", full)
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert job.failure.kind == FailureKind.FILE_SAVE_ERROR
    assert "disk is full" in job.failure.message
    assert bench.files() == []
    monkeypatch.undo()
    await bench.engine.resume(job.id)
    assert (await bench.run(job.id)).state is JobState.DONE
    assert bench.client.count("initiate") == 1
