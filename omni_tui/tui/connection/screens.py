"""Opens the screens of this folder: for an error, to choose a profile, or for a URL of another Omni."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from omni_tui.api.errors.types import Forbidden, Unauthorized
from omni_tui.api.urls import AddressError, dashboard_root, origin_of
from omni_tui.errors import OmniTuiError
from omni_tui.settings.errors import MissingCredentials
from omni_tui.tui.connection.error_screen import ErrorScreen
from omni_tui.tui.connection.known_profiles import DEMO, KnownProfiles, Profile, read_known_profiles
from omni_tui.tui.connection.profiles_screen import (
    NewKey,
    NewProfile,
    OtherOmniDialog,
    ProfilesResult,
    ProfilesScreen,
)
from omni_tui.tui.connection.setup_screen import SetupScreen
from omni_tui.tui.connection.switching import arguments_for, switch
from omni_tui.tui.host import Host

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


async def choose_profile(app: Host) -> None:
    """Show the profiles, and switch to the chosen one."""
    known = await asyncio.to_thread(read_known_profiles, app.arguments)
    if known.trouble is not None:
        app.notify(str(known.trouble), severity="warning", markup=False)
    choices: list[Profile] = [*(each for each in known.profiles if each.root), DEMO]
    here = _here(app.services, known)
    await app.push_screen(ProfilesScreen(choices, here), partial(_apply_choice, app, here))


def _here(services: Services | None, known: KnownProfiles) -> Profile | None:
    """Return the current profile, or the demo."""
    if services is None:
        return None
    if services.demo_server is not None:
        return DEMO
    names = [each for each in known.profiles if each.name == services.settings.profile]
    return next((each for each in names if each.root == services.client.root), None)


async def _apply_choice(app: Host, here: Profile | None, wish: ProfilesResult | None) -> None:
    if wish is None or wish == here:
        return
    if isinstance(wish, NewProfile | NewKey):
        profile = wish.profile if isinstance(wish, NewKey) else None
        await app.push_screen(SetupScreen(profile=profile))
        return
    name = None if wish.is_demo else wish.name
    await switch(app, arguments_for(app.arguments, profile=name, demo=wish.is_demo))


async def offer_profile(app: Host, typed: str, instance: str) -> None:
    """Offer to open a dashboard's URL with the profile that has its address; notify if there is none."""
    known = await asyncio.to_thread(read_known_profiles, app.arguments)
    try:
        origin = origin_of(dashboard_root(typed))
    except AddressError as error:
        app.notify(str(error), severity="warning", markup=False)
        return
    found = [each for each in known.profiles if each.root and origin_of(each.root) == origin]
    if not found:
        message = (
            f"This URL belongs to {instance}. Add a profile with that address, then paste the URL again."
        )
        app.notify(message, severity="warning", markup=False)
        return
    await app.push_screen(OtherOmniDialog(instance, found), partial(_go_with, app, typed))


async def _go_with(app: Host, typed: str, profile: Profile | None) -> None:
    if profile is not None:
        await switch(app, replace(arguments_for(app.arguments, profile=profile.name), dashboard=typed))
