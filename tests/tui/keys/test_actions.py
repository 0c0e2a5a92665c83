"""Every action is in the palette by name, every key in the help, and each has a second key."""

from __future__ import annotations

from typing import Any

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from omni_tui.tui.app import OmniTui
from omni_tui.tui.common.screens.help_screen import HelpScreen
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.starts import Start, started
from tests.tui.waiting import screen_lines, wait_for


def commands(app: OmniTui) -> dict[str, Any]:
    """Return the palette's commands by the key that they show, otherwise by title."""
    listed = [each for each in app.get_system_commands(app.screen) if each.discover]
    named = {each.help.removeprefix("Key: ") if "Key: " in each.help else each.title: each for each in listed}
    assert len(named) == len(listed)
    return {key: command.callback for key, command in named.items()}


async def test_the_palette_names_every_action_of_the_place_once() -> None:
    async with started() as start:
        told = {
            *"/rfbsuiv",
            "enter",
            "space",
            "F1",
            "F2",
            "F3",
            "F4",
            "escape",
            "Suspend",
            "ctrl+q",
            "Theme",
            "Help topics",
        }
        told |= {"Disable the mouse", "Suspend", "Files in the download folder"}
        assert told == set(commands(start.app))
        await start.press("enter")
        await start.opens("12db1a0a")
        assert {"F5", "F1", "F3", "F4", "ctrl+q", "Theme"} <= set(commands(start.app))


async def test_an_action_of_the_list_can_be_run_from_the_palette() -> None:
    async with started() as start:
        await start.press("ctrl+p")
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, CommandPalette))
        start.app.screen.query_one(Input).value = "deselect"
        await start.shows("Key: space")
        await start.press("down", "enter")
        await wait_for(start.pilot, lambda: start.rows.selection)
        assert list(start.rows.selection) == ["12db1a0a"]


async def test_a_page_key_in_a_palette_that_does_not_show_its_list_yet_does_nothing() -> None:
    async with started() as start:
        await start.press("ctrl+p")
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, CommandPalette))
        await start.shows("Key: escape")
        listed = start.app.screen.query_one(CommandList)
        listed.display = False
        await wait_for(start.pilot, lambda: not listed.scrollable_content_region)
        listed.set_options(["one", "another"])
        listed.set_reactive(CommandList.highlighted, 0)
        await start.press("pageup", "pagedown")
        assert isinstance(start.app.screen, CommandPalette)
        assert listed.highlighted == 0


@pytest.mark.parametrize(
    ("key", "is_done"),
    [
        ("r", lambda start: start.services.catalog.refreshed_count == 2),
        ("/", lambda start: start.search.has_focus),
        ("F3", lambda start: start.app.pane == "downloads"),
        ("F4", lambda start: start.app.pane == "requests"),
        ("F1", lambda start: isinstance(start.app.screen, HelpScreen)),
        ("enter", lambda start: isinstance(start.app.screen, ExportScreen)),
        ("Theme", lambda start: isinstance(start.app.screen, CommandPalette)),
        ("ctrl+q", lambda start: start.app._exit),
    ],
)
async def test_a_command_of_the_palette_does_what_its_key_does(key: str, is_done: Any) -> None:
    async with started() as start:
        outcome = commands(start.app)[key]()
        if outcome is not None:
            await outcome
        await wait_for(start.pilot, lambda: is_done(start), key)


async def helped(start: Start) -> dict[str, str]:
    """Return the help's descriptions by key."""
    await start.press("f1")
    assert isinstance(start.app.screen, HelpScreen)
    lines = [line.partition("│  ")[2].partition("  ") for line in screen_lines(start.pilot)]
    return {keys.strip(): words.strip(" │") for keys, _, words in lines}


async def test_the_help_lists_the_keys_of_the_place_with_the_second_ways() -> None:
    async with started(size=(64, 36)) as start:
        told = await helped(start)
        assert {"/", "r", "enter", "space", "F1, ?", "F3, ctrl+t", "F4, ctrl+l", "escape"} <= set(told)
        assert {"tab, shift+tab", "ctrl+p", "ctrl+q"} <= set(told)
        assert told["F3, ctrl+t"] == "Open or close the downloads"
        assert not {"down", "up", "^p"} & set(told)
        assert [words for words in told.values() if words[:1].islower()] == []
        assert (told["space"], told["F1, ?"], told["ctrl+q"]) == ("Select or deselect", "Help", "Quit")
        await start.press("escape")
        assert start.app.screen is start.screen


async def test_the_help_of_the_form_lists_its_keys() -> None:
    async with started(size=(64, 32)) as start:
        await start.press("enter")
        await start.opens("12db1a0a")
        told = await helped(start)
        assert told["F5, ctrl+s"] == "Export this"
        assert told["escape"] == "Back to the dashboards"
        assert "r" not in told


async def test_the_help_of_a_pane_explains_how_to_leave_it() -> None:
    async with started(size=(64, 42)) as start:
        await start.press("f3")
        await wait_for(start.pilot, lambda: start.focused is not start.rows)
        told = await helped(start)
        assert told["escape"] == "Back to the screen"


async def test_help_is_not_opened_over_help() -> None:
    async with started() as start:
        await start.press("f1")
        start.app.action_help()
        await start.pilot.pause()
        assert len(start.app.screen_stack) == 2


@pytest.mark.parametrize(("key", "pane"), [("ctrl+t", "downloads"), ("ctrl+l", "requests")])
async def test_the_second_key_of_a_pane_opens_and_closes_it(key: str, pane: str) -> None:
    async with started() as start:
        await start.press(key)
        assert start.app.pane == pane
        await start.press(key)
        assert start.app.pane == ""


async def test_question_mark_opens_the_help() -> None:
    async with started() as start:
        await start.press("question_mark")
        assert isinstance(start.app.screen, HelpScreen)


async def test_the_second_keys_of_the_form_export_and_take_the_fix() -> None:
    async with started() as start:
        start.services.download_folder.mkdir(parents=True)
        await start.press("enter")
        await start.opens("12db1a0a")
        await start.press("j", "ctrl+s")  # JSON needs one tile, and none is selected
        await wait_for(start.pilot, lambda: start.app.screen._next_fix)  # type: ignore[attr-defined]
        await start.press("ctrl+y")
        assert start.services.engine.submitted == []
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.app.screen is start.screen)
        await start.press("enter")
        await wait_for(start.pilot, lambda: start.opened)
        await start.press("p", "ctrl+s")  # the form is as it was left
        await wait_for(start.pilot, lambda: start.services.engine.submitted)
