"""Saved exports for tests: jobs in a list of downloads, with or without a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.options.spec import ExportRequest, Format

START = 1_800_000_000.0
STATUS = "orders.status"


def saved(
    id: str,
    path: Path,
    minutes: float = 0,
    dashboard: str = "12db1a0a",
    rows: int | None = None,
    **values: Any,
) -> Job:
    """Return a CSV that was saved that many minutes after START; `values` are its options."""
    request = ExportRequest(dashboard, Format.CSV, values)
    order = Order(request, "Blob Orders", path.parent)
    ended = START + 60 * minutes
    times = {JobState.QUEUED: ended - 5, JobState.DONE: ended}
    job = Job(id=id, order=order, state=JobState.DONE, times=times, path=path, rows=rows)
    return replace(job, bytes_received=path.stat().st_size if path.exists() else 0)


def status_is(*values: str) -> dict[str, Any]:
    """Return a value of `filterConfig`: the status is one of these."""
    filter_ = {"type": "string", "kind": "EQUALS", "values": list(values), "is_negative": False}
    return {STATUS: filter_}
