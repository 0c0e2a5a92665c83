"""A server that answers by script, behind the real client and its transports."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from omni_tui.api.budget import Budget
from omni_tui.api.client import OmniClient
from omni_tui.api.exchanges import ExchangeLog
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.models import Job, JobState, Order
from omni_tui.downloads.store import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import PDF, WEB_PAGE, inline
from tests.fakes import FakeClock

JOB = "550e8400-e29b-41d4-a716-446655440000"
OTHER = "11111111-2222-4333-8444-555555555555"
TOKEN = "omni_osk_secret"

Answer = httpx.Response | Exception | Callable[[], httpx.Response]


class Body(httpx.AsyncByteStream):
    """A body that comes in pieces without a length, and may break off."""

    def __init__(self, data: bytes, error: Exception | None = None) -> None:
        self._data = data
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._data), 700):
            yield self._data[start : start + 700]
        if self._error is not None:
            raise self._error


def page(status: int = 502) -> httpx.Response:
    return httpx.Response(status, content=WEB_PAGE, headers={"content-type": "text/html"})


def state(word: str, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"job_id": JOB, "status": word, **more})


def pdf(body: bytes = PDF) -> httpx.Response:
    return httpx.Response(200, content=body, headers={"content-type": "application/pdf"})


def streamed(body: bytes, error: Exception | None = None, **headers: str) -> httpx.Response:
    return httpx.Response(200, stream=Body(body, error), headers=headers)


def started() -> httpx.Response:
    return httpx.Response(200, json={"job_id": JOB, "message": "Download initiated successfully"})


def refused(status: int, message: str = "no", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": str(status), "message": message}, headers=headers)


def in_the_way(**body: object) -> httpx.Response:
    return httpx.Response(409, json={"detail": f"A download is running: {OTHER}", **body})


BROKEN_OFF = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
RESET = httpx.ReadError("[Errno 104] Connection reset by peer")
TIMEOUT = httpx.ReadTimeout("timed out")


@dataclass
class Script:
    """The answers to each kind of request in their order; then a good server's."""

    starts: list[Answer] = field(default_factory=list)
    statuses: list[Answer] = field(default_factory=list)
    files: list[Answer] = field(default_factory=list)


@dataclass
class Seen:
    """How it ended."""

    job: Job
    clock: FakeClock
    requests: list[tuple[str, float]]
    names: list[str]
    folder: Path

    def count(self, what: str) -> int:
        return sum(kind == what for kind, _ in self.requests)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.count("start"), self.count("status"), self.count("file")

    @property
    def kind(self) -> str:
        assert self.job.failure is not None, self.job
        return self.job.failure.kind

    @property
    def words(self) -> str:
        assert self.job.failure is not None, self.job
        return f"{self.job.failure.message} {self.job.failure.hint}"


async def run(tmp_path: Path, script: Script, fmt: Format = Format.PDF, **values: str) -> Seen:
    """One job against a server that answers by the script; checks what holds for every job."""
    clock = FakeClock()
    requests: list[tuple[str, float]] = []
    queues = {"start": list(script.starts), "status": list(script.statuses), "file": list(script.files)}
    good = {"start": started, "status": lambda: state("complete"), "file": pdf}

    def answer(request: httpx.Request) -> httpx.Response:
        path = urlsplit(str(request.url)).path
        kind = "start" if request.method == "POST" else "status" if path.endswith("/status") else "file"
        requests.append((kind, clock.now))
        queue = queues[kind]
        given = queue.pop(0) if queue else good[kind]
        if isinstance(given, Exception):
            raise given
        return given if isinstance(given, httpx.Response) else given()

    client = OmniClient(
        "https://blobsrus.omniapp.co/api",
        TOKEN,
        budget=Budget(clock=clock),
        exchanges=ExchangeLog(),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    engine = Engine(client, MemoryStore(), clock=clock, run_blocking=inline)
    job_id = engine.submit(Order(ExportRequest("12db1a0a", fmt, values), "Sales", tmp_path))
    job = await clock.run(engine.wait(job_id))
    await client.aclose()
    seen = Seen(job, clock, requests, sorted(os.listdir(tmp_path)), tmp_path)
    polls = [at for kind, at in requests if kind == "status"]
    assert all(later - sooner >= 1.0 for sooner, later in itertools.pairwise(polls)), polls
    named = [name for name in seen.names if not name.endswith(".broken")]
    assert named == ([job.path.name] if job.path else [])
    assert (job.state is JobState.DONE) == (job.path is not None) == (job.failure is None)
    assert TOKEN not in repr(job)
    return seen
