"""The palette: Textual's own, but for what it does when nothing happens, and when a key comes early."""

from __future__ import annotations

from contextlib import suppress

from textual import app
from textual.command import CommandPalette
from textual.widgets import Input


class Palette(CommandPalette):
    """Its cursor does not blink, which would write for ever."""

    def on_mount(self) -> None:
        """The line to type in is there."""
        self.query_one(Input).cursor_blink = False

    def _action_command_list(self, action: str) -> None:
        """Move in the list. Before that is painted, Textual does not know how far a page goes, and fails."""
        with suppress(KeyError):
            super()._action_command_list(action)


def use_palette() -> None:
    """From now on this is what opens, also for the themes."""
    app.CommandPalette = Palette  # type: ignore[attr-defined]
