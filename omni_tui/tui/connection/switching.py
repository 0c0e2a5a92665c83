"""Switches to another Omni or key without quitting; asks first while exports run."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from omni_tui.launch_options import Arguments
from omni_tui.tui.connection.profiles_screen import SwitchDialog
from omni_tui.tui.host import Host


def arguments_for(
    arguments: Arguments,
    *,
    profile: str | None = None,
    base_url: str | None = None,
    token: str | None = None,
    demo: bool = False,
) -> Arguments:
    """Return the arguments to connect there; they override the environment. No dashboard is opened."""
    return replace(
        arguments,
        demo=demo,
        profile=profile,
        base_url=base_url,
        token=token,
        is_profile_chosen_here=True,
        dashboard=None,
    )


async def switch(app: Host, arguments: Arguments) -> None:
    """Close the services and open the new ones. While exports run, ask first, unless they resume at once."""
    services = app.services
    running = len(services.engine.running) if services is not None else 0
    if services is None or not running:
        await _go(app, arguments, True)
        return
    is_lasting = services.engine.is_lasting
    if is_lasting and not arguments.demo and arguments.profile == services.settings.profile:
        await _go(app, arguments, True)  # another key for the same jobs
        return
    question = SwitchDialog(running, is_lasting=is_lasting)
    await app.push_screen(question, partial(_go, app, arguments))


async def _go(app: Host, arguments: Arguments, is_wanted: bool | None) -> None:
    if not is_wanted:
        return
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    await app.reopen_services(arguments)
