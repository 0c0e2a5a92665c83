"""`omni-tui resume`: finish downloads that were left, without screens."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.commands.download.flags.parser import add_result_flags
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.download_ids import only_with_id
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.log_flags import add_server_flags, connection_of, open_services_logged
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.errors import OmniTuiError

if TYPE_CHECKING:
    from omni_tui.commands.download.report import Report
    from omni_tui.downloads.engine import Engine
    from omni_tui.downloads.job.models import Job

PROGRAM = "omni-tui resume"
_DESCRIPTION = (
    "Finish downloads that were interrupted: by --detach, a lost connection or a killed program. Also resume "
    "those that are paused, once the disk, the folder or the API key is fixed."
)
_EPILOG = """\
Without an ID, finish all. omni-tui downloads lists them; the beginning of an ID is enough.
Files go to their original folders. The output and the exit codes are those of
omni-tui download; without unfinished downloads, the exit code is 0.
"""


def run_resume(typed: Sequence[str]) -> int:
    """Finish what was left and return the exit code. Raises OmniTuiError if nothing can start."""
    with Interrupts() as interrupts:
        arguments = build_parser().parse_args(typed)
        if arguments.demo:
            raise UsageError("--demo: the demo's downloads end with it.")
        from omni_tui.commands.download.report import Report, ReportOptions

        options = ReportOptions(
            PROGRAM,
            as_json=arguments.json,
            is_quiet=arguments.quiet,
            is_verbose=arguments.verbose,
            is_kept=True,
            fails_if_empty=arguments.fail_if_empty,
        )
        report = Report(options)
        interrupts.run(_finish(arguments, report, interrupts))
        return report.status()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("ids", nargs="*", metavar="ID", help="Finish only these downloads.")
    add_result_flags(parser)
    add_server_flags(parser)
    return parser


async def _finish(arguments: argparse.Namespace, report: Report, interrupts: Interrupts) -> None:
    from omni_tui.commands.download.watch import follow, live_report

    console = Console(PROGRAM)
    connection = connection_of(arguments, job_timeout_seconds=arguments.timeout)
    async with open_services_logged(
        connection, console, needs_list="Nothing was resumed.", tell=report.notice
    ) as services:
        with live_report(services.engine, report):
            taken = await _take_up(services.engine, arguments.ids, report, console)
            await follow(services.engine, taken, report, interrupts)


async def _take_up(engine: Engine, ids: Sequence[str], report: Report, console: Console) -> list[str]:
    """Resume each job; return the IDs of those that could be. Raises UsageError and DownloadListError.

    The others are failures, except that without IDs, a job may be finished by another program.
    """
    from omni_tui.downloads.errors import DownloadListError, JobElsewhere
    from omni_tui.downloads.store.notices import unreadable_text

    left = await engine.orphaned_jobs()
    if count := engine.unreadable_count:
        console.warning(unreadable_text(count))
    wanted, taken = _wanted(engine, left, ids), []
    if not wanted:
        console.info("There are no unfinished downloads.")
    for job in wanted:
        try:
            await engine.resume(job.id, is_chosen=bool(ids))
        except DownloadListError:
            raise
        except OmniTuiError as error:
            tell = console.info if isinstance(error, JobElsewhere) and not ids else report.failed
            tell(f"{job.title}: {error}")
        else:
            taken.append(job.id)
    return taken


def _wanted(engine: Engine, left: Sequence[Job], ids: Sequence[str]) -> list[Job]:
    """Return the unfinished and paused jobs, or only those with these IDs, each once. Raises UsageError."""
    if not ids:
        return [*left, *(job for job in engine.jobs() if job.needs_attention)]
    from omni_tui.downloads.engine import SAVED_STATES

    ended = [job for job in engine.jobs() if job.state not in SAVED_STATES]
    found = (
        only_with_id(typed, (*left, *ended), f"No unfinished download with ID {typed}.") for typed in ids
    )
    return list({job.id: job for job in found}.values())
