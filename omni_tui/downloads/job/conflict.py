"""Exports that the server already runs (409): tell our own from others, and download another's file."""

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

# How long after a start is sent the server may create its job, and how far two clocks may differ.
START_TAKES_SECONDS = 60.0
CLOCKS_DIFFER_SECONDS = 5.0

_NAME = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TEXT)


def is_same(one: ExportRequest, other: ExportRequest) -> bool:
    """Return whether both make the same file."""
    return (one.dashboard_id, rules.payload(one), rules.query(one)) == (
        other.dashboard_id,
        rules.payload(other),
        rules.query(other),
    )


async def is_our_start(
    context: JobContext, request: ExportRequest, job_id: str, start_sent_at: Sequence[float]
) -> bool:
    """Return whether a server job is probably one that we started without getting the response.

    The API doesn't return a job's options. So the job counts as ours if it has our format and was created
    when our start was sent (`start_sent_at`, in seconds since 1970).
    """
    if not start_sent_at:
        return False
    try:
        status = await context.client.status(request.dashboard_id, job_id, user_id=user_of(request))
    except ApiError:
        return False
    if status.created_at is None or status.format != request.format.value or status.phase is Phase.FAILED:
        return False
    created_at = status.created_at.timestamp()
    return any(-CLOCKS_DIFFER_SECONDS <= created_at - at <= START_TAKES_SECONDS for at in start_sent_at)


def order_for_other_export(job: Job, status: JobStatus) -> Order:
    """Return an order for the file of the export that a job conflicts with, marked as such in its name."""
    request = job.order.request
    fmt = next((fmt for fmt in Format if fmt.value == status.format), request.format)
    name = f"{job.title} (another export)"
    run_as = {
        spec.wire_name: request.values[spec.wire_name]
        for spec in OPTIONS
        if spec.place is Place.QUERY and spec.wire_name in request.values
    }
    values = {**run_as, _NAME: name}
    return replace(
        job.order,
        request=ExportRequest(request.dashboard_id, fmt, values),
        file_name=None,
        has_unknown_options=True,
    )
