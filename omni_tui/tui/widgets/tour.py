"""Four lines for somebody's first time: the way from here to a file, and where all the rest is told."""

from __future__ import annotations

from functools import partial

from textual.content import Content
from textual.widgets import Static

from omni_tui.threads import in_loose_thread
from omni_tui.tui.first_time import remember_welcome
from omni_tui.tui.widgets.following import Following
from omni_tui.tui.work import run_apart

# Keys stand between stars. No line is longer than the narrowest screen has room for.
LINES = (
    "*/* finds a dashboard as you type; *enter* opens its form",
    "*F5* gets the file; *space* marks several for one form",
    "*F2* profiles   *F3* downloads   *F4* requests",
    "*F1* every key here   *ctrl+p* every action by its name",
)


class Tour(Following, Static):
    """Below the list from the first paint on, until it is put away: nothing above it moves."""

    def __init__(self) -> None:
        super().__init__(Content("\n").join(_line(line) for line in LINES), id="tour", classes="frame")
        self.border_title = "Welcome"
        self.border_subtitle = "escape puts this away"

    def show_services(self) -> None:
        """Only who has seen the list has seen this."""
        if self._services is not None:
            run_apart(self, partial(in_loose_thread, remember_welcome))


def _line(line: str) -> Content:
    pieces = line.split("*")
    return Content.assemble(
        *((piece, "bold $primary") if index % 2 else piece for index, piece in enumerate(pieces))
    )
