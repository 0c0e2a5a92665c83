"""News of jobs that have ended, for somebody who looks elsewhere: a bell and a desktop notification.

Told are those who waited long, or have left the screen; whoever sits before it sees it anyway.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.result_warnings import doubt_counts, doubt_words

# From this wait on, somebody may have turned to something else.
LONG_SECONDS = 10.0
# Forty exports that end one after the other are told together: no oftener than this while others still run.
PAUSE_SECONDS = 10.0
# What ends at the same moment is told at once.
JOIN_SECONDS = 0.5
# By how much a timer may be early.
EARLY_SECONDS = 0.05

_WORDS = {JobState.DONE: "saved", JobState.FAILED: "failed"}


class JobNotifier:
    """Hears of jobs and tells what is worth it.

    `tell` gets the words; `is_away` says whether the screen has been left; `later` calls a function once,
    after so many seconds.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        is_away: Callable[[], bool],
        later: Callable[[float, Callable[[], None]], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._is_away = is_away
        self._later = later
        self._now = now
        self._running: set[str] = set()
        self._ended: list[Job] = []
        self._told_at = -PAUSE_SECONDS
        self._due_at = 0.0
        """When what has ended is told; 0 when nothing is."""

    def begin(self, jobs: Iterable[Job]) -> None:
        """Another engine, with these jobs already."""
        self._running = {job.id for job in jobs if not job.state.is_final}
        self._ended.clear()
        self._due_at = 0.0

    def update(self, job: Job) -> None:
        """A job has moved on."""
        if not job.state.is_final:
            self._running.add(job.id)
            return
        if job.id not in self._running:
            return
        self._running.discard(job.id)
        if job.state in _WORDS and self._is_worth_it(job):
            self._ended.append(job)
        if self._ended:
            self._plan()

    def _is_worth_it(self, job: Job) -> bool:
        return self._is_away() or job.elapsed_seconds(job.submitted_at) > LONG_SECONDS

    def _plan(self) -> None:
        """Tell soon when nothing runs any more, else when the last news are old enough."""
        now = self._now()
        pause = self._told_at + PAUSE_SECONDS - now if self._running else 0.0
        due_at = now + max(JOIN_SECONDS, pause)
        if not self._due_at or due_at < self._due_at:
            self._due_at = due_at
            self._later(due_at - now, self._tell_if_due)

    def _tell_if_due(self) -> None:
        if not self._due_at or self._now() < self._due_at - EARLY_SECONDS:
            return  # told already, or another timer is meant
        self._due_at, self._told_at = 0.0, self._now()
        ended, self._ended = self._ended, []
        self._tell(notification_text(ended))


def notification_text(jobs: Sequence[Job]) -> str:
    """What became of these, in a line: `Saved: Sales.pdf`, or `3 saved, 1 failed`. Names are foreign text."""
    if len(jobs) > 1:
        counts = Counter(job.state for job in jobs)
        told = [f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state]]
        return ", ".join([*told, *doubt_counts(jobs)])
    (job,) = jobs
    if job.path is not None and job.state is JobState.DONE:
        doubt = doubt_words(job)
        return f"Saved: {job.path.name}" + (f" ({doubt})" if doubt else "")
    name = job.order.dashboard_name or job.order.request.dashboard_id
    why = f" ({job.failure.message})" if job.failure is not None else ""
    return f"Failed: {name}{why}"
