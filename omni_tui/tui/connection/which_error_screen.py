"""Which screen is shown for what keeps the program from working: one that asks, or one that tells."""

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
    """What another address or token would mend is asked for; a key that was refused is for its profile."""
    if not isinstance(error, MissingCredentials | AddressError | Unauthorized | Forbidden):
        return ErrorScreen(error)
    is_demo = services is not None and services.demo_server is not None
    if services is None or is_demo or not services.settings.profile:
        return SetupScreen(error)
    return SetupScreen(error, Profile(services.settings.profile, services.client.root))
