"""One run of `omni-tui download`: opens the services, makes the orders, submits, waits, and tidies up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.orders import Download, Orders, make_orders
from omni_tui.commands.download.report import Report
from omni_tui.commands.download.watch import Shown, follow, follow_until_started
from omni_tui.commands.shared.console import Teller
from omni_tui.commands.shared.dashboard_ids import refuse_other_instances
from omni_tui.commands.shared.signals import Interrupts

if TYPE_CHECKING:
    from omni_tui.services import Services

# From so many dashboards on, reading their filters takes a while: a key has 60 requests a minute.
MANY = 15


async def download(
    plan: Plan,
    folder: Path | None,
    report: Report,
    teller: Teller,
    interrupts: Interrupts,
    before: Callable[[], None] = lambda: None,
) -> bool:
    """Download all to the end, side by side, into `folder` (None: where the settings say).

    False when what was typed does not fit the dashboards: it was told, and nothing was started. `before` is
    called when all fits, and may still raise. What becomes of the jobs when this is cancelled, `follow` says.
    Raises OmniTuiError when it cannot begin; a download that fails is in the report, and is no error here.
    """
    # httpx and pydantic come with it: `--help` and refused options do without them
    from omni_tui.services import open_services

    services = await open_services(plan.arguments)
    try:
        for notice in () if plan.arguments.demo else services.notices:
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
        await _run_jobs(services, plan, orders.downloads, report, teller, interrupts)
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


async def _run_jobs(
    services: Services,
    plan: Plan,
    downloads: Sequence[Download],
    report: Report,
    teller: Teller,
    interrupts: Interrupts,
) -> None:
    """What was ordered just so a moment ago, and left, is the same: it is gone on with."""
    engine = services.engine
    orders = [download.order for download in downloads]
    with Shown(engine, report):
        job_ids = [await engine.take_up_same(order) or engine.submit(order) for order in orders]
        if not plan.is_detached:
            await follow(engine, job_ids, report, teller, interrupts)
            return
        started = await follow_until_started(engine, job_ids)
    for job in started:
        report.detached(job)
