"""`omni-tui download`: exports from scripts, with the same engine, rules and files as the screens.

One chain leads from the command line to the files: parse it (`args`), check what needs no server, look up the
rest and create the orders (`orders`), run them (`watch`), and report the files. Most imports are local, so
that `--help` and usage errors answer at once.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.commands.download.args import Plan, read_plan
from omni_tui.commands.download.flags.after_save_flags import missing_hook
from omni_tui.commands.download.flags.option_flags import NAME, TILE, out_of_place
from omni_tui.commands.download.flags.parser import PROGRAM
from omni_tui.commands.download.output_target import copy_out, make_folder
from omni_tui.commands.shared.console import Console, is_terminal
from omni_tui.commands.shared.exit_codes import Status, UsageError
from omni_tui.commands.shared.log_flags import open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.options.rules import problems
from omni_tui.options.spec import ExportRequest, Severity

if TYPE_CHECKING:
    from omni_tui.commands.download.file_naming import FileNaming
    from omni_tui.commands.download.orders import Orders
    from omni_tui.commands.download.report import Report
    from omni_tui.services import Services

# From this number of dashboards on, loading their filters takes a while: the limit is 60 requests per minute.
MANY = 15


def run_download(typed: Sequence[str]) -> int:
    """Run `omni-tui download` and return the exit code. Raises OmniTuiError if nothing can start."""
    with Interrupts() as interrupts:
        plan = read_plan(typed)
        console = Console(PROGRAM)
        if not _check(plan, console):
            return Status.USAGE
        if plan.is_dry_run:
            return interrupts.run(_dry_run(plan, console))
        if plan.target.is_standard_output:
            return _to_standard_output(plan, console, interrupts)
        return _run(plan, plan.target.folder, console, interrupts).status()


def _check(plan: Plan, console: Console) -> bool:
    """Report all problems that can be found without the server; return whether none is an error."""
    from omni_tui.commands.download.file_naming import FileNaming

    for remark in () if plan.is_quiet else plan.remarks:
        console.info(remark)
    for note in plan.notes:
        console.warning(note)
    naming = FileNaming(plan.name, datetime.now())
    request = _request_so_far(plan, naming)
    found = [*out_of_place(request.format, request.values), *problems(request)]
    if not any(problem.field == NAME for problem in found):
        found += naming.problems_so_far(request)
    missing = missing_hook(plan.after)
    for sentence in missing:
        console.error(sentence)
    for problem in found:
        tell = console.error if problem.severity is Severity.ERROR else console.warning
        tell(plan.describe_problem(problem))
    return not missing and all(problem.severity is not Severity.ERROR for problem in found)


def _request_so_far(plan: Plan, naming: FileNaming) -> ExportRequest:
    """Return the common part of all requests, with a placeholder for a preset's tile."""
    values = dict(plan.values)
    if plan.preset is not None and plan.preset.is_one_tile:
        values[TILE] = plan.preset.tile or plan.preset.tile_key
    if plan.name is not None and naming.is_literal:
        values[NAME] = naming.literal_name(ExportRequest("", plan.format))
    return ExportRequest(plan.dashboard_ids[0], plan.format, values)


def _to_standard_output(plan: Plan, console: Console, interrupts: Interrupts) -> int:
    """Save into a private folder, check the file, and copy its bytes to standard output."""
    sink = plan.target.sink
    is_closed = sys.stdout is None
    if sink is None and (is_closed or is_terminal(sys.stdout)):
        hint = "Redirect it to a file or a program: omni-tui download … --output - > FILE"
        raise UsageError(f"--output -: standard output is {'closed' if is_closed else 'a terminal'}.", hint)
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as folder:  # has mode 0700
        report = _run(plan, Path(folder), console, interrupts)
        for path in report.saved_paths():
            copy_out(path, sink)
        return report.status()


def _run(plan: Plan, folder: Path | None, console: Console, interrupts: Interrupts) -> Report:
    """Download everything into `folder` (None: the settings' folder); return the report."""
    from omni_tui.commands.download.report import Report, report_options

    report = Report(report_options(plan))
    interrupts.run(_download(plan, folder, report, console, interrupts))
    return report


async def _download(
    plan: Plan, folder: Path | None, report: Report, console: Console, interrupts: Interrupts
) -> None:
    """Open the services, create and run the orders, and close the services.

    If the orders have errors, start nothing and set the status of `report` to usage error. Raises
    OmniTuiError if it can't begin; failed downloads are in the report. See `follow` for what happens to the
    jobs when this is canceled.
    """
    from omni_tui.commands.download.watch import follow, follow_until_started, live_report

    needs_list = "Nothing was started: --detach needs the download list." if plan.is_detached else ""
    async with open_services_logged(
        plan.arguments, console, needs_list=needs_list, tell=report.notice
    ) as services:
        plan, orders = await _orders(plan, services, folder or services.download_folder, console)
        if orders.errors:
            report.nothing_started()
            return
        if plan.target.folder is not None and plan.target.is_new_folder:
            make_folder(plan.target.folder)
        report.expect(orders.downloads)
        for job in orders.unread:
            report.moved(job)
        engine, follow_up = services.engine, None
        if plan.after.is_any:
            from omni_tui.commands.download.after_save import FollowUp

            follow_up = FollowUp(engine, report, plan.after)
        with live_report(engine, report, follow_up.moved if follow_up else None):
            # an identical, unfinished order is resumed
            job_ids = [
                await engine.resume_same(each.order) or engine.submit(each.order) for each in orders.downloads
            ]
            if not plan.is_detached:
                try:
                    await follow(engine, job_ids, report, interrupts)
                    if follow_up is not None:
                        await follow_up.finish(job_ids)
                finally:
                    if follow_up is not None:
                        await follow_up.stop()
                return
            started = await follow_until_started(engine, job_ids)
            if not await engine.recorded():
                report.unrecorded(engine.notice)
        for job in started:
            report.detached(job)


async def _dry_run(plan: Plan, console: Console) -> Status:
    """Make the orders and print them; start nothing. Raises OmniTuiError if a download couldn't begin."""
    from omni_tui.commands.download.dry_run import print_dry_run

    async with open_services_logged(plan.arguments, console) as services:
        folder = plan.target.folder or services.download_folder
        plan, orders = await _orders(plan, services, folder, console)
        if orders.errors:
            return Status.USAGE
        return await asyncio.to_thread(print_dry_run, plan, services.client, orders, console)


async def _orders(plan: Plan, services: Services, folder: Path, console: Console) -> tuple[Plan, Orders]:
    """Return the plan with IDs in place of names, and its orders; report what is wrong with them.

    Raises OmniTuiError if they can't be made.
    """
    from omni_tui.commands.download.orders import make_orders
    from omni_tui.commands.shared.dashboard_ids import reject_other_instances
    from omni_tui.commands.shared.dashboard_names import resolve_names

    reject_other_instances(plan.references, services.client.root)
    references = await resolve_names(services, plan.references, console)
    plan = replace(plan, references=references)
    if len(plan.dashboard_ids) >= MANY and plan.needs_dashboard_details and not plan.is_quiet:
        console.info(f"loading the details of {len(plan.dashboard_ids)} dashboards …")
    orders = await make_orders(plan, services, folder)
    for warning in orders.warnings:
        console.warning(warning)
    for error in orders.errors:
        console.error(error)
    return plan, orders
