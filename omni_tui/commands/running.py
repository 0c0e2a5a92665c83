"""One run of `omni-tui download`: opens the services, submits, waits, and tidies up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from omni_tui.commands.console import tell
from omni_tui.commands.errors import UsageError
from omni_tui.commands.plan import PROGRAM, Plan
from omni_tui.commands.report import Report
from omni_tui.downloads.models import Job, Order
from omni_tui.words import plain_line

if TYPE_CHECKING:
    from omni_tui.services import Services

# How often the bar's clock moves on while nothing else happens.
REPAINT_SECONDS = 0.5


async def download(plan: Plan, folder: Path | None, report: Report) -> None:
    """Download all to the end, side by side, into `folder` (None: where the settings say).

    When cancelled, every job is cancelled first, and leaves nothing behind. Raises OmniTuiError when it
    cannot begin; a download that fails is in the report, and is no error here.
    """
    # httpx and pydantic come with it: `--help` and refused options do without them
    from omni_tui.services import open_services

    services = await open_services(plan.arguments)
    try:
        for notice in () if plan.arguments.demo else services.settings.notices:
            tell(f"{PROGRAM}: {plain_line(notice)}")
        _refuse_other_instances(plan, services.client.root)
        await _run_jobs(services, _orders(plan, folder, services), report)
    finally:
        await services.aclose()


async def _run_jobs(services: Services, orders: Iterable[Order], report: Report) -> None:
    engine = services.engine
    unsubscribe = engine.subscribe(report.moved)
    painting = asyncio.create_task(_keep_painting(report))
    job_ids = [engine.submit(order) for order in orders]
    try:
        await _all(engine.wait(job_id) for job_id in job_ids)
    except asyncio.CancelledError:
        for job_id in job_ids:
            engine.cancel(job_id)
        await _all(engine.wait(job_id) for job_id in job_ids)
        raise
    finally:
        painting.cancel()
        unsubscribe()
        report.progress.clear()


def _orders(plan: Plan, folder: Path | None, services: Services) -> list[Order]:
    names = {document.identifier: document.name for document in services.catalog.dashboards}
    return [
        # An empty name takes the server's: the list is many requests, too many to learn one name.
        Order(
            request=request,
            dashboard_name=names.get(request.dashboard_id, ""),
            folder=folder or services.download_folder,
            file_name=plan.target.file_name,
        )
        for request in plan.requests
    ]


def _refuse_other_instances(plan: Plan, root: str) -> None:
    """An id of one Omni means another dashboard, or none, in another."""
    origin = _origin(root)
    for other in plan.roots:
        if _origin(other) != origin:
            message = f"The dashboard's address is at {_origin(other)}, but the settings say {origin}."
            hint = "Choose its settings with --profile. If both are the same Omni, give the id alone."
            raise UsageError(message, hint)


async def _keep_painting(report: Report) -> None:
    while True:
        await asyncio.sleep(REPAINT_SECONDS)
        report.progress.paint()


async def _all(waits: Iterable[Coroutine[Any, Any, Job]]) -> None:
    await asyncio.gather(*waits)


def _origin(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}"
