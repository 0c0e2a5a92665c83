"""The application's interface for screens and widgets.

Features know only this class, and ask for other screens by message; `app.OmniTui` implements it. It is a
class, not a Protocol, because screens watch its reactive attributes, which requires a Textual node.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode
from textual.reactive import reactive

from omni_tui.launch_options import Arguments
from omni_tui.tui.painting.textual_patches import PatchedApp

if TYPE_CHECKING:
    from omni_tui.catalog.disk_cache import StartupSnapshot
    from omni_tui.errors import OmniTuiError
    from omni_tui.services import Services
    from omni_tui.settings.models import Settings
    from omni_tui.tui.export_form.draft.kept_drafts import KeptDrafts
    from omni_tui.tui.terminal.detect import Terminal


class Host(PatchedApp):
    """The application as features see it."""

    services: reactive[Services | None] = reactive(None, init=False)
    """The engine, client and catalog; None until they are open."""
    pane: reactive[str] = reactive("", init=False)
    """The name of the open pane, or empty."""
    startup_snapshot: reactive[StartupSnapshot | None] = reactive(None, init=False)
    """The first part of the cached list, until the services are open."""

    arguments: Arguments
    kept_drafts: KeptDrafts
    """The state of closed forms, to restore when they open again."""
    shows_welcome: bool
    terminal: Terminal
    has_mouse: bool

    @property
    @abstractmethod
    def keys_in_use(self) -> Mapping[str, str]:
        """The keys that differ from the defaults, by their action's name in the settings."""

    @property
    @abstractmethod
    def takes_files(self) -> bool:
        """Whether a file can be sent to the terminal."""

    @property
    @abstractmethod
    def is_sending(self) -> bool:
        """Whether a file is being sent to the terminal."""

    @abstractmethod
    async def send_home(
        self, path: Path, show_message: Callable[[str], None], show_progress: Callable[[int], None]
    ) -> str:
        """Send a file to the terminal; return a description of where it was saved.

        `show_message` gets status messages, `show_progress` the percentage sent.
        """

    @property
    @abstractmethod
    def is_ascii(self) -> bool:
        """Whether the terminal shows nothing but ASCII."""

    @abstractmethod
    def send(self, sequence: str) -> None:
        """Write a sequence to the terminal unchanged, at once."""

    @abstractmethod
    def repaint(self) -> None:
        """Paint all of the screen again: the terminal may show something else."""

    @abstractmethod
    def set_mouse(self, is_on: bool) -> None:
        """Enable the mouse in the program, or leave it to the terminal."""

    @abstractmethod
    async def use_settings(self, settings: Settings) -> list[str]:
        """Apply the settings for terminal, theme and keys; return warnings about them."""

    @abstractmethod
    async def show_error_screen(self, error: OmniTuiError) -> None:
        """Show the setup screen or the error screen for an error that stops the program from working."""

    @abstractmethod
    async def reopen_services(self, arguments: Arguments | None = None) -> None:
        """Close the services and open them again, with other arguments if given."""

    @abstractmethod
    def show_status(self, message: str) -> None:
        """Show a message briefly in the bottom border of the dashboards."""


def host_of(node: DOMNode) -> Host:
    """Return the application that holds this screen or widget."""
    return cast(Host, node.app)
