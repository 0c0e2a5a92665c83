"""Add scheduled runs that failed before their downloads could start to the download list."""

from __future__ import annotations

import os
import time
import uuid
from types import MappingProxyType
from urllib.parse import urlsplit

from omni_tui.api.urls import api_root
from omni_tui.commands.download.args import Plan, read_plan
from omni_tui.commands.download.flags.option_flags import NAME
from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.store.sqlite_file import open_journal, place_of
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import ExportRequest
from omni_tui.schedule.models import LastRun, Schedule
from omni_tui.settings.models import load_settings

_PREFIX = "omni-tui download: "


def record_failure(schedule: Schedule, run: LastRun) -> None:
    """Add a failed download for each dashboard without a download in the run. Raises nothing.

    Downloads that started are already listed.
    """
    os.environ.update(schedule.environment)
    try:
        plan = read_plan(schedule.command[1:])
        if plan.arguments.demo:  # the demo's downloads aren't stored
            return
        place = _place(plan)
    except OmniTuiError:
        return
    started = {each.dashboard for each in run.files if each.is_recorded}
    jobs = [_failed(schedule, plan, id_, run) for id_ in plan.dashboard_ids if id_ not in started]
    if not jobs:
        return
    store = open_journal(place).store
    for job in jobs:
        store.put(job)
    store.close()


def _place(plan: Plan) -> str:
    """Return the owner of the download list: the command's server and profile. Raises OmniTuiError."""
    settings = load_settings(profile=plan.arguments.profile, base_url=plan.arguments.base_url)
    root = api_root(settings.base_url) if settings.base_url else ""
    return place_of(urlsplit(root).netloc, settings.profile)


def _failed(schedule: Schedule, plan: Plan, dashboard_id: str, run: LastRun) -> Job:
    """Return a failed download. It can be retried only if its request doesn't depend on the dashboard."""
    values = {name: value for name, value in plan.values.items() if name != NAME}
    order = Order(
        ExportRequest(dashboard_id, plan.format, MappingProxyType(values)),
        "",
        schedule.folder,
        has_unknown_options=plan.needs_dashboard_details or plan.name is not None,
    )
    errors = [each.error for each in run.files if each.dashboard == dashboard_id and each.error]
    last = run.messages[-1].removeprefix(_PREFIX) if run.messages else "The scheduled run failed."
    message = errors[0] if errors else last
    now = time.time()
    return Job(
        id=uuid.uuid4().hex,
        order=order,
        state=JobState.FAILED,
        times=MappingProxyType({JobState.QUEUED: now, JobState.FAILED: now}),
        failure=JobFailure(message, f"See omni-tui schedule show {schedule.name}."),
    )
