"""What may go wrong between us and the server, through the real client and its transports."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import httpx
import pytest

from omni_tui.api.budget import Budget
from omni_tui.api.client import OmniClient
from omni_tui.api.exchanges import ExchangeLog
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.models import JobState, Order
from omni_tui.downloads.store import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import PDF, PNG, WEB_PAGE, inline, zip_of
from tests.downloads.script import (
    BROKEN_OFF,
    OTHER,
    RESET,
    TIMEOUT,
    TOKEN,
    Script,
    in_the_way,
    page,
    pdf,
    refused,
    run,
    state,
    streamed,
)
from tests.fakes import FakeClock

# What passes: the job is done in the end, after so many starts, polls and file requests.
PASSES: dict[str, tuple[Script, tuple[int, int, int]]] = {
    "nothing wrong": (Script(), (1, 1, 1)),
    "no answer to the start": (Script(starts=[TIMEOUT]), (2, 1, 1)),
    "reset at the start": (Script(starts=[RESET, RESET]), (3, 1, 1)),
    "page with 502 at the start": (Script(starts=[page()]), (2, 1, 1)),
    "429 at the start": (Script(starts=[refused(429)]), (2, 1, 1)),
    "429 at the start with Retry-After": (Script(starts=[refused(429, **{"retry-after": "17"})]), (2, 1, 1)),
    "no answer to a poll": (Script(statuses=[TIMEOUT, state("in_progress")]), (1, 3, 1)),
    "reset at a poll": (Script(statuses=[RESET, RESET, RESET]), (1, 4, 1)),
    "page with 502 at a poll": (Script(statuses=[page()] * 7), (1, 8, 1)),
    "bad JSON at a poll": (Script(statuses=[httpx.Response(200, content=b'{"status": "in_pro')]), (1, 2, 1)),
    "page with 200 at a poll": (Script(statuses=[page(200)] * 2), (1, 3, 1)),
    "unknown words": (Script(statuses=[state("reticulating"), state(""), state("QUEUED")]), (1, 4, 1)),
    "another word for complete": (Script(statuses=[state("Success")]), (1, 1, 1)),
    "429 at a poll": (Script(statuses=[refused(429)]), (1, 2, 1)),
    "503 at a poll with Retry-After": (Script(statuses=[refused(503, **{"retry-after": "30"})]), (1, 2, 1)),
    "file not ready": (
        Script(files=[lambda: httpx.Response(202, json={"status": "in_progress"})]),
        (1, 2, 2),
    ),
    "file cut off, with a length": (
        Script(files=[lambda: streamed(PDF[:1500], BROKEN_OFF, **{"content-length": str(len(PDF))})]),
        (1, 1, 2),
    ),
    "file short of its length": (
        Script(files=[lambda: streamed(PDF[:1500], **{"content-length": str(len(PDF))})]),
        (1, 1, 2),
    ),
    "file cut off, chunked": (Script(files=[lambda: streamed(PDF[:1500], BROKEN_OFF)]), (1, 1, 2)),
    "file that just ends early": (Script(files=[lambda: streamed(PDF[:1500])]), (1, 1, 2)),
    "file reset five times": (Script(files=[lambda: streamed(PDF[:1500], RESET)] * 5), (1, 1, 6)),
    "no answer to the file": (Script(files=[TIMEOUT]), (1, 1, 2)),
    "page with 502 for the file": (Script(files=[page(), page(504)]), (1, 1, 3)),
    "429 for the file": (Script(files=[refused(429, **{"retry-after": "5"})]), (1, 1, 2)),
    "file without a length": (Script(files=[lambda: streamed(PDF)]), (1, 1, 1)),
    "another export in the way": (
        Script(starts=[in_the_way(existing_job_id=OTHER)], statuses=[state("executing"), state("complete")]),
        (2, 3, 1),
    ),
    "another export, named in words only": (
        Script(starts=[in_the_way()], statuses=[state("failed")]),
        (2, 2, 1),
    ),
}


@pytest.mark.parametrize("name", PASSES)
async def test_passes(tmp_path: Path, name: str) -> None:
    script, counts = PASSES[name]
    seen = await run(tmp_path, script)
    assert seen.job.state is JobState.DONE, seen.job.failure
    assert seen.counts == counts
    assert seen.job.path == tmp_path / "Sales.pdf"
    assert seen.job.path.read_bytes() == PDF
    assert (seen.job.bytes_received, seen.job.bytes_expected) == (len(PDF), len(PDF))


# What ends the job: the kind of failure, some of its words, and how many starts, polls and file requests.
ENDS: dict[str, tuple[Script, str, str, tuple[int, int, int]]] = {
    "no answer to any start": (Script(starts=[TIMEOUT] * 9), "TimedOut", "did not answer", (4, 0, 0)),
    "bad JSON at the start": (
        Script(starts=[httpx.Response(200, content=b"{")]),
        "NotOmni",
        "cannot be read",
        (1, 0, 0),
    ),
    "login page at the start": (Script(starts=[page(200)]), "NotOmni", "a web page", (1, 0, 0)),
    "400": (Script(starts=[refused(400, "hideTitle: no")]), "Refused", "no", (1, 0, 0)),
    "401 at the start": (Script(starts=[refused(401)]), "Unauthorized", "token", (1, 0, 0)),
    "401 in the middle": (
        Script(statuses=[state("in_progress"), refused(401)]),
        "Unauthorized",
        "token",
        (1, 2, 0),
    ),
    "401 for the file": (Script(files=[refused(401)]), "Unauthorized", "token", (1, 1, 1)),
    "403": (Script(starts=[refused(403, "No access")]), "Forbidden", "No access", (1, 0, 0)),
    "unknown dashboard": (Script(starts=[refused(404)]), "NotFound", "dashboard", (1, 0, 0)),
    "404 at a poll": (Script(statuses=[refused(404)]), "NotFound", "does not know this export", (1, 1, 0)),
    "404 for the file": (Script(files=[refused(404)]), "FileGone", "no longer has the file", (1, 1, 1)),
    "5xx for the file for ever": (Script(files=[page()] * 200), "ServerFailed", "", (1, 1, -1)),
    "410": (Script(files=[refused(410, "Job failed to render.")]), "RenderFailed", "One tile", (1, 1, 1)),
    "failed with a reason": (
        Script(statuses=[state("error", error="Tile 3 timed out")]),
        "RenderFailed",
        "Tile 3 timed out",
        (1, 1, 0),
    ),
    "failed without a reason": (Script(statuses=[state("FAILED")]), "RenderFailed", "did not say", (1, 1, 0)),
    "nonsense for ever": (
        Script(statuses=[httpx.Response(200, content=b"{")] * 9),
        "NotOmni",
        "cannot be read",
        (1, 5, 0),
    ),
    "file cut off for ever": (
        Script(files=[lambda: streamed(PDF[:900], BROKEN_OFF)] * 9),
        "NotReached",
        "broke off",
        (1, 1, 6),
    ),
    "file short for ever": (
        Script(files=[lambda: streamed(PDF[:900], **{"content-length": str(len(PDF))})] * 9),
        "WrongFile",
        "900 of its 3,016 bytes",
        (1, 1, 6),
    ),
    "a page with 200 for the file": (Script(files=[page(200)]), "WrongFile", "web page", (1, 1, 1)),
    "an image for a PDF": (Script(files=[pdf(PNG)]), "WrongFile", "a PNG image instead of a PDF", (1, 1, 1)),
    "an empty file": (Script(files=[pdf(b"")]), "WrongFile", "empty", (1, 1, 1)),
    "another format": (Script(statuses=[state("complete", format="png")]), "WrongFile", "PNG", (1, 1, 0)),
    "429 with a wait of a day": (
        Script(statuses=[refused(429, **{"retry-after": "86400"})]),
        "TooManyRequests",
        "24 hours",
        (1, 1, 0),
    ),
    "running for ever": (Script(statuses=[state("in_progress")] * 2000), "GaveUp", "30 minutes", (1, -1, 0)),
    "out of reach for ever": (Script(statuses=[TIMEOUT] * 2000), "GaveUp", "30 minutes", (1, -1, 0)),
}


@pytest.mark.parametrize("name", ENDS)
async def test_ends(tmp_path: Path, name: str) -> None:
    script, kind, words, counts = ENDS[name]
    seen = await run(tmp_path, script)
    assert seen.job.state is JobState.FAILED
    assert seen.kind == kind
    assert words in seen.words
    assert "<" not in seen.words
    assert [count for count, wanted in zip(seen.counts, counts, strict=True) if wanted >= 0] == [
        wanted for wanted in counts if wanted >= 0
    ]
    is_kept = kind == "WrongFile" and name not in ("an empty file", "another format")
    assert seen.names == (["Sales.pdf.broken"] if is_kept else [])
    assert ("kept as Sales.pdf.broken" in seen.words) == is_kept


async def test_a_server_that_has_no_file_for_a_while_is_waited_for(tmp_path: Path) -> None:
    seen = await run(tmp_path, Script(files=[page()] * 9 + [TIMEOUT] * 9))
    assert seen.job.state is JobState.DONE
    assert seen.counts == (1, 1, 19)


async def test_a_pause_that_the_server_asked_for_is_kept(tmp_path: Path) -> None:
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
        assert (await run(folder, Script(files=[pdf(body)]), fmt)).kind == "WrongFile"
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
        assert (await run(folder, Script(files=[pdf(wrong)]), fmt, **tile)).kind == "WrongFile"
        seen = await run(folder, Script(files=[pdf(right)]), fmt, **tile)
        assert seen.names == [f"Sales.{fmt}", f"Sales.{fmt}.broken"]


async def test_forty_jobs_keep_to_the_budget(tmp_path: Path) -> None:
    """Sixty requests a minute, seen from the server: never one more, and all is done."""
    clock = FakeClock()
    arrivals: list[float] = []
    ids = itertools.count(1)

    def answer(request: httpx.Request) -> httpx.Response:
        arrivals.append(clock.now)
        if request.method == "POST":
            return httpx.Response(200, json={"job_id": f"job-{next(ids)}"})
        return state("complete") if request.url.path.endswith("/status") else pdf()

    client = OmniClient(
        "https://blobsrus.omniapp.co/api",
        TOKEN,
        budget=Budget(clock=clock),
        exchanges=ExchangeLog(),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    engine = Engine(client, MemoryStore(), clock=clock, run_blocking=inline)
    orders = [Order(ExportRequest(f"d{n}", Format.PDF), f"D{n}", tmp_path) for n in range(40)]
    job_ids = [engine.submit(order) for order in orders]
    jobs = await clock.run(asyncio.gather(*(engine.wait(job_id) for job_id in job_ids)))
    await client.aclose()
    assert {job.state for job in jobs} == {JobState.DONE}
    assert len(arrivals) == 120
    assert all(later - sooner >= 60 for sooner, later in zip(arrivals, arrivals[60:], strict=False))
