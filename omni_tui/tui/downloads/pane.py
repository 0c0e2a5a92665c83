"""The downloads pane: all jobs of this and earlier runs, with a search, and their counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.downloads.archive.entries import Archive, Entry, ended_in
from omni_tui.downloads.archive.saved_files import FileCheck, FileChecker
from omni_tui.downloads.archive.search import ArchiveSearch, parse_search
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.key_labels import key_label, keys_of
from omni_tui.tui.common.service_watcher import Throttle, Unsubscribe
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.downloads.actions import JobActions
from omni_tui.tui.downloads.list import JobList, current_job
from omni_tui.tui.messages import JobChanged, OpenFolder

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
SEARCH = "Search: words · dashboard:web · state:failed · date:today, 7d, 2026-11"


class SearchLine(LineInput):
    """The search of the pane: enter and down go to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "submit", "to the list", key_display="enter", tooltip="Go to the list"),
    ]


class DownloadsPane(TitledFrame, JobActions):
    """Shows all jobs, newest first, every export of one request under the latest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/", tooltip="Search downloads", id="search-jobs"),
        Binding("i", "details", "details", tooltip="Show this download in full", id="job-details"),
        Binding("f", "files", "files", tooltip="Show the files in the download folder", id="show-files"),
        Binding("x", "clear", "clear", tooltip="Remove this download from the list", id="clear-job"),
        Binding(
            "X",
            "clear_all",
            "clear all",
            tooltip="Remove all finished downloads shown",
            id="clear-jobs",
        ),
        Binding("escape", "end_search", "end search", show=False, tooltip="Clear the search"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Downloads", id=id)
        self.frame = self
        self._search_line = SearchLine(placeholder=SEARCH, id="search-downloads")
        self._list = JobList(self._now, lambda: self._services.engine.opened_at if self._services else 0.0)
        self._repaint = Throttle(self, REPAINT_SECONDS, self._show_jobs)
        self._tick: Timer | None = None
        self._archive = Archive()
        self._search = ArchiveSearch()
        self._checker = FileChecker()
        self._checks: Mapping[str, FileCheck] = {}
        self._is_checking = False
        self._asked: list[str] = []  # the downloads that are cleared if the key is pressed again

    def compose(self) -> ComposeResult:
        """Compose the search, hidden at first, and the list."""
        yield self._search_line
        yield self._list

    def on_mount(self) -> None:
        """Create the timer that updates elapsed times, paused until something runs."""
        self._tick = self.set_interval(TICK_SECONDS, self._list.refresh_changed, pause=True)

    def on_descendant_focus(self) -> None:
        """Check the files: the user may have moved or deleted some meanwhile."""
        self._check_files()

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the jobs."""
        yield services.engine.subscribe(lambda job: self.post_if_running(JobChanged(job)))

    def show_services(self) -> None:
        """Show the existing jobs."""
        self._archive, self._checks = Archive(), {}
        folder = self._services.download_folder if self._services is not None else None
        self._checker = FileChecker((folder,) if folder is not None else ())
        self._show_jobs()
        self._check_files()

    def on_job_changed(self, event: JobChanged) -> None:
        """Update the list from the engine: at once if a job ended, otherwise at most every 0.1 s."""
        if event.job.state.is_final:
            self._repaint.soon()
        else:
            self._repaint.ask()

    def _show_jobs(self) -> None:
        jobs = self._services.engine.jobs() if self._services is not None else ()
        entries = self._archive.entries(jobs, self._search, self._checks)
        # show a job that was just started, unless the user is working with another row
        stays_on_top = self._list.cursor == 0 and not self._list.has_focus
        self._list.is_search = not self._search.is_empty
        self._list.show(entries, cursor=0 if stays_on_top else None)
        self.refresh_bindings()
        self.note = self._note_for(jobs, entries)
        if self._tick is not None:
            is_running = any(job.state in RUNNING for job in jobs)
            self._tick.resume() if is_running else self._tick.pause()

    def _note_for(self, jobs: tuple[Job, ...], entries: Iterable[Entry]) -> str:
        if self._search.problem:
            return self._search.problem
        if not self._search.is_empty:
            found = sum(len(entry.group) for entry in entries)
            return f"{found:,} of {len(jobs):,} downloads"
        since = self._services.engine.opened_at if self._services is not None else 0.0
        return _count_words(job for job in jobs if (job.ended_at or since) >= since)

    def _now(self) -> float:
        return self._services.clock.time() if self._services is not None else time.time()

    # checking the files

    def _check_files(self) -> None:
        """Check the saved files in a thread, one check at a time: a network folder may be slow."""
        if self._services is not None and not self._is_checking:
            self._is_checking = True
            run_in_background(self, partial(self._checked, self._services))

    async def _checked(self, services: Services) -> None:
        checker, jobs = self._checker, services.engine.jobs()
        try:
            checks = await run_in_daemon_thread(lambda: dict(checker.check(jobs, lambda: self.is_running)))
        finally:
            self._is_checking = False
        if services is self._services and checks != self._checks:
            self._checks = checks
            self._show_jobs()

    # what keys do

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        """Show a saved file, or the details of another download."""
        event.stop()
        if isinstance(event.row, Entry) and current_job(event.row).path is not None:
            self.action_preview()
        else:
            self.action_details()

    def action_details(self) -> None:
        """Show the download in full."""
        from omni_tui.tui.downloads.detail_screen import JobScreen

        if (entry := self._list.current) is not None:
            self.app.push_screen(JobScreen(entry.job, entry.check))

    def action_files(self) -> None:
        """Show the files in the folder of the selected download, else in the download folder."""
        job = self.selected_job()
        self.post_message(OpenFolder(job.path.parent if job is not None and job.path is not None else None))

    @on(RowList.Highlighted)
    def _other_job(self, event: RowList.Highlighted) -> None:
        """Update the footer: other keys may apply to this download."""
        event.stop()
        self.refresh_bindings()

    @on(JobList.Folded)
    def _fold(self, event: JobList.Folded) -> None:
        """Show or hide the earlier exports of a request."""
        event.stop()
        if event.is_open:
            self._archive.expand(event.job)
        else:
            self._archive.collapse(event.job)
        self._show_jobs()

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect on the selected download, so that the footer hides it."""
        if action in ("search", "files"):
            return action == "search" and not self._list.rows
        if action == "clear_all":
            jobs = (job for row in self._list.rows for job in row.group or (row.job,))
            return not any(job.state.is_final for job in jobs)
        if action == "clear":
            return not self._ended_here()
        if action == "preview":  # enter does the same
            return True
        return super().is_idle(action)

    # searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape leaves the pane unless there is a search."""
        if action == "end_search":
            return self._search_line.has_class("-shown")
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Open the search."""
        self._search_line.add_class("-shown")
        self._search_line.focus()
        self.refresh_bindings()

    def action_end_search(self) -> None:
        """Show all downloads again."""
        self._search_line.value = ""
        self._close_search()

    @on(LineInput.Changed)
    def _typed(self, event: LineInput.Changed) -> None:
        event.stop()
        self._search = parse_search(event.value, datetime.fromtimestamp(self._now()).date())
        self._show_jobs()

    @on(LineInput.Submitted)
    def _submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._list.focus()
        else:
            self._close_search()

    def _close_search(self) -> None:
        self._search_line.remove_class("-shown")
        self._list.focus()
        self.refresh_bindings()

    # clearing

    def _ended_here(self) -> list[str]:
        """Return the IDs of the entry's downloads that have ended: all of a collapsed group."""
        entry = self._list.current
        if entry is None:
            return []
        if entry.is_open:
            return [entry.job.id] if entry.job.state.is_final else []
        return ended_in([entry])

    def action_clear(self) -> None:
        """Remove the entry's finished downloads from the list if pressed twice. Files are kept."""
        self._clear("clear-job", self._ended_here())

    def action_clear_all(self) -> None:
        """Remove all finished downloads that are shown if pressed twice. Files are kept."""
        self._clear("clear-jobs", ended_in(self._list.rows))

    def _clear(self, binding_id: str, ids: list[str]) -> None:
        if not ids or self._services is None:
            self.show_message("nothing to clear")
            return
        what = "this download" if len(ids) == 1 else f"{len(ids):,} downloads"
        key = key_label(binding_id, keys_of(self.app))
        question = f"Press {key} again to clear {what} from the list. Files are kept."
        # the question must still be visible, and about the same downloads
        if (ids, question) != (self._asked, self.note):
            self._asked = ids
            self.show_message(question)
            return
        count = self._services.engine.clear(ids)
        self._show_jobs()
        self.show_message(f"Cleared {count:,} download{'s' * (count != 1)}.")

    # for the keys of one download

    def selected_job(self) -> Job | None:
        """Return the download under the cursor, with its file's current path."""
        entry = self._list.current
        return None if entry is None else current_job(entry)


def _count_words(jobs: Iterable[Job]) -> str:
    shown = list(jobs)
    counts = [(word, sum(map(is_counted, shown))) for word, is_counted in COUNTED]
    return " · ".join(f"{count:,} {word}" for word, count in counts if count)
