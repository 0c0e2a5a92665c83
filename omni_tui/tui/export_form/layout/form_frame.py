"""The form's frame: the dashboard in the top border, the last export's result in the bottom border."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.result_warnings import warning_counts, warning_text
from omni_tui.formatting import display_path, format_size
from omni_tui.options.rules import file_extension
from omni_tui.tui.common.text import content, shorten, shorten_folders
from omni_tui.tui.common.titled_frame import EdgeFrame

HOW_TO_MOVE = "↑↓ move between fields"
# The frame's corners and the spaces around the text.
EDGE_CELLS = 8
# The class while the form has the focus.
ACTIVE = "-active"

_SIGNS = {
    JobState.DONE: ("● Saved: ", "$success"),
    JobState.FAILED: ("✗ Failed: ", "$error"),
    JobState.CANCELED: ("○ Canceled: ", "$muted"),
    JobState.UNCHANGED: ("= Unchanged: ", "$muted"),
    JobState.EMPTY: ("∅ Empty: ", "$muted"),
}
_STARTED = ("◐ Started: ", "$primary")


class FormFrame(EdgeFrame):
    """Shows what became of the last export's jobs, or how to move."""

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id, classes=ACTIVE)  # the form has the focus first
        self._jobs: tuple[Job, ...] = ()
        self._below: Content | None = None

    def show_below(self, jobs: Sequence[Job]) -> None:
        """Show the result of the last export's jobs."""
        self._jobs = tuple(jobs)
        self._show_below()

    def show_active(self, is_active: bool) -> None:
        """Show whether the form has the focus. Restyles only the frame: nothing inside depends on it."""
        if is_active != self.has_class(ACTIVE):
            self.set_class(is_active, ACTIVE, update=False)
            self.app.stylesheet.apply(self)

    def on_resize(self) -> None:
        self._show_below()

    def _show_below(self) -> None:
        room = self.outer_size.width - EDGE_CELLS
        match self._jobs:
            case ():
                below = Content(HOW_TO_MOVE)
            case (job,):
                below = _one(job, room)
            case jobs:
                below = _many(jobs)
        if below != self._below:
            self._below = below
            self.show_edge(below)


def _one(job: Job, room: int) -> Content:
    words, color = _SIGNS.get(job.state, _STARTED)
    name = display_path(job.path) if job.path else file_name_for(job.order, file_extension(job.order.request))
    size = f"  {format_size(job.bytes_received)}" if job.state is JobState.DONE else ""
    doubt = f"  {shorten(warning_text(job), room // 2)}" if warning_text(job) else ""
    room = max(8, room - len(words) - len(size) - len(doubt))
    name = shorten_folders(name, room)
    return Content.assemble((words, color), content(name, "$foreground"), size, content(doubt, "$warning"))


def _many(jobs: Sequence[Job]) -> Content:
    counts = Counter(job.state if job.state.is_final else None for job in jobs)
    names = {
        None: "running",
        JobState.DONE: "saved",
        JobState.FAILED: "failed",
        JobState.CANCELED: "canceled",
    }
    parts = [f"{counts[state]} {name}" for state, name in names.items() if counts[state]]
    parts += warning_counts(jobs)
    symbol, color = ("◐", "$primary") if counts[None] else ("●", "$success")
    if counts[JobState.FAILED]:
        symbol, color = "✗", "$error"
    return Content.assemble((f"{symbol} {len(jobs)} started: ", color), (", ".join(parts), "$foreground"))
