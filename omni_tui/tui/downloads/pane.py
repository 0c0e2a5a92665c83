"""The downloads pane: all jobs of this and earlier runs, and their counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from omni_tui.downloads.job.models import Job, JobState
from omni_tui.tui.common.service_watcher import Throttle, Unsubscribe
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.file_transfer.actions import TransferActions
from omni_tui.tui.messages import JobChanged

if TYPE_CHECKING:
    from omni_tui.services import Services

REPAINT_SECONDS = 0.1
TICK_SECONDS = 1.0
# The counts in the bottom border. Canceled jobs aren't counted, nor are jobs that ended in an earlier run.
RUNNING = (JobState.STARTING, JobState.RENDERING, JobState.SAVING)
COUNTED: tuple[tuple[str, Callable[[Job], bool]], ...] = (
    ("saved", lambda job: job.state is JobState.DONE),
    ("running", lambda job: job.state in RUNNING),
    ("queued", lambda job: job.state is JobState.QUEUED),
    ("needs attention", lambda job: job.needs_attention),
    ("failed", lambda job: job.state is JobState.FAILED and not job.needs_attention),
)


class DownloadsPane(TitledFrame, TransferActions):
    """Shows all jobs, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "details", "details", tooltip="Show this download in full", id="job-details"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Downloads", id=id)
        self._list = JobList(self._now)
        self._repaint = Throttle(self, REPAINT_SECONDS, self._show_jobs)
        self._tick: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose the list."""
        yield self._list

    def on_mount(self) -> None:
        """Create the timer that updates elapsed times, paused until something runs."""
        self._tick = self.set_interval(TICK_SECONDS, self._list.refresh_changed, pause=True)

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the jobs."""
        yield services.engine.subscribe(lambda job: self.post_if_running(JobChanged(job)))

    def show_services(self) -> None:
        """Show the existing jobs."""
        self._show_jobs()

    def on_job_changed(self, event: JobChanged) -> None:
        """Update the list from the engine: at once if a job ended, otherwise at most every 0.1 s."""
        if event.job.state.is_final:
            self._repaint.soon()
        else:
            self._repaint.ask()

    def _show_jobs(self) -> None:
        jobs = self._services.engine.jobs() if self._services is not None else ()
        # show a job that was just started, unless the user is working with another row
        stays_on_top = self._list.cursor == 0 and not self._list.has_focus
        self._list.set_rows(jobs[::-1], cursor=0 if stays_on_top else None)
        since = self._services.engine.opened_at if self._services is not None else 0.0
        self.refresh_bindings()
        self.note = _count_words(job for job in jobs if (job.ended_at or since) >= since)
        if self._tick is not None:
            is_running = any(job.state in RUNNING for job in jobs)
            self._tick.resume() if is_running else self._tick.pause()

    def _now(self) -> float:
        return self._services.clock.time() if self._services is not None else time.time()

    # what keys do

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        """Show a saved file, or how another download stands."""
        event.stop()
        if isinstance(event.row, Job) and event.row.path is not None:
            self.action_preview()
        else:
            self.action_details()

    def action_details(self) -> None:
        """Show the download in full."""
        from omni_tui.tui.downloads.detail_screen import JobScreen

        if (job := self.selected_job()) is not None:
            self.app.push_screen(JobScreen(job))

    @on(RowList.Highlighted)
    def _other_job(self, event: RowList.Highlighted) -> None:
        """Update the footer: another download may have other keys."""
        event.stop()
        self.refresh_bindings()

    def selected_job(self) -> Job | None:
        """Return the download under the cursor."""
        return self._list.current

    def show_job_message(self, message: str) -> None:
        """Show a message in the frame's bottom border."""
        self.show_message(message)

    def copy_text(self, text: str) -> None:
        """Copy a text, and show that in the frame."""
        self.copy(text)


def _count_words(jobs: Iterable[Job]) -> str:
    shown = list(jobs)
    counts = [(word, sum(map(is_counted, shown))) for word, is_counted in COUNTED]
    return " · ".join(f"{count:,} {word}" for word, count in counts if count)
