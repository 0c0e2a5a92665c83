"""The welcome for first-time users: four lines on how to export a file and where to find help."""

from __future__ import annotations

from functools import partial

from textual.content import Content
from textual.widgets import Static

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.tui.common.key_labels import bold_keys
from omni_tui.tui.common.service_watcher import ServiceWatcher
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.dashboards.first_time import remember_welcome
from omni_tui.tui.host import host_of

# Each line fits the narrowest screen.
LINES = (
    "{search} searches as you type; {open} opens the export form",
    "{export} exports; {select} selects several dashboards",
    "{profiles} profiles   {downloads} downloads   {requests} requests",
    "{help} all keys   {palette} command palette",
)


class Welcome(ServiceWatcher, Static):
    """Shown below the list from the first paint until dismissed, or until a pane needs the room."""

    def __init__(self) -> None:
        super().__init__(id="welcome", classes="frame")
        self.border_title = "Welcome"

    def on_mount(self) -> None:
        """Make room for a pane."""
        self.watch(self.app, "pane", self._pane_changed, init=False)

    def _pane_changed(self, pane: str) -> None:
        if pane:
            host_of(self).shows_welcome = False
            self.remove()

    def show_services(self) -> None:
        """Show the keys in use. Once services are open, the user has seen this: don't show it next time."""
        keymap = host_of(self).keys_in_use
        self.border_subtitle = bold_keys("{back} dismiss", keymap)
        self.update(Content("\n").join(bold_keys(line, keymap) for line in LINES))
        if self._services is not None:
            run_in_background(self, partial(run_in_daemon_thread, remember_welcome))
