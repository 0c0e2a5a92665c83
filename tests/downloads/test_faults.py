"""Network and server faults, through the real client and its transports."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import Counter
from pathlib import Path

import httpx
import pytest

from omni_tui.api import http_session
from omni_tui.downloads.job.api_steps import MISSING_TRIES
from omni_tui.downloads.job.models import FailureKind, JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import PDF, PNG, WEB_PAGE, zip_of
from tests.downloads.fault_table import ANY, BROKEN, DONE, TABLE, Row
from tests.downloads.script import (
    HOST,
    TIMEOUT,
    Script,
    engine_for,
    page,
    pdf,
    refused,
    run,
    state,
)
from tests.fakes import FakeClock


@pytest.mark.parametrize("row", TABLE, ids=str)
async def test_every_fault_at_every_step(tmp_path: Path, row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    if "without end" in row.fault:  # real time is measured there, and the drips are of the clock's
        monkeypatch.setattr(http_session, "RESPONSE_TIMEOUT_FACTOR", 0.001)
    seen = await run(tmp_path, row.script)
    assert seen.outcome == row.outcome.partition(",")[0], seen.job.failure
    assert row.words in (" ".join(seen.notes) if row.outcome == DONE else seen.words)
    assert "<" not in " ".join(seen.notes) + (seen.words if seen.job.failure else "")
    assert [n for n, wanted in zip(seen.counts, row.asked, strict=True) if wanted != ANY] == [
        wanted for wanted in row.asked if wanted != ANY
    ]
    assert seen.names == row.left
    assert ("kept as Sales.pdf.broken" in " ".join(seen.notes) + repr(seen.job)) == (row.outcome == BROKEN)
    assert seen.job.note == ""
    if row.outcome == DONE:
        assert seen.job.path is not None
        assert seen.job.path.read_bytes() == PDF
        assert (seen.job.bytes_received, seen.job.bytes_expected) == (len(PDF), len(PDF))
        assert seen.job.elapsed_seconds(seen.clock.time()) >= 0


async def test_a_server_that_has_no_file_for_a_while_is_waited_for(tmp_path: Path) -> None:
    seen = await run(tmp_path, Script(files=[page()] * 9 + [TIMEOUT] * 9))
    assert seen.job.state is JobState.DONE
    assert seen.counts == (1, 1, 19)


async def test_a_storage_that_rejects_its_link_is_not_retried_for_half_an_hour(tmp_path: Path) -> None:
    """Each try asks Omni for a new link."""
    clock = FakeClock()
    asked = Counter[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.url.host] += 1
        if request.url.host != HOST:
            return httpx.Response(403, content=b"<Error><Code>AccessDenied</Code></Error>")
        if request.method == "POST":
            return httpx.Response(200, json={"job_id": "j"})
        if request.url.path.endswith("/status"):
            return state("complete")
        return httpx.Response(302, headers={"location": "https://storage.example.com/f?Signature=abc"})

    engine, client = engine_for(answer, clock)
    began = clock.now
    job = await clock.run(
        engine.wait(engine.submit(Order(ExportRequest("12db1a0a", Format.PDF), "Sales", tmp_path)))
    )
    await client.aclose()
    assert job.failure is not None
    assert "HTTP 403" in job.failure.message
    assert asked["storage.example.com"] == MISSING_TRIES
    assert clock.now - began < 120


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(statuses=[page()] * 2500), "(HTTP 502)"),
        (Script(statuses=[refused(500, "no room")] * 2500), "no room"),
        (Script(files=[refused(500, "no room")] * 2500), "no room"),
        (Script(files=[TIMEOUT] * 2500), "didn't respond in time"),
    ],
)
async def test_the_timeout_covers_every_step_and_reports_the_cause(
    tmp_path: Path, script: Script, words: str
) -> None:
    seen = await run(tmp_path, script, timeout_seconds=100)
    assert seen.kind == FailureKind.TIMED_OUT
    assert words in seen.words
    assert seen.job.elapsed_seconds(seen.clock.time()) == pytest.approx(100)


async def test_a_start_without_an_answer_is_reported_at_the_deadline(tmp_path: Path) -> None:
    clock = FakeClock()

    async def answer(request: httpx.Request) -> httpx.Response:
        await clock.sleep(3600)
        raise AssertionError("cut off before")

    engine, client = engine_for(answer, clock, job_timeout_seconds=20)
    order = Order(ExportRequest("12db1a0a", Format.PDF), "Sales", tmp_path)
    job = await clock.run(engine.wait(engine.submit(order)))
    await client.aclose()
    assert job.failure is not None
    assert "didn't respond to the request to start it" in job.failure.message


async def test_a_retry_after_is_respected(tmp_path: Path) -> None:
    seen = await run(tmp_path, Script(statuses=[refused(429, **{"retry-after": "40"})]))
    first, second = (at for kind, at in seen.requests if kind == "status")
    assert second - first >= 40


WRONG = {
    (Format.XLSX, "xlsx"): [PDF, zip_of("Tile.csv"), WEB_PAGE],
    (Format.CSV, "zip"): [b"a,b\n1,2\n", zip_of("[Content_Types].xml", "xl/workbook.xml")],
    (Format.PNG, "png"): [PDF, b'{"error": "no"}'],
}
RIGHT = {
    (Format.XLSX, "xlsx"): zip_of("[Content_Types].xml", "xl/workbook.xml"),
    (Format.CSV, "zip"): zip_of("Tile.csv"),
    (Format.PNG, "png"): PNG,
}


@pytest.mark.parametrize(("fmt", "extension"), RIGHT)
async def test_each_format_gets_its_file_and_no_other(tmp_path: Path, fmt: Format, extension: str) -> None:
    for number, body in enumerate(WRONG[fmt, extension]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert (await run(folder, Script(files=[pdf(body)]), fmt)).kind == FailureKind.WRONG_FILE
    folder = tmp_path / "right"
    folder.mkdir()
    seen = await run(folder, Script(files=[pdf(RIGHT[fmt, extension])]), fmt)
    assert seen.names == [f"Sales.{extension}"]


async def test_a_tile_as_csv_and_json(tmp_path: Path) -> None:
    tile = {"queryIdentifierMapKey": "3"}
    for fmt, right, wrong in [
        (Format.CSV, b"name,rows\nA,1\n", b'{"error": {"code": 500}}'),
        (Format.JSON, b'[{"name": "A"}]', b"name,rows\nA,1\n"),
    ]:
        folder = tmp_path / fmt
        folder.mkdir()
        assert (await run(folder, Script(files=[pdf(wrong)]), fmt, **tile)).kind == FailureKind.WRONG_FILE
        seen = await run(folder, Script(files=[pdf(right)]), fmt, **tile)
        assert seen.names == [f"Sales.{fmt}", f"Sales.{fmt}.broken"]


def orders(count: int, folder: Path) -> list[Order]:
    return [Order(ExportRequest(f"d{n}", Format.PDF), f"D{n}", folder) for n in range(count)]


async def test_forty_jobs_stay_within_the_rate_limit(tmp_path: Path) -> None:
    """Sixty requests a minute, seen from the server: never one more, and all is done."""
    clock = FakeClock()
    arrivals: list[float] = []
    ids = itertools.count(1)

    def answer(request: httpx.Request) -> httpx.Response:
        arrivals.append(clock.now)
        if request.method == "POST":
            return httpx.Response(200, json={"job_id": f"job-{next(ids)}"})
        return state("complete") if request.url.path.endswith("/status") else pdf()

    engine, client = engine_for(answer, clock)
    job_ids = [engine.submit(order) for order in orders(40, tmp_path)]
    jobs = await clock.run(asyncio.gather(*(engine.wait(job_id) for job_id in job_ids)))
    await client.aclose()
    assert {job.state for job in jobs} == {JobState.DONE}
    assert len(arrivals) == 120
    assert all(later - sooner >= 60 for sooner, later in zip(arrivals, arrivals[60:], strict=False))


async def test_forty_jobs_outlast_a_server_that_forgets_them_all(tmp_path: Path) -> None:
    """It is started anew in the middle: what it had not finished is begun once more, and no more often."""
    clock = FakeClock()
    known: set[str] = set()
    starts: Counter[str] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            starts[request.url.path] += 1
            known.add(job_id := f"job-{starts.total()}")
            return httpx.Response(200, json={"job_id": job_id})
        is_status = request.url.path.endswith("/status")
        if request.url.path.split("/")[6] not in known:
            return refused(404)
        return state("complete" if clock.now - began > 120 else "running") if is_status else pdf()

    engine, client = engine_for(answer, clock)
    job_ids = [engine.submit(order) for order in orders(40, tmp_path)]
    began = clock.now
    await clock.advance(45)
    known.clear()
    jobs = await clock.run(asyncio.gather(*(engine.wait(job_id) for job_id in job_ids)))
    await client.aclose()
    assert {job.state for job in jobs} == {JobState.DONE}
    assert (len(starts), set(starts.values())) == (40, {2})
    assert len(os.listdir(tmp_path)) == 40
