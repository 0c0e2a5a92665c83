"""Jobs as the engine reports them, for tests of output."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.options.spec import ExportRequest, Format

START = 1_800_000_000.0


def job(state: JobState, dashboard: str = "12db1a0a", **changes: Any) -> Job:
    """Return a job that was submitted at START and reached this state four seconds later."""
    order = Order(ExportRequest(dashboard, Format.PDF), "Blob Web Traffic", Path("/exports"))
    times = {JobState.QUEUED: START, state: START if state is JobState.QUEUED else START + 4}
    return replace(Job(id=f"job {dashboard}", order=order, state=state, times=times), **changes)
