"""Chooses the screen for an error that stops the program from working: the setup or the error screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from omni_tui.api.errors.types import Forbidden, Unauthorized
from omni_tui.api.urls import AddressError
from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import MissingCredentials
from omni_tui.tui.connection.error_screen import ErrorScreen
from omni_tui.tui.connection.known_profiles import Profile
from omni_tui.tui.connection.setup_screen import SetupScreen

if TYPE_CHECKING:
    from omni_tui.services import Services

ERROR_SCREENS = (SetupScreen, ErrorScreen)


def screen_for(error: OmniTuiError, services: Services | None) -> Screen[None]:
    """Return the setup if another address or token may help, for the profile of a rejected key."""
    if not isinstance(error, MissingCredentials | AddressError | Unauthorized | Forbidden):
        return ErrorScreen(error)
    is_demo = services is not None and services.demo_server is not None
    if services is None or is_demo or not services.settings.profile:
        return SetupScreen(error)
    return SetupScreen(error, Profile(services.settings.profile, services.client.root))
