"""Four lines for somebody's first time: the way from here to a file, and where all the rest is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.content import Content
from textual.widgets import Static

from omni_tui.daemon_threads import in_loose_thread
from omni_tui.tui.common.key_labels import with_keys
from omni_tui.tui.common.service_watcher import Following
from omni_tui.tui.common.work import run_apart
from omni_tui.tui.dashboards.first_time import remember_welcome
from omni_tui.tui.host import host_of

# Keys stand between stars; those that another set of keys changes, by the name of what they do. No line is
# longer than the narrowest screen has room for.
LINES = (
    "*/* finds a dashboard as you type; *enter* opens its form",
    "*{export}* gets the file; *space* marks several for one form",
    "*{profiles}* profiles   *{downloads}* downloads   *{requests}* requests",
    "*{help}* every key here   *ctrl+p* every action by its name",
)


def told_lines(keymap: Mapping[str, str]) -> list[str]:
    """The lines, with the first key of each name in the keymap, as the footer and the form name it."""
    return [with_keys(line, keymap) for line in LINES]


class Tour(Following, Static):
    """Below the list from the first paint on, until it is put away: nothing above it moves."""

    def __init__(self) -> None:
        super().__init__(id="tour", classes="frame")
        self.border_title = "Welcome"
        self.border_subtitle = "escape puts this away"

    def show_services(self) -> None:
        """With the settings the keys are known for sure. Only who has seen the list has seen this."""
        lines = told_lines(host_of(self).keys_in_use)
        self.update(Content("\n").join(map(_line, lines)))
        if self._services is not None:
            run_apart(self, partial(in_loose_thread, remember_welcome))


def _line(line: str) -> Content:
    pieces = line.split("*")
    return Content.assemble(
        *((piece, "bold $primary") if index % 2 else piece for index, piece in enumerate(pieces))
    )
