"""The help has every key of each screen, and the palette every action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from textual.app import App
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.screen import Screen
from textual.widgets import Input

from omni_tui.tui.common.screens.help_screen import HelpScreen, KeyTable
from omni_tui.tui.connection.profiles_screen import ProfilesScreen
from omni_tui.tui.connection.setup_screen import SetupScreen
from omni_tui.tui.input.key_queue import readable_key
from tests.tui.starts import Start, started
from tests.tui.waiting import wait_for

ProfileOrDemo: TypeAlias = Callable[[Start], Awaitable[None]]
TEXTUALS = {
    binding.action
    for kind in (App, Screen, Input, ScrollableContainer)
    for binding in Binding.make_bindings(kind.BINDINGS)
}


async def the_list(start: Start) -> None:
    """Return the dashboards screen."""


async def the_search(start: Start) -> None:
    await start.press("slash")
    await wait_for(start.pilot, lambda: start.search.has_focus)


async def the_downloads(start: Start) -> None:
    job = start.services.engine.add()
    start.services.engine.fail(job.id, "It failed.")
    await start.press("f3")
    await wait_for(start.pilot, lambda: start.focused is not start.rows)


async def the_requests(start: Start) -> None:
    await start.press("f4")
    await wait_for(start.pilot, lambda: start.focused is not start.rows)


async def the_form(start: Start) -> None:
    await start.press("enter")
    await start.opens("12db1a0a")


async def the_presets(start: Start) -> None:
    await the_form(start)
    form = start.app.screen
    await start.press("f7")
    await wait_for(start.pilot, lambda: start.app.screen is not form)


async def the_profiles(start: Start) -> None:
    await start.press("f2")
    await wait_for(start.pilot, lambda: isinstance(start.app.screen, ProfilesScreen))


async def the_setup(start: Start) -> None:
    await the_profiles(start)
    await start.press("n")
    await wait_for(start.pilot, lambda: isinstance(start.app.screen, SetupScreen))


PLACES = [
    the_list, the_search, the_downloads, the_requests, the_form, the_presets, the_profiles, the_setup,
]  # fmt: skip


def bindings_of(start: Start) -> list[Binding]:
    """Return the bindings of this screen, without those that Textual adds to every program."""
    active = [each.binding for each in start.app.screen.active_bindings.values() if each.enabled]
    return [each for each in active if each.action not in TEXTUALS and "command_palette" not in each.action]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
async def test_the_help_has_every_key_of_the_place(place: ProfileOrDemo) -> None:
    async with started(size=(120, 60)) as start:
        await place(start)
        wanted = {
            readable_key(key)
            for each in bindings_of(start)
            if each.description and not each.action.startswith("letter(")
            for key in (each.key, start.app.get_key_display(each))
        }
        here = start.app.screen
        # not by its key, which would be typed into a text field
        start.app.action_help()
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, HelpScreen))
        rows = str(start.app.screen.query_one(KeyTable).render()).splitlines()
        told = {key for row in rows for key in row.partition("   ")[0].strip().split(", ")}
        missing = {key for key in wanted if key not in told and key.casefold() not in told}
        assert {key for key in missing if not is_told_otherwise(start, here, key, told)} == set()
        assert all(row.partition("   ")[2].strip() for row in rows)


def is_told_otherwise(start: Start, here: Screen[object], key: str, told: set[str]) -> bool:
    """Return whether a key is shown in another spelling: as sent, or as displayed."""
    spellings = [
        {readable_key(each.binding.key), readable_key(start.app.get_key_display(each.binding))}
        for each in here.active_bindings.values()
    ]
    return any(key in both and both & told for both in spellings)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
async def test_the_palette_has_every_action_that_has_a_name(place: ProfileOrDemo) -> None:
    async with started(size=(120, 60)) as start:
        await place(start)
        wanted = {
            each.tooltip or each.description.capitalize()
            for each in bindings_of(start)
            if each.description and (each.show or each.tooltip)
        }
        titles = [command.title for command in start.app.get_system_commands(start.app.screen)]
        assert wanted - set(titles) == set()
        assert "Quit" in titles
        assert len(titles) == len(set(titles))
