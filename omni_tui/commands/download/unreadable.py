"""A dashboard that could not be read before its export, as a job that failed."""

from __future__ import annotations

import time
from pathlib import Path

from omni_tui.commands.download.args import Plan
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import ExportRequest


def unread_job(plan: Plan, dashboard_id: str, folder: Path, error: OmniTuiError) -> Job:
    """A dashboard whose filters or tiles are not to be had, as the job that it would have been."""
    from omni_tui.downloads.job.failure_messages import failure_from

    order = Order(ExportRequest(dashboard_id, plan.format, plan.values), "", folder)
    now = time.time()
    return Job(
        id=f"unread {dashboard_id}",
        order=order,
        state=JobState.FAILED,
        times={JobState.QUEUED: now, JobState.FAILED: now},
        failure=failure_from(error, order),
    )
