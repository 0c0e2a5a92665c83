"""The downloads: what was started, how far it is, where its file lies or why there is none."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from omni_tui.downloads.models import Job, JobState
from omni_tui.errors import OmniTuiError
from omni_tui.tui.messages import JobChanged
from omni_tui.tui.widgets.following import Following, Joined, Unsubscribe
from omni_tui.tui.widgets.job_list import JobList
from omni_tui.tui.widgets.noted_frame import NotedFrame
from omni_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from omni_tui.services import Services

REPAINT_SECONDS = 0.1
TICK_SECONDS = 1.0
# What the counts in the lower edge call each state; what was cancelled on purpose is not counted.
RUNNING = (JobState.STARTING, JobState.RENDERING, JobState.SAVING)
COUNTED: tuple[tuple[str, tuple[JobState, ...]], ...] = (
    ("saved", (JobState.DONE,)),
    ("running", RUNNING),
    ("waiting", (JobState.QUEUED,)),
    ("failed", (JobState.FAILED,)),
)


class DownloadsPane(NotedFrame, Following):
    """All jobs, the newest on top, so that what was just started is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cancel", "cancel", tooltip="Cancel this download", id="cancel-job"),
        Binding("a", "again", "again", tooltip="Run this failed or cancelled download again", id="again-job"),
        Binding("y", "copy", "copy path", tooltip="Copy the path of this download's file", id="copy-path"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Downloads", id=id)
        self._list = JobList(self._now)
        self._repaint = Joined(self, REPAINT_SECONDS, self._show_jobs)
        self._tick: Timer | None = None

    def compose(self) -> ComposeResult:
        """Only the list: what there is to say without jobs, it says itself."""
        yield self._list

    def on_mount(self) -> None:
        """The elapsed times move on only while something runs."""
        self._tick = self.set_interval(TICK_SECONDS, self._list.refresh_changed, pause=True)

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """The jobs."""
        yield services.engine.subscribe(lambda job: self.tell(JobChanged(job)))

    def show_services(self) -> None:
        """Paint the jobs that are there already."""
        self._show_jobs()

    def on_job_changed(self) -> None:
        """A job has moved on; what it brings is read from the engine, with all that changed meanwhile."""
        self._repaint.ask()

    def _show_jobs(self) -> None:
        jobs = self._services.engine.jobs() if self._services is not None else ()
        # what was just started is shown, unless somebody is about to do something with another row
        stays_on_top = self._list.cursor == 0 and not self._list.has_focus
        self._list.set_rows(jobs[::-1], cursor=0 if stays_on_top else None)
        self.note = _count_words(jobs)
        if self._tick is not None:
            is_running = any(job.state in RUNNING for job in jobs)
            self._tick.resume() if is_running else self._tick.pause()

    def _now(self) -> float:
        return self._services.clock.time() if self._services is not None else time.time()

    # what keys do

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        from omni_tui.tui.screens.job import JobScreen

        event.stop()
        if isinstance(event.row, Job):
            self.app.push_screen(JobScreen(event.row))

    def action_cancel(self) -> None:
        """End the job at once. It can be run again."""
        job = self._list.current
        if job is None or self._services is None:
            return
        if job.state.is_final:
            self.say("it has ended already")
        else:
            self._services.engine.cancel(job.id)
            self.say("cancelled: a runs it again")

    def action_again(self) -> None:
        """Take a failed or cancelled job up again."""
        job = self._list.current
        if job is None or self._services is None:
            return
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            self.say("only what failed or was cancelled can be run again")
            return
        try:
            self._services.engine.resume(job.id)
        except OmniTuiError as error:
            self.say(error.message)

    def action_copy(self) -> None:
        """Copy the path of the file."""
        job = self._list.current
        if job is not None and job.path is not None:
            self.copy(str(job.path))
        elif job is not None:
            self.say("no file yet")


def _count_words(jobs: Iterable[Job]) -> str:
    states = Counter(job.state for job in jobs)
    counts = [(word, sum(states[state] for state in counted)) for word, counted in COUNTED]
    return " · ".join(f"{count:,} {word}" for word, count in counts if count)
