"""A scripted server, behind the real client and its transports."""

from __future__ import annotations

import errno
import itertools
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from omni_tui.api.client import OmniClient
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.fakes import PDF, WEB_PAGE, inline
from tests.fakes import FakeClock

JOB = "550e8400-e29b-41d4-a716-446655440000"
OTHER = "11111111-2222-4333-8444-555555555555"
TOKEN = "omni_osk_secret"
HOST = "blobsrus.omniapp.co"


@dataclass(frozen=True)
class Timed:
    """An answer that takes the clock into its hands."""

    make: Callable[[FakeClock], httpx.Response]


Answer = httpx.Response | Exception | Timed | Callable[[], httpx.Response]


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


class Drips(httpx.AsyncByteStream):
    """A body that comes byte by byte; without an end it goes on with spaces for ever."""

    def __init__(self, data: bytes, clock: FakeClock, seconds_each: float, *, has_end: bool = True) -> None:
        self._data, self._clock = data, clock
        self._seconds_each, self._has_end = seconds_each, has_end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for byte in self._data if self._has_end else itertools.repeat(32):
            await self._clock.sleep(self._seconds_each)
            yield bytes([byte])


def page(status: int = 502) -> httpx.Response:
    return httpx.Response(status, content=WEB_PAGE, headers={"content-type": "text/html"})


def state(word: str, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"job_id": JOB, "status": word, **more})


def pdf(body: bytes = PDF) -> httpx.Response:
    content_type = "application/pdf" if body.startswith(b"%PDF") else "application/octet-stream"
    return httpx.Response(200, content=body, headers={"content-type": content_type})


def streamed(body: bytes, error: Exception | None = None, **headers: str) -> httpx.Response:
    return httpx.Response(200, stream=Body(body, error), headers=headers)


def started(job_id: str = JOB) -> httpx.Response:
    return httpx.Response(200, json={"job_id": job_id, "message": "Download initiated successfully"})


def refused(status: int, message: str = "no", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": str(status), "message": message}, headers=headers)


def conflict_reply(**body: object) -> httpx.Response:
    return httpx.Response(409, json={"detail": f"A download is running: {OTHER}", **body})


def drips(whole: httpx.Response, seconds_each: float = 5.0, *, has_end: bool = True) -> Timed:
    """That answer, but drop by drop; without a length if it has no end."""

    def make(clock: FakeClock) -> httpx.Response:
        headers = {"content-type": whole.headers["content-type"]}
        if has_end:
            headers["content-length"] = str(len(whole.content))
        body = Drips(whole.content, clock, seconds_each, has_end=has_end)
        return httpx.Response(whole.status_code, stream=body, headers=headers)

    return Timed(make)


def cut(whole: httpx.Response, bytes_sent: int, *, has_length: bool) -> Callable[[], httpx.Response]:
    """That answer, but the connection breaks off in its body."""
    headers = {"content-type": whole.headers["content-type"]}
    if has_length:
        headers["content-length"] = str(len(whole.content))
    return lambda: streamed(whole.content[:bytes_sent], BROKEN_OFF, **headers)


def clock_jumps(seconds: float, then: httpx.Response | Exception) -> Timed:
    """Somebody sets this machine's clock while the request is out."""

    def make(clock: FakeClock) -> httpx.Response:
        clock.wall_offset += seconds
        if isinstance(then, Exception):
            raise then
        return then

    return Timed(make)


def elsewhere(address: str = "https://login.example.com/start", status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": address})


def not_connected(cause: OSError) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


REFUSED = not_connected(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
NO_NAMES = not_connected(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
NO_SUCH_NAME = not_connected(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
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
    notes: list[str]

    def count(self, what: str) -> int:
        return sum(kind == what for kind, _ in self.requests)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.count("start"), self.count("status"), self.count("file")

    @property
    def outcome(self) -> str:
        """Done, waits (for somebody who mends something), or failed."""
        return "waits" if self.job.needs_attention else self.job.state.value

    @property
    def kind(self) -> FailureKind:
        assert self.job.failure is not None, self.job
        return self.job.failure.kind

    @property
    def words(self) -> str:
        assert self.job.failure is not None, self.job
        return f"{self.job.failure.message} {self.job.failure.hint}"


def engine_for(
    answer: Any, clock: FakeClock, *, job_timeout_seconds: float = 1800
) -> tuple[Engine, OmniClient]:
    """Return an engine and its client, whose requests `answer` answers."""
    client = OmniClient(
        f"https://{HOST}/api",
        TOKEN,
        limiter=RateLimiter(clock=clock),
        exchanges=ExchangeLog(),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    engine = Engine(
        client, MemoryStore(), clock=clock, run_blocking=inline, job_timeout_seconds=job_timeout_seconds
    )
    return engine, client


async def run(
    tmp_path: Path,
    script: Script,
    fmt: Format = Format.PDF,
    *,
    timeout_seconds: float = 1800,
    **values: str,
) -> Seen:
    """One job against a server that answers by the script; checks what holds for every job."""
    clock = FakeClock()
    requests: list[tuple[str, float]] = []
    queues = {"start": list(script.starts), "status": list(script.statuses), "file": list(script.files)}
    good = {"start": started, "status": lambda: state("complete"), "file": pdf}

    def answer(request: httpx.Request) -> httpx.Response:
        path = urlsplit(str(request.url)).path
        if request.url.host != HOST:
            assert "authorization" not in request.headers
            return page(200)
        kind = "start" if request.method == "POST" else "status" if path.endswith("/status") else "file"
        requests.append((kind, clock.now))
        queue = queues[kind]
        given = queue.pop(0) if queue else good[kind]
        if isinstance(given, Exception):
            raise given
        if isinstance(given, Timed):
            return given.make(clock)
        return given if isinstance(given, httpx.Response) else given()

    engine, client = engine_for(answer, clock, job_timeout_seconds=timeout_seconds)
    notes: list[str] = []
    engine.subscribe(lambda job: notes.append(job.note))
    job_id = engine.submit(Order(ExportRequest("12db1a0a", fmt, values), "Sales", tmp_path))
    job = await clock.run(engine.wait(job_id))
    await client.aclose()
    seen = Seen(job, clock, requests, sorted(os.listdir(tmp_path)), tmp_path, notes)
    polls = [at for kind, at in requests if kind == "status"]
    assert all(later - sooner >= 1.0 for sooner, later in itertools.pairwise(polls)), polls
    named = [name for name in seen.names if not name.endswith(".broken")]
    assert named == ([job.path.name] if job.path else [])
    assert (job.state is JobState.DONE) == (job.path is not None) == (job.failure is None)
    assert TOKEN not in repr(job)
    return seen
