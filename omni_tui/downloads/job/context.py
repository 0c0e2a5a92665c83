"""What the steps of an export work with: the client's side of it, the clock, threads, who is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from omni_tui.api.models import JobStatus, Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.transport.transports import Sending, unrecorded
from omni_tui.clock import Clock
from omni_tui.downloads.files.writer import NotePart, RunBlocking
from omni_tui.downloads.polling.poller import Poller
from omni_tui.options import rules
from omni_tui.options.spec import ExportRequest, JsonValue


class ExportFile(Protocol):
    """A file as it comes in; `content_length` in bytes, None where the server does not say.

    `file_name` is the server's proposal, empty without one.
    """

    @property
    def content_type(self) -> str: ...

    @property
    def content_length(self) -> int | None: ...

    @property
    def file_name(self) -> str: ...

    @property
    def is_end_marked(self) -> bool:
        """Whether a cut is noticed, because the length or the end is marked."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes; a connection that breaks off raises an ApiError."""
        ...


class ExportClient(Protocol):
    """What the worker needs of the API's client. All of it waits for the budget, and raises ApiError."""

    async def initiate(
        self,
        dashboard_id: str,
        body: Mapping[str, JsonValue],
        *,
        user_id: str | None = None,
        sending: Sending = unrecorded,
        priority: Priority = Priority.START_OR_FETCH,
    ) -> str:
        """Start an export; the server's id for the job. Conflict while another one runs.

        `sending` is called whenever it goes out: from then on the server may have started it.
        """
        ...

    async def status(self, dashboard_id: str, job_id: str, *, user_id: str | None = None) -> JobStatus:
        """How far it is."""
        ...

    def file(
        self, dashboard_id: str, job_id: str, *, user_id: str | None = None
    ) -> AbstractAsyncContextManager[ExportFile]:
        """Its file. StillRunning when it is not ready after all."""
        ...

    async def tiles(
        self, document_id: str, *, priority: Priority = Priority.PERSON, max_age_seconds: float = 0.0
    ) -> tuple[Tile, ...]:
        """The dashboard's tiles, with their row limits; an answer of that age will do."""
        ...


@dataclass(frozen=True, slots=True)
class JobContext:
    """What the steps work with; all jobs share one asker."""

    client: ExportClient
    clock: Clock
    run_blocking: RunBlocking
    poller: Poller


# Takes words for the screen on what a job waits for; empty when it goes on.
Note = Callable[[str], None]
# Takes the bytes that came, and how many are expected where that is known.
Progress = Callable[[int, int | None], None]


class Part(NamedTuple):
    """Whose the `.part` on the disk is, and who is told of it: `files.PartFile`."""

    tag: str = ""
    note: NotePart = lambda record: None


def user_of(request: ExportRequest) -> str | None:
    """Whom the export runs as; every request of a job has to say so."""
    return rules.query(request).get("userId")
