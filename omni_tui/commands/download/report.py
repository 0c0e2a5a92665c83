"""Report on downloads: paths or JSON lines on standard output, failures on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.flags.option_flags import fix_line, flag_of, problem_line
from omni_tui.commands.download.flags.parser import PROGRAM
from omni_tui.commands.download.orders import Download
from omni_tui.commands.download.progress import dashboard_of, progress_for
from omni_tui.commands.shared.console import print_error
from omni_tui.commands.shared.exit_codes import Status, worst
from omni_tui.commands.shared.stdout_lines import StandardOutput
from omni_tui.downloads.broken_tiles.report import can_be_searched
from omni_tui.downloads.files.row_count import INCOMPLETE
from omni_tui.downloads.job.failure_messages import RELOAD_LIST
from omni_tui.downloads.job.models import NOT_KEPT_STATES, Job, JobFailure, JobState
from omni_tui.downloads.job.result_warnings import warning_sentences
from omni_tui.downloads.job.truncation import more_rows
from omni_tui.formatting import json_line, plain_line, sentences

FIND_BROKEN_TILE = "omni-tui downloads --find-broken-tile"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How to report: the program's name, the output's format, and the flags of options.

    `wanted_name` is the file's name if one was typed. `has_paths`: write paths to standard output.
    `is_kept`: the jobs are in the download list. `fails_if_empty`: count a file with an empty table as a
    failure.
    """

    program: str
    as_json: bool = False
    is_quiet: bool = False
    is_verbose: bool = False
    is_kept: bool = False
    has_paths: bool = True
    wanted_name: str | None = None
    fails_if_empty: bool = False
    flag: Callable[[str], str] = flag_of


def report_options(plan: Plan) -> ReportOptions:
    """Return how a plan's downloads are reported."""
    return ReportOptions(
        PROGRAM,
        as_json=plan.as_json,
        is_quiet=plan.is_quiet,
        is_verbose=plan.arguments.is_verbose,
        is_kept=plan.arguments.keeps_jobs and not plan.arguments.demo,
        has_paths=not plan.target.is_standard_output,
        wanted_name=plan.target.file_name,
        fails_if_empty=plan.fails_if_empty,
        flag=plan.flag,
    )


class Report:
    """Shows the progress of jobs, and reports the finished ones."""

    def __init__(self, options: ReportOptions) -> None:
        self._options = options
        self._jobs: dict[str, Job] = {}
        self._output = StandardOutput()
        self._downloads: list[Download] = []
        self._notices: set[str] = set()
        self._statuses: list[Status] = []
        self._deleted: set[str] = set()
        self.progress = progress_for(
            sys.stderr,
            is_quiet=options.is_quiet,
            has_bar=not options.is_verbose,
            now=time.time,
            title=self._title_of,
        )

    def expect(self, downloads: Iterable[Download]) -> None:
        """Register downloads before they are submitted."""
        self._downloads += downloads

    def moved(self, job: Job) -> None:
        """Handle a change of a job."""
        self._jobs[job.id] = job
        if job.state.is_final:
            self.progress.clear()
            self._hand_over(job)
        self.progress.update(job)

    def nothing_started(self) -> None:
        """Set the status to that of a usage error: the orders have errors, and no job was submitted."""
        self._statuses.append(Status.USAGE)

    def failed(self, words: str) -> None:
        """Report a failure besides those of jobs: a step after saving, or a job that can't be resumed."""
        self._statuses.append(Status.FAILED)
        self.remark(words)

    def remark(self, words: str) -> None:
        """Print a remark about a file."""
        self.progress.clear()
        print_error(f"{self._options.program}: {words}")

    def also_saved(self, record: Mapping[str, object]) -> None:
        """Report a file made from downloads: its `path`, or the whole record as JSON."""
        self.progress.clear()
        if self._options.as_json:
            self._output.write_line(json_line(record).encode("ascii"))
        elif self._options.has_paths:
            self._output.write_line(os.fsencode(str(record["path"])))

    def deleted(self, job: Job) -> None:
        """Remember that a job's file was deleted after it was merged or unpacked."""
        self._deleted.add(job.id)

    def saved_under_another_name(self, wanted: str | None, path: Path) -> None:
        """Print that the wanted name was taken, if it was."""
        if wanted not in (None, path.name):
            self.remark(f"{wanted} already exists; saved as {path.name}.")

    def record(self, job: Job) -> dict[str, object]:
        """Return a job as a JSON object, as it is printed with --json."""
        download = self._download_of(job)
        found = json_object(job, download.filters if download else {}, self._options.flag)
        return {**found, "is_deleted": True} if job.id in self._deleted else found

    def left(self, job: Job) -> None:
        """Report a job that continues later: as JSON, its present state."""
        if self._options.as_json:
            self._write_line(job)

    def detached(self, job: Job) -> None:
        """Report a job that continues on the server: its ID, for `omni-tui resume`."""
        if job.state.is_final:  # it was reported
            return
        if self._options.as_json:
            self._write_line(job)
        else:
            self._output.write_line(job.id.encode())

    def notice(self, words: str) -> None:
        """Print a notice to the user, once."""
        if not self._options.is_quiet:
            self._tell_once(words)

    def _tell_once(self, words: str) -> None:
        if words and words not in self._notices:
            self._notices.add(words)
            self.remark(words)

    def unrecorded(self, words: str) -> None:
        """Report as a failure that the download list couldn't be saved, with the reason."""
        self._statuses.append(Status.FAILED)
        self._tell_once(words)
        saved = len(self.saved_paths())
        files = f"{saved} {'file was' if saved == 1 else 'files were'} saved, but the"
        self.remark(f"{files if saved else 'The'} download list is out of date.")

    def saved_paths(self) -> list[Path]:
        """Return the paths of the saved files."""
        return [path for job in self._jobs.values() if (path := saved_path(job)) is not None]

    def status(self) -> Status:
        """Return the exit code of all downloads together."""
        statuses = [*self._statuses, *map(status_of, self._jobs.values())]
        if self._options.fails_if_empty and any(job.empty for job in self._jobs.values()):
            statuses.append(Status.FAILED)
        if self._output.failure:
            self.remark(self._output.failure)
            statuses.append(Status.FAILED)
        return worst(statuses)

    def _hand_over(self, job: Job) -> None:
        path = saved_path(job)
        if job.failure is not None:
            self.remark(f"{self._title_of(job)}: {failure_line(job.failure, self._options.flag)}")
        if can_be_searched(job) and self._options.is_kept and not self._options.is_quiet:
            self.remark(f"To find the tile: {FIND_BROKEN_TILE} {job.id[:8]}")
        if self._options.as_json:
            self._write_line(job)
        elif path is not None and self._options.has_paths and job.id not in self._deleted:
            self._output.write_line(os.fsencode(path))  # the exact bytes of the path
        if job.state in NOT_KEPT_STATES and not self._options.is_quiet:
            self.remark(f"{self._title_of(job)}: {job.note}")
        if path is not None and (words := doubt_line(job)):
            self.remark(f"{self._title_of(job)}: {path.name}: {words}")
        if path is not None:
            self.saved_under_another_name(self._options.wanted_name, path)

    def _write_line(self, job: Job) -> None:
        self._output.write_line(json_line(self.record(job)).encode("ascii"))

    def _download_of(self, job: Job) -> Download | None:
        return next((each for each in self._downloads if each.order == job.order), None)

    def _title_of(self, job: Job) -> str:
        download = self._download_of(job)
        return download.title if download else dashboard_of(job)


def status_of(job: Job) -> Status:
    """Return the exit code of one job."""
    if job.failure is None:
        return Status.SAVED
    return Status.CREDENTIALS if job.is_key_rejected else Status.FAILED


def saved_path(job: Job) -> Path | None:
    """Return the path of the job's file if it was saved."""
    return job.path if job.state is JobState.DONE else None


def json_object(
    job: Job, filters: Mapping[str, str] | None = None, flag: Callable[[str], str] = flag_of
) -> dict[str, object]:
    """Return a job as a JSON object.

    `filters` are the changed filters, in the grammar of `--filter`, by label.
    """
    path = saved_path(job)
    cut_off = [{"name": each.table, "limit": each.limit} for each in job.cut_off if each.table]
    return {
        "dashboard": job.order.request.dashboard_id,
        "format": job.order.request.format.value,
        "filters": dict(filters or {}),
        "id": job.id,
        "job_id": job.server_job_id,
        "state": job.state.value,
        "path": None if path is None else str(path),
        "bytes": None if path is None else job.bytes_received,
        "sha256": None if path is None else job.sha256,
        "rows": None if path is None else job.rows,
        "may_be_cut_off_at": None if path is None else job.cut_off_at,
        "cut_off_tables": None if path is None else cut_off,
        "is_empty": None if path is None or job.rows is None else job.is_empty,
        "empty_tables": None if path is None else list(filter(None, job.empty)),
        "may_be_incomplete": None if path is None else job.note.startswith(INCOMPLETE),
        "seconds": None if job.ended_at is None else round(job.elapsed_seconds(job.ended_at), 3),
        "error": None if job.failure is None else failure_line(job.failure, flag),
    }


def doubt_line(job: Job) -> str:
    """Return why a saved file may be incomplete, with the flags that avoid it; empty if it is complete."""
    fix = more_rows(job.order.request, job.cut_off)
    return plain_line(" ".join([*warning_sentences(job), *([fix_line(fix)] if fix else [])]))


def failure_line(failure: JobFailure, flag: Callable[[str], str] = flag_of) -> str:
    """Return why a job failed and what to do, in one line, with the flag that it is about, if any."""
    if len(failure.problems) == 1 and failure.problems[0].fix != RELOAD_LIST:
        return plain_line(problem_line(failure.problems[0], flag))
    start = f"{flag(failure.field)}: " if failure.field else ""
    return plain_line(f"{start}{sentences(failure.message, failure.hint)}")
