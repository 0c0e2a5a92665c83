"""One run of `omni-tui download`: opens the services, makes the orders, submits, waits, and tidies up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.commands.console import Teller
from omni_tui.commands.orders import Download, Orders, make_orders
from omni_tui.commands.plan import Plan
from omni_tui.commands.references import refuse_other_instances
from omni_tui.commands.report import Report
from omni_tui.downloads.models import Job

if TYPE_CHECKING:
    from omni_tui.services import Services

# How often the bar's clock moves on while nothing else happens.
REPAINT_SECONDS = 0.5

# From so many dashboards on, reading their filters takes a while: a key has 60 requests a minute.
MANY = 15


async def download(
    plan: Plan,
    folder: Path | None,
    report: Report,
    teller: Teller,
    before: Callable[[], None] = lambda: None,
) -> bool:
    """Download all to the end, side by side, into `folder` (None: where the settings say).

    False when what was typed does not fit the dashboards: it was told, and nothing was started. `before` is
    called when all fits, and may still raise. When cancelled, every job is cancelled first, and leaves
    nothing behind. Raises OmniTuiError when it cannot begin; a download that fails is in the report, and is
    no error here.
    """
    # httpx and pydantic come with it: `--help` and refused options do without them
    from omni_tui.services import open_services

    services = await open_services(plan.arguments)
    try:
        for notice in () if plan.arguments.demo else services.settings.notices:
            teller.say(notice)
        refuse_other_instances(plan.roots, services.client.root)
        if len(plan.dashboard_ids) >= MANY and plan.asks_about_dashboards and not plan.is_quiet:
            teller.say(f"first reads what the {len(plan.dashboard_ids)} dashboards have …")
        orders = await make_orders(plan, services, folder or services.download_folder)
        if not _is_fine(orders, teller):
            return False
        before()
        report.expect(orders.downloads)
        for job in orders.unread:
            report.moved(job)
        await _run_jobs(services, orders.downloads, report)
        return True
    finally:
        await services.aclose()


def _is_fine(orders: Orders, teller: Teller) -> bool:
    """Tell what is wrong; whether nothing is."""
    for warning in orders.warnings:
        teller.warning(warning)
    for error in orders.errors:
        teller.error(error)
    return not orders.errors


async def _run_jobs(services: Services, downloads: Sequence[Download], report: Report) -> None:
    engine = services.engine
    unsubscribe = engine.subscribe(report.moved)
    painting = asyncio.create_task(_keep_painting(report))
    job_ids = [engine.submit(download.order) for download in downloads]
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


async def _keep_painting(report: Report) -> None:
    while True:
        await asyncio.sleep(REPAINT_SECONDS)
        report.progress.paint()


async def _all(waits: Iterable[Coroutine[Any, Any, Job]]) -> None:
    await asyncio.gather(*waits)
