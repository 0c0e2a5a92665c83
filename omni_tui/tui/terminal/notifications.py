"""Notifies the user of jobs that ended: only after a long wait, or if the terminal isn't focused."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.result_warnings import warning_counts, warning_text

# After a wait this long, the user may be doing something else.
LONG_SECONDS = 10.0
# While other jobs still run, notifications are at least this far apart.
PAUSE_SECONDS = 10.0
# Jobs that end within this time share a notification.
JOIN_SECONDS = 0.5
# How early a timer may fire.
EARLY_SECONDS = 0.05

_WORDS = {JobState.DONE: "saved", JobState.FAILED: "failed"}


class JobNotifier:
    """Collects jobs that ended, and notifies the user.

    `notify` gets the text; `is_away` returns whether the terminal is unfocused; `later` calls a function
    once after a number of seconds.
    """

    def __init__(
        self,
        notify: Callable[[str], None],
        is_away: Callable[[], bool],
        later: Callable[[float, Callable[[], None]], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notify = notify
        self._is_away = is_away
        self._later = later
        self._now = now
        self._running: set[str] = set()
        self._ended: list[Job] = []
        self._notified_at = -PAUSE_SECONDS
        self._due_at = 0.0
        """When to notify next; 0 if there is nothing to notify of."""

    def begin(self, jobs: Iterable[Job]) -> None:
        """Start over with the jobs of another engine."""
        self._running = {job.id for job in jobs if not job.state.is_final}
        self._ended.clear()
        self._due_at = 0.0

    def update(self, job: Job) -> None:
        """Take note of a job's new state."""
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
        """Schedule the notification: soon if nothing runs, otherwise PAUSE_SECONDS after the last one."""
        now = self._now()
        pause = self._notified_at + PAUSE_SECONDS - now if self._running else 0.0
        due_at = now + max(JOIN_SECONDS, pause)
        if not self._due_at or due_at < self._due_at:
            self._due_at = due_at
            self._later(due_at - now, self._notify_if_due)

    def _notify_if_due(self) -> None:
        if not self._due_at or self._now() < self._due_at - EARLY_SECONDS:
            return  # already notified, or for a later timer
        self._due_at, self._notified_at = 0.0, self._now()
        ended, self._ended = self._ended, []
        self._notify(notification_text(ended))


def notification_text(jobs: Sequence[Job]) -> str:
    """Return one line such as `Saved: Sales.pdf` or `3 saved, 1 failed`. Names in it are untrusted."""
    if len(jobs) > 1:
        counts = Counter(job.state for job in jobs)
        parts = [f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state]]
        return ", ".join([*parts, *warning_counts(jobs)])
    (job,) = jobs
    if job.path is not None and job.state is JobState.DONE:
        doubt = warning_text(job)
        return f"Saved: {job.path.name}" + (f" ({doubt})" if doubt else "")
    name = job.title
    why = f" ({job.failure.message})" if job.failure is not None else ""
    return f"Failed: {name}{why}"
