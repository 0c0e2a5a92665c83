"""From one Omni to another without leaving: which there are, the question while exports run, and the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from omni_tui.arguments import Arguments
from omni_tui.tui.profiles import Profile, Surroundings, look_around
from omni_tui.tui.screens.profiles import NewKey, NewProfile, ProfilesScreen, SwitchingScreen, Wish
from omni_tui.tui.widgets.ways_list import Demo, Way

if TYPE_CHECKING:
    from omni_tui.services import Services
    from omni_tui.tui.app import OmniTui


async def choose_profile(app: OmniTui) -> None:
    """Show the profiles, and go to the one that is chosen."""
    around = await asyncio.to_thread(look_around, app.arguments)
    if around.trouble is not None:
        app.notify(str(around.trouble), severity="warning", markup=False)
    ways: list[Way] = [*(each for each in around.profiles if each.root), Demo()]
    here = _here(app.services, around)
    await app.push_screen(ProfilesScreen(ways, here), partial(_wished, app, here))


def _here(services: Services | None, around: Surroundings) -> Way | None:
    """Where one is now."""
    if services is None:
        return None
    if services.demo_server is not None:
        return Demo()
    names = [each for each in around.profiles if each.name == services.settings.profile]
    return next((each for each in names if each.root == services.client.root), None)


async def _wished(app: OmniTui, here: Way | None, wish: Wish | None) -> None:
    if wish is None or wish == here:
        return
    if isinstance(wish, NewProfile | NewKey):
        from omni_tui.tui.screens.setup import SetupScreen

        profile = wish.profile if isinstance(wish, NewKey) else None
        await app.push_screen(SetupScreen(profile=profile))
        return
    name = wish.name if isinstance(wish, Profile) else None
    await switch(app, going_to(app.arguments, profile=name, demo=isinstance(wish, Demo)))


def going_to(
    arguments: Arguments,
    *,
    profile: str | None = None,
    base_url: str | None = None,
    token: str | None = None,
    demo: bool = False,
) -> Arguments:
    """The arguments that lead there: what was chosen here wins over the shell. No dashboard is opened."""
    return replace(
        arguments,
        demo=demo,
        profile=profile,
        base_url=base_url,
        token=token,
        is_profile_chosen_here=True,
        dashboard=None,
    )


async def switch(app: OmniTui, arguments: Arguments) -> None:
    """Close what is open and go there. While exports run, ask first, unless they go on at once."""
    services = app.services
    running = len(services.engine.running) if services is not None else 0
    if services is None or not running:
        await _go(app, arguments, True)
        return
    is_lasting = services.engine.is_lasting
    if is_lasting and not arguments.demo and arguments.profile == services.settings.profile:
        await _go(app, arguments, True)  # another key for the same jobs
        return
    question = SwitchingScreen(running, is_lasting=is_lasting)
    await app.push_screen(question, partial(_go, app, arguments))


async def _go(app: OmniTui, arguments: Arguments, is_wanted: bool | None) -> None:
    if not is_wanted:
        return
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    await app.reopen_services(arguments)
