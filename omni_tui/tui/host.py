"""What every screen and widget may ask of the application that holds it.

Features know only this class, and ask for other screens by message; `app.OmniTui` is the one that fills it
in. (A class, not a Protocol: screens watch its reactive attributes, which takes a node of Textual's.)
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode
from textual.reactive import reactive
from textual.worker import Worker

from omni_tui.launch_options import Arguments
from omni_tui.tui.painting.textual_patches import PatchedApp

if TYPE_CHECKING:
    from omni_tui.catalog.disk_cache import Glimpse
    from omni_tui.errors import OmniTuiError
    from omni_tui.services import Services
    from omni_tui.settings.models import Settings
    from omni_tui.tui.export_form.kept_drafts import KeptForms
    from omni_tui.tui.terminal.detect import Terminal


class Host(PatchedApp):
    """The application as features see it."""

    services: reactive[Services | None] = reactive(None, init=False)
    """The engine, client and catalog; None until they are open."""
    pane: reactive[str] = reactive("", init=False)
    """The name of the open pane, or empty."""
    glimpse: reactive[Glimpse | None] = reactive(None, init=False)
    """The first part of the cached list, until the services are open."""

    arguments: Arguments
    kept_forms: KeptForms
    """What stood in the forms that were closed."""
    shows_tour: bool
    terminal: Terminal
    has_mouse: bool

    @property
    @abstractmethod
    def keys_in_use(self) -> Mapping[str, str]:
        """Keys that differ from the defaults, by the name of their action in the settings."""

    @property
    @abstractmethod
    def takes_files(self) -> bool:
        """Whether a file can be sent to the terminal."""

    @property
    @abstractmethod
    def is_sending(self) -> bool:
        """Whether a file is being sent to the terminal."""

    @abstractmethod
    async def send_home(self, path: Path, say: Callable[[str], None], tell: Callable[[int], None]) -> str:
        """Send a file to the terminal; return where it is then, in words."""

    @property
    @abstractmethod
    def is_ascii(self) -> bool:
        """Whether the terminal shows nothing but ASCII."""

    @abstractmethod
    def send(self, sequence: str) -> None:
        """Write a sequence to the terminal as it is, at once."""

    @abstractmethod
    def repaint(self) -> None:
        """Paint all of the screen again: the terminal may show something else."""

    @abstractmethod
    def set_mouse(self, is_on: bool) -> None:
        """Use the mouse, or leave it to the terminal."""

    @abstractmethod
    async def use_settings(self, settings: Settings) -> list[str]:
        """Apply the settings for terminal, theme and keys; return what is wrong with them."""

    @abstractmethod
    async def show_trouble(self, error: OmniTuiError) -> None:
        """Show the screen for an error that keeps the program from working."""

    @abstractmethod
    async def reopen_services(self, arguments: Arguments | None = None) -> None:
        """Close the services and open them again, or others."""

    @abstractmethod
    def tell_of_fault(self, event: Worker.StateChanged) -> None:
        """Notify of an internal error in background work."""

    @abstractmethod
    def say_below(self, words: str) -> None:
        """Show a note at the bottom of the list of dashboards."""


def host_of(node: DOMNode) -> Host:
    """Return the application that holds this screen or widget."""
    return cast(Host, node.app)
