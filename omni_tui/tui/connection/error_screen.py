"""The screen for an error that stops the program from working: what is wrong, and what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import SettingsError
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.text import content
from omni_tui.tui.host import host_of

SETTINGS_HELP = (
    ("OMNI_BASE_URL", "the URL of your Omni, as in the browser: https://blobsrus.omniapp.co"),
    ("OMNI_API_TOKEN", "an API key: an organization key or a personal access token"),
)


class ErrorScreen(Screen[None]):
    """Shows the error and what to do; `r` retries."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "retry", "retry", key_display="r", id="retry"),
        Binding("ctrl+q,escape", "app.quit", "quit", key_display="ctrl+q", id="leave"),
    ]

    def __init__(self, error: OmniTuiError) -> None:
        super().__init__()
        self._error = error
        self._is_about_settings = isinstance(error, SettingsError)

    def compose(self) -> ComposeResult:
        """Compose the message in a frame."""
        yield Header()
        with Vertical(id="error-body"), VerticalScroll(classes="frame", id="error") as frame:
            frame.border_title = "Not connected" if self._is_about_settings else "Not started"
            yield Static(self._words())
        yield Footer()

    def _words(self) -> Content:
        lines = [content(self._error.message, "bold $error"), content(self._error.hint), Content("")]
        if not self._is_about_settings:
            return Content("\n").join(lines)
        lines.append(Content("omni-tui reads these environment variables first:"))
        for name, meaning in SETTINGS_HELP:
            lines += [Content.assemble("  ", (name, "bold $primary")), content(f"    {meaning}", "$muted")]
        lines += [
            Content(""),
            Content.assemble("Then a profile in ", ("~/.config/omni-tui/config.toml", "$primary"), "."),
            Content.assemble("To try it without an Omni: ", ("omni-tui --demo", "$primary"), "."),
        ]
        return Content("\n").join(lines)

    async def action_retry(self) -> None:
        """Read the settings again and retry."""
        app = host_of(self)
        self.dismiss()
        await app.reopen_services()
