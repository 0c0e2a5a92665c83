"""Find the tiles that fail an export by exporting them one by one, at the lowest priority.

One broken tile fails a dashboard's whole file, and the server doesn't say which. A tile is only
rendered; its file isn't downloaded.
"""

from __future__ import annotations

from collections.abc import Callable

from omni_tui.api.errors.types import Conflict, NotFound, Rejected
from omni_tui.api.models import Phase, Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.downloads.broken_tiles.report import (
    TileReport,
    TileResult,
    TileState,
    search_format,
    tile_request,
)
from omni_tui.downloads.errors import DownloadError, JobTimedOut, RenderFailed
from omni_tui.downloads.job import api_steps
from omni_tui.downloads.job.context import JobContext
from omni_tui.downloads.job.dashboard_lock import DashboardLock
from omni_tui.downloads.job.retry import within
from omni_tui.options.spec import ExportRequest

# Called with the report after each change.
OnChange = Callable[[TileReport], None]
LATE = "It was not rendered in time."


class NoTileKeys(DownloadError):
    """The server doesn't report the tiles' keys, which are needed to export single tiles."""


class TileSearch:
    """Searches one dashboard. `lock` is the dashboard's: other exports of it run between the tiles.

    `timeout_seconds` is how long the server may take for one tile.
    """

    def __init__(
        self, context: JobContext, lock: DashboardLock, request: ExportRequest, timeout_seconds: float
    ) -> None:
        self._context = context
        self._lock = lock
        self._request = request
        self._timeout_seconds = timeout_seconds

    async def run(self, on_change: OnChange) -> TileReport:
        """Check all tiles; return the report. It can be canceled at any time.

        Raises NoTileKeys, or an ApiError if the search can't continue.
        """
        fmt = search_format(self._request.format)
        report = TileReport(fmt, _results(await self._context.client.tiles(self._request.dashboard_id)))
        if not report.tiles:
            raise NoTileKeys(
                "This Omni doesn't report the dashboard's tiles, so they can't be checked one by one.",
                "Open the dashboard in Omni and look for a tile with an error.",
            )
        on_change(report)
        for index, tile in enumerate(report.tiles):
            async with self._lock.hold(lambda: None):
                report = report.with_result(index, TileState.CHECKING)
                on_change(report)
                state, reason = await self._check(tile_request(self._request, tile.key, fmt))
            report = report.with_result(index, state, reason)
            on_change(report)
        return report

    async def _check(self, request: ExportRequest) -> tuple[TileState, str]:
        try:
            async with within(self._context.clock, self._timeout_seconds, lambda: JobTimedOut(LATE)):
                return await self._result(request)
        except (JobTimedOut, Rejected) as error:
            return TileState.UNKNOWN, error.message

    async def _result(self, request: ExportRequest) -> tuple[TileState, str]:
        job_id = await self._start(request)
        # if this is canceled, the next export of the dashboard waits for it
        self._lock.unfinished_job_id = job_id
        try:
            status = await api_steps.wait_until_ended(self._context, request, job_id, _ignore)
        except NotFound as error:  # the server has forgotten it
            self._lock.unfinished_job_id = None
            return TileState.UNKNOWN, error.message
        self._lock.unfinished_job_id = None
        if status.phase is Phase.FAILED:
            return TileState.BROKEN, RenderFailed(status.error or "").reason
        return TileState.GOOD, ""

    async def _start(self, request: ExportRequest) -> str:
        """Start the tile's export; while another export of the dashboard runs, wait for that one."""
        if self._lock.unfinished_job_id is not None:
            await api_steps.wait_for_other(self._context, request, self._lock.unfinished_job_id, _ignore)
            self._lock.unfinished_job_id = None
        while True:
            try:
                return await api_steps.initiate(self._context, request, _ignore, priority=Priority.BACKGROUND)
            except Conflict as conflict:
                await api_steps.wait_for_other(self._context, request, conflict.existing_job_id, _ignore)


def _results(tiles: tuple[Tile, ...]) -> tuple[TileResult, ...]:
    """Return the tiles that have a key, each key once."""
    by_key = {tile.key: TileResult(tile.key, tile.name or f"Tile {tile.key}") for tile in tiles if tile.key}
    return tuple(by_key.values())


def _ignore(words: str) -> None:
    """Ignore a note."""
