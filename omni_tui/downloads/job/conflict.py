"""Exports that the server runs already: whether one is ours, and what is made of somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omni_tui.api.errors.types import ApiError
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.job.context import JobContext, user_of
from omni_tui.downloads.job.models import Job, Order
from omni_tui.options import rules
from omni_tui.options.spec import ExportRequest, Format, Kind, Place
from omni_tui.options.table import OPTIONS

# How long a start may be under way before the server makes a job of it, and what two clocks may differ.
START_TAKES_SECONDS = 60.0
CLOCKS_DIFFER_SECONDS = 5.0

_NAME = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TEXT)


def is_same(one: ExportRequest, other: ExportRequest) -> bool:
    """Whether both make the same file."""
    return (one.dashboard_id, rules.payload(one), rules.query(one)) == (
        other.dashboard_id,
        rules.payload(other),
        rules.query(other),
    )


async def is_our_start(
    context: JobContext, request: ExportRequest, job_id: str, start_sent_at: Sequence[float]
) -> bool:
    """Whether a job that the server names is likely what we started without hearing of it.

    A job does not tell its options. So it has to be of our format, and made when our start was sent
    (`start_sent_at`, seconds since 1970): else it is somebody else's, and left alone.
    """
    if not start_sent_at:
        return False
    try:
        status = await context.client.status(request.dashboard_id, job_id, user_id=user_of(request))
    except ApiError:
        return False
    if status.created_at is None or status.format != request.format.value or status.phase is Phase.FAILED:
        return False
    made_at = status.created_at.timestamp()
    return any(-CLOCKS_DIFFER_SECONDS <= made_at - at <= START_TAKES_SECONDS for at in start_sent_at)


def found_order(job: Job, status: JobStatus) -> Order:
    """What the export in a job's way is ordered as, to have its file under a name that says whose it is."""
    request = job.order.request
    fmt = next((fmt for fmt in Format if fmt.value == status.format), request.format)
    name = f"{job.order.dashboard_name or request.dashboard_id} (another export)"
    who = {
        spec.wire_name: request.values[spec.wire_name]
        for spec in OPTIONS
        if spec.place is Place.QUERY and spec.wire_name in request.values
    }
    values = {**who, _NAME: name}
    return replace(
        job.order,
        request=ExportRequest(request.dashboard_id, fmt, values),
        file_name=None,
        has_unknown_options=True,
    )
