"""The welcome for first-time users: four lines on how to export a file and where to find help."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.content import Content
from textual.widgets import Static

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.tui.common.key_labels import with_keys
from omni_tui.tui.common.service_watcher import ServiceWatcher
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.dashboards.first_time import remember_welcome
from omni_tui.tui.host import host_of

# Keys are between asterisks; those that can be remapped, by their binding's ID. Each line fits the narrowest
# screen.
LINES = (
    "*/* searches as you type; *enter* opens the export form",
    "*{export}* exports; *space* selects several dashboards",
    "*{profiles}* profiles   *{downloads}* downloads   *{requests}* requests",
    "*{help}* all keys   *ctrl+p* command palette",
)


def welcome_lines(keymap: Mapping[str, str]) -> list[str]:
    """Return the lines with the keys that are in use."""
    return [with_keys(line, keymap) for line in LINES]


class Welcome(ServiceWatcher, Static):
    """Shown below the list from the first paint until dismissed, or until a pane needs the room."""

    def __init__(self) -> None:
        super().__init__(id="welcome", classes="frame")
        self.border_title = "Welcome"
        self.border_subtitle = "Esc to dismiss"

    def on_mount(self) -> None:
        """Make room for a pane."""
        self.watch(self.app, "pane", self._pane_changed, init=False)

    def _pane_changed(self, pane: str) -> None:
        if pane:
            host_of(self).shows_welcome = False
            self.remove()

    def show_services(self) -> None:
        """Show the keys in use. Once services are open, the user has seen this: don't show it next time."""
        lines = welcome_lines(host_of(self).keys_in_use)
        self.update(Content("\n").join(map(_line, lines)))
        if self._services is not None:
            run_in_background(self, partial(run_in_daemon_thread, remember_welcome))


def _line(line: str) -> Content:
    pieces = line.split("*")
    return Content.assemble(
        *((piece, "bold $primary") if index % 2 else piece for index, piece in enumerate(pieces))
    )
