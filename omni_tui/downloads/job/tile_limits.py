"""Read the tiles' row limits once a file is saved, and find the tables that they may have cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from omni_tui.api.errors.types import ApiError
from omni_tui.api.models import Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.downloads.errors import JobTimedOut
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.context import JobContext
from omni_tui.downloads.job.models import Order
from omni_tui.downloads.job.retry import within
from omni_tui.downloads.job.truncation import CutOff, cut_offs, needs_tile_limits

# How old a cached response may be: forty exports of one dashboard read its tiles once.
MAX_AGE_SECONDS = 600.0
# The file is saved already: its job doesn't wait longer than this for a better warning.
MAX_SECONDS = 60.0


async def find_cut_offs(context: JobContext, order: Order, tables: Sequence[Table]) -> tuple[CutOff, ...]:
    """Return the tables of a saved file that may be cut off; raise nothing.

    Without a response from the server, the default limits are assumed. Canceling only ends the request: the
    file is saved already.
    """
    has_unknown_options = order.has_unknown_options
    tiles = (
        await _tiles(context, order)
        if needs_tile_limits(order.request, tables, has_unknown_options=has_unknown_options)
        else ()
    )
    return cut_offs(order.request, tables, tiles, has_unknown_options=has_unknown_options)


async def _tiles(context: JobContext, order: Order) -> Sequence[Tile]:
    try:
        async with within(context.clock, MAX_SECONDS, lambda: JobTimedOut("The tiles weren't read in time.")):
            return await context.client.tiles(
                order.request.dashboard_id,
                priority=Priority.START_OR_FETCH,
                max_age_seconds=MAX_AGE_SECONDS,
            )
    except (ApiError, JobTimedOut, asyncio.CancelledError):
        return ()
