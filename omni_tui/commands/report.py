"""What is told of the downloads: paths or JSON lines on standard output, failures on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from omni_tui.commands.console import tell
from omni_tui.commands.flags import flag_of
from omni_tui.commands.orders import Download
from omni_tui.commands.output import StandardOutput
from omni_tui.commands.plan import PROGRAM, Plan
from omni_tui.commands.progress import dashboard_of, progress_for
from omni_tui.commands.statuses import Status, status_of_kind, worst
from omni_tui.downloads.models import Job, JobFailure, JobState
from omni_tui.downloads.row_limit import cut_off_words
from omni_tui.words import plain_line


class Report:
    """Follows the jobs of a plan: shows how far they are, and hands over what has ended."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._jobs: dict[str, Job] = {}
        self._output = StandardOutput()
        self._downloads: list[Download] = []
        self.progress = progress_for(sys.stderr, is_quiet=plan.is_quiet, now=time.time, title=self._title_of)

    def expect(self, downloads: Iterable[Download]) -> None:
        """These are going to be submitted: what tells them apart."""
        self._downloads += downloads

    def moved(self, job: Job) -> None:
        """A job has moved on."""
        self._jobs[job.id] = job
        if job.state.is_final:
            self.progress.clear()
            self._hand_over(job)
        self.progress.update(job)

    def saved_paths(self) -> list[Path]:
        """The files that were saved."""
        return [path for job in self._jobs.values() if (path := saved_path(job)) is not None]

    def status(self) -> Status:
        """How it ended, all downloads together."""
        failures = [job.failure for job in self._jobs.values() if job.failure is not None]
        statuses = [status_of_kind(failure.kind) for failure in failures]
        if self._output.failure:
            tell(f"{PROGRAM}: {self._output.failure}.")
            statuses.append(Status.FAILED)
        return worst(statuses)

    def _hand_over(self, job: Job) -> None:
        path = saved_path(job)
        if job.failure is not None:
            words = failure_words(job.failure, self._plan.flag)
            tell(f"{PROGRAM}: {self._title_of(job)}: {words}")
        if self._plan.as_json:
            download = self._download_of(job)
            filters = download.filters if download else {}
            self._output.write_line(json_line(job, filters, self._plan.flag).encode("ascii"))
        elif path is not None and not self._plan.target.is_standard_output:
            self._output.write_line(os.fsencode(path))  # byte for byte as the file system has it
        if path is not None and (words := cut_off_words(job.cut_off_at)):
            tell(f"{PROGRAM}: {self._title_of(job)}: {plain_line(path.name)} {words}.")
        wanted = self._plan.target.file_name
        if path is not None and wanted not in (None, path.name):
            tell(f"{PROGRAM}: {plain_line(str(wanted))} was taken; saved as {plain_line(path.name)}.")

    def _download_of(self, job: Job) -> Download | None:
        return next((each for each in self._downloads if each.order == job.order), None)

    def _title_of(self, job: Job) -> str:
        download = self._download_of(job)
        return download.title if download else dashboard_of(job)


def saved_path(job: Job) -> Path | None:
    """Where the job's file is, once it is whole."""
    return job.path if job.state is JobState.DONE else None


def json_line(
    job: Job, filters: Mapping[str, str] | None = None, flag: Callable[[str], str] = flag_of
) -> str:
    """A job as one JSON object; in ASCII, so that no name in it can do anything to a terminal.

    `filters` are those that were set, as texts in the grammar of `--filter`, by their labels.
    """
    path = saved_path(job)
    return json.dumps(
        {
            "dashboard": job.order.request.dashboard_id,
            "format": job.order.request.format.value,
            "filters": dict(filters or {}),
            "job_id": job.server_job_id,
            "state": job.state.value,
            "path": None if path is None else str(path),
            "bytes": None if path is None else job.bytes_received,
            "sha256": None if path is None else job.sha256,
            "rows": None if path is None else job.rows,
            "may_be_cut_off_at": None if path is None else job.cut_off_at,
            "seconds": None if job.ended_at is None else round(job.elapsed_seconds(job.ended_at), 3),
            "error": None if job.failure is None else failure_words(job.failure, flag),
        }
    )


def failure_words(failure: JobFailure, flag: Callable[[str], str] = flag_of) -> str:
    """Why a job failed and what to do, in one line; with the flag that it is about, where there is one."""
    start = f"{flag(failure.field)}:" if failure.field else ""
    return plain_line(" ".join(filter(None, (start, failure.message, failure.hint))))
