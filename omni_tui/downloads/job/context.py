"""What the steps of an export need: client, clock, threads, poller and callbacks."""

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
    """A file being downloaded. `content_length` is in bytes, or None if the server doesn't send it.

    `file_name` is the name that the server proposes, or empty.
    """

    @property
    def content_type(self) -> str: ...

    @property
    def content_length(self) -> int | None: ...

    @property
    def file_name(self) -> str: ...

    @property
    def is_end_marked(self) -> bool:
        """Return whether a missing end is detected, because the server sends the length or marks the end."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes. Raises an ApiError if the connection is lost."""
        ...


class ExportClient(Protocol):
    """The part of the API client that jobs use. All methods wait for the rate limiter and raise ApiError."""

    async def initiate(
        self,
        dashboard_id: str,
        body: Mapping[str, JsonValue],
        *,
        user_id: str | None = None,
        sending: Sending = unrecorded,
        priority: Priority = Priority.START_OR_FETCH,
    ) -> str:
        """Start an export and return the server's job ID. Raises Conflict while another one runs.

        `sending` is called before each request is sent; from then on the server may have started the export.
        """
        ...

    async def status(self, dashboard_id: str, job_id: str, *, user_id: str | None = None) -> JobStatus:
        """Return the job's status."""
        ...

    def file(
        self, dashboard_id: str, job_id: str, *, user_id: str | None = None
    ) -> AbstractAsyncContextManager[ExportFile]:
        """Open the job's file. Raises StillRunning if it isn't ready."""
        ...

    async def tiles(
        self, document_id: str, *, priority: Priority = Priority.INTERACTIVE, max_age_seconds: float = 0.0
    ) -> tuple[Tile, ...]:
        """Return the dashboard's tiles and their row limits; a cached one may be `max_age_seconds` old."""
        ...


@dataclass(frozen=True, slots=True)
class JobContext:
    """What the steps of an export need; all jobs share one poller."""

    client: ExportClient
    clock: Clock
    run_blocking: RunBlocking
    poller: Poller


# Shows what a job waits for; an empty text when it continues.
Note = Callable[[str], None]
# Takes the bytes received, and the bytes expected if known.
Progress = Callable[[int, int | None], None]


class Part(NamedTuple):
    """The tag of a job's `.part` file, and what records each step of it (`files.part_file.PartFile`)."""

    tag: str
    note: NotePart


def user_of(request: ExportRequest) -> str | None:
    """Return the user that the export runs as, which every request of its job must name, or None."""
    return rules.query(request).get("userId")
