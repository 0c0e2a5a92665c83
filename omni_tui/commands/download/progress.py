"""Show progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TextIO

from omni_tui.commands.shared.console import is_dumb, is_terminal, write_text
from omni_tui.downloads.job.models import NOT_KEPT_STATES, Job, JobState
from omni_tui.formatting import format_duration, format_size, plain_line

BAR_CELLS = 24
# The share of a download that is done when each state begins. The server reports nothing more precise.
_SHARE_DONE = {JobState.QUEUED: 0.0, JobState.STARTING: 0.05, JobState.RENDERING: 0.1, JobState.SAVING: 0.5}
_REPORTED_ELSEWHERE = NOT_KEPT_STATES | {JobState.FAILED}
_CLEAR_LINE = "\r\x1b[2K"


class Progress:
    """Shows jobs as they change. This class shows nothing, as with --quiet."""

    def update(self, job: Job) -> None:
        """Handle a change of a job."""

    def paint(self) -> None:
        """Show the current state again, after some time or after other output."""

    def clear(self) -> None:
        """Remove the progress to make room for other output."""


def dashboard_of(job: Job) -> str:
    """Return the job's dashboard ID, its title if there is one job per dashboard."""
    return plain_line(job.order.request.dashboard_id)


def progress_for(
    stream: TextIO | None,
    *,
    is_quiet: bool,
    now: Callable[[], float],
    title: Callable[[Job], str] = dashboard_of,
    has_bar: bool = True,
) -> Progress:
    """Return the progress that suits the stream. `now` returns seconds since 1970, `title` a job's title.

    Without `has_bar`, a terminal gets lines too: others are written between them. So does one that can't
    move its cursor.
    """
    if is_quiet or stream is None:
        return Progress()
    has_bar = has_bar and is_terminal(stream) and not is_dumb()
    return BarProgress(stream, now) if has_bar else LineProgress(stream, title)


class LineProgress(Progress):
    """Writes one line for each change of state, for logs."""

    def __init__(self, stream: TextIO, title: Callable[[Job], str] = dashboard_of) -> None:
        self._stream = stream
        self._title = title
        self._told: dict[str, str] = {}

    def update(self, job: Job) -> None:
        """Write a line about the job's new state, unless that is reported elsewhere."""
        line = f"{self._title(job)}: {_state_words(job)}"
        if job.state in _REPORTED_ELSEWHERE or self._told.get(job.id) == line:
            return
        self._told[job.id] = line
        write_text(self._stream, line + "\n")


class BarProgress(Progress):
    """Repaints one line at the bottom: a bar, how many files are saved, and the states of the others."""

    def __init__(self, stream: TextIO, now: Callable[[], float]) -> None:
        self._stream = stream
        self._now = now
        self._jobs: dict[str, Job] = {}

    def update(self, job: Job) -> None:
        """Store the job's new state and paint."""
        self._jobs[job.id] = job
        self.paint()

    def paint(self) -> None:
        """Paint over the line, in one write."""
        if self._jobs:
            write_text(self._stream, _CLEAR_LINE + self._line()[: self._columns() - 1])

    def clear(self) -> None:
        """Clear the line."""
        if self._jobs:
            write_text(self._stream, _CLEAR_LINE)

    def _line(self) -> str:
        jobs = list(self._jobs.values())
        started = min(job.submitted_at for job in jobs)
        return f"{self._bar(jobs)} {summary(jobs)} · {format_duration(max(0.0, self._now() - started))}"

    def _bar(self, jobs: list[Job]) -> str:
        full, empty = ("━", "─") if "utf" in (self._stream.encoding or "").lower() else ("#", "-")
        cells = int(BAR_CELLS * sum(map(_share_done, jobs)) / len(jobs))
        return full * cells + empty * (BAR_CELLS - cells)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80


def summary(jobs: Iterable[Job]) -> str:
    """Count jobs by state: `1 of 3 saved · 1 rendering · 1 saving 12 MB`."""
    listed = list(jobs)
    counts = Counter(job.state for job in listed)
    parts = [f"{counts[JobState.DONE]} of {len(listed)} saved"]
    parts += [
        f"{counts[state]} {state.label}" for state in JobState if state is not JobState.DONE and counts[state]
    ]
    received = sum(job.bytes_received for job in listed)
    return " · ".join([*parts, format_size(received)] if received else parts)


def _state_words(job: Job) -> str:
    if job.state is JobState.DONE:
        took = format_duration(job.elapsed_seconds(job.ended_at or job.submitted_at))
        return f"saved, {format_size(job.bytes_received)} in {took}"
    return f"{job.state.label}; {plain_line(job.note)}" if job.note else job.state.label


def _share_done(job: Job) -> float:
    if job.state is JobState.SAVING and job.bytes_expected:
        start = _SHARE_DONE[JobState.SAVING]
        return start + (1 - start) * min(1.0, job.bytes_received / job.bytes_expected)
    return _SHARE_DONE.get(job.state, 1.0)
