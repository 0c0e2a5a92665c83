"""A scripted client, an engine on a fake clock, and small files of every format."""

from __future__ import annotations

import asyncio
import io
import zipfile
import zlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from omni_tui.api.models import JobStatus, Phase, Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.transport.transports import Sending, unrecorded
from omni_tui.downloads.engine import Engine
from omni_tui.downloads.job.models import Job, Order
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.options.spec import ExportRequest, Format, JsonValue, OptionValue
from tests.fakes import FakeClock

P = ParamSpec("P")
T = TypeVar("T")

PDF = b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
WEB_PAGE = b"<!DOCTYPE html><html><body>Bad gateway</body></html>"

RUNNING = JobStatus(Phase.RUNNING, "in_progress")
COMPLETE = JobStatus(Phase.COMPLETE, "complete")


def zip_of(*names: str) -> bytes:
    """A real ZIP with such entries."""
    return zipped(dict.fromkeys(names, b"a,b\n1,2\n"))


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A real ZIP with these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            # always of the same day: what is made of it has to be the same in every process
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


async def inline(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """`run_blocking` without a thread."""
    return function(*args, **kwargs)


@dataclass
class FakeFile:
    """One answer to a file request; `ends_with` is raised behind the last chunk."""

    body: bytes = PDF
    content_length: int | None = None
    content_type: str = "application/pdf"
    file_name: str = ""
    is_end_marked: bool = True
    chunk_bytes: int = 1000
    ends_with: BaseException | None = None
    waits_at_chunk: int | None = None
    is_waiting: asyncio.Event = field(default_factory=asyncio.Event)

    async def chunks(self) -> AsyncIterator[bytes]:
        for number, start in enumerate(range(0, len(self.body), self.chunk_bytes)):
            if number == self.waits_at_chunk:
                self.is_waiting.set()
                await asyncio.Event().wait()
            yield self.body[start : start + self.chunk_bytes]
        if self.ends_with is not None:
            raise self.ends_with


@dataclass(frozen=True)
class Call:
    """One request that was made, and when by the fake clock."""

    what: str
    dashboard_id: str
    job_id: str
    at: float
    user_id: str | None = None
    body: Mapping[str, JsonValue] | None = None
    priority: Priority | None = None


class ScriptedClient:
    """Answers from three queues; an exception in one is raised. An empty one answers as a good server."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.starts: deque[str | BaseException] = deque()
        self.statuses: deque[JobStatus | BaseException] = deque()
        self.statuses_of: dict[str, deque[JobStatus | BaseException]] = defaultdict(deque)
        self.files: deque[FakeFile | BaseException] = deque()
        self.tiles_told: deque[tuple[Tile, ...] | BaseException] = deque()
        self.calls: list[Call] = []
        self.hangs_at: str | None = None
        self.on_hang: Callable[[], None] = lambda: None
        self.started = 0

    def count(self, what: str) -> int:
        return sum(call.what == what for call in self.calls)

    def times(self, what: str, job_id: str | None = None) -> list[float]:
        return [c.at for c in self.calls if c.what == what and job_id in (None, c.job_id)]

    async def initiate(
        self,
        dashboard_id: str,
        body: Mapping[str, JsonValue],
        *,
        user_id: str | None = None,
        sending: Sending = unrecorded,
        priority: Priority = Priority.START_OR_FETCH,
    ) -> str:
        await sending()
        await self._called(Call("initiate", dashboard_id, "", self.clock.now, user_id, body, priority))
        self.started += 1
        return _answer(self.starts, f"server-{self.started}")

    async def status(self, dashboard_id: str, job_id: str, *, user_id: str | None = None) -> JobStatus:
        await self._called(Call("status", dashboard_id, job_id, self.clock.now, user_id))
        return _answer(self.statuses_of[job_id] or self.statuses, COMPLETE)

    @asynccontextmanager
    async def file(
        self, dashboard_id: str, job_id: str, *, user_id: str | None = None
    ) -> AsyncIterator[FakeFile]:
        await self._called(Call("file", dashboard_id, job_id, self.clock.now, user_id))
        yield _answer(self.files, FakeFile())

    async def tiles(
        self, document_id: str, *, priority: Priority = Priority.INTERACTIVE, max_age_seconds: float = 0.0
    ) -> tuple[Tile, ...]:
        await self._called(Call("tiles", document_id, "", self.clock.now))
        return _answer(self.tiles_told, ())

    async def _called(self, call: Call) -> None:
        self.calls.append(call)
        await asyncio.sleep(0)
        if call.what == self.hangs_at:
            self.on_hang()
            await asyncio.Event().wait()


def _answer(queue: deque[T | BaseException], otherwise: T) -> T:
    answer = queue.popleft() if queue else otherwise
    if isinstance(answer, BaseException):
        raise answer
    return answer


class Bench:
    """An engine over a scripted client and a fake clock, and all that subscribers were told."""

    def __init__(self, folder: Path, *, job_timeout_seconds: float = 1800.0) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.client = ScriptedClient(self.clock)
        self.store = MemoryStore()
        self.engine = Engine(
            self.client,
            self.store,
            clock=self.clock,
            job_timeout_seconds=job_timeout_seconds,
            run_blocking=inline,
        )
        self.told: list[Job] = []
        self.engine.subscribe(self.told.append)

    def submit(self, name: str = "Sales", fmt: Format = Format.PDF, **values: OptionValue) -> str:
        return self.engine.submit(self.order(name, fmt, **values))

    def order(self, name: str = "Sales", fmt: Format = Format.PDF, **values: OptionValue) -> Order:
        return Order(ExportRequest(f"id-of-{name}", fmt, values), name, self.folder)

    async def run(self, job_id: str) -> Job:
        """Run a job to its end, moving time."""
        return await self.clock.run(self.engine.wait(job_id))

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def states(self, job_id: str) -> Iterator[str]:
        """The states that subscribers heard of, each once in a row."""
        last = None
        for job in self.told:
            if job.id == job_id and job.state is not last:
                last = job.state
                yield job.state.value
