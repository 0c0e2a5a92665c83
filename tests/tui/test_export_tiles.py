"""Choosing one tile in the form."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError
from omni_tui.tui.widgets.line_input import LineInput
from omni_tui.tui.widgets.tile_picker import TileList
from tests.tui.forms import BLOBS, open_form, services_for
from tests.tui.waiting import screen_text, wait_for


async def test_json_says_why_it_is_one_tile_and_choosing_goes_by_typing() -> None:
    async with open_form() as form:
        await form.press("j")
        assert "JSON exports one tile, not a whole dashboard." in screen_text(form.pilot)
        assert form.problems == []
        await form.focus("queryIdentifierMapKey")
        await form.shows("Top channels")
        await form.press(*"top", "enter")
        assert "Top channels" in form.line("Tile")
        assert "key 2" in form.line("Tile")
        await form.press("f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "2"}]


async def test_the_list_is_walked_with_the_arrows_and_left_at_its_ends() -> None:
    async with open_form() as form:
        await form.press("j", "down", "down")
        await form.shows("Bounce [rate]")
        await form.press("down", "down", "enter")
        assert "Bounce [rate]" in form.line("Tile")
        await form.press("down")
        assert form.focused == "field-enableFormatting"
        await form.press("up")
        assert form.focused == "tile-search"
        await form.press("up")
        assert form.focused == "content"


async def test_tiles_are_asked_for_only_when_one_is_wanted() -> None:
    async with open_form() as form:
        await form.shows("Status")
        assert ("tiles", BLOBS.identifier) not in form.services.client.asked
        await form.press("down", "right")
        await wait_for(form.pilot, lambda: ("tiles", BLOBS.identifier) in form.services.client.asked)


async def test_f5_without_a_tile_leads_to_the_field_and_says_what_is_missing() -> None:
    async with open_form() as form:
        await form.press("j", "f5")
        assert form.focused == "tile-search"
        assert form.problems == ["Choose a tile."]
        assert form.bodies == []


async def test_leaving_the_field_empty_says_what_is_missing() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        assert form.problems == []
        await form.press("tab")
        await wait_for(form.pilot, lambda: form.problems == ["Choose a tile."])


async def test_the_fix_leads_from_the_whole_dashboard_to_the_tiles() -> None:
    async with open_form() as form:
        await form.press("x")
        await form.focus("overrideRowLimit")
        await form.press("space")
        assert "choose a tile" in screen_text(form.pilot)
        await form.press("f6")
        await wait_for(form.pilot, lambda: form.focused == "tile-search")
        assert "● One tile" in screen_text(form.pilot)
        assert form.problems == []


async def test_while_they_load_and_when_they_fail_words_say_so_and_enter_tries_again() -> None:
    services = services_for(BLOBS)
    client = services.client
    client.tiles_of[BLOBS.identifier] = OmniTuiError("The server [did] not answer.")
    async with open_form(services=services) as form:
        await form.shows("Status")
        client.may_answer.clear()
        await form.press("j")
        await form.shows("Loading the tiles …")
        client.may_answer.set()
        await form.shows("✗ The server [did] not answer.")
        client.tiles_of[BLOBS.identifier] = services_for(BLOBS).client.tiles_of[BLOBS.identifier]
        await form.focus("queryIdentifierMapKey")
        await form.press("enter")
        await form.shows("Sessions by day")


async def test_a_key_can_be_typed_that_no_tile_has() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Sessions by day")
        await form.press(*"zz9")
        await form.shows("use “zz9” as the tile's key")
        await form.press("enter", "f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "zz9"}]


async def test_leaving_takes_the_only_tile_that_was_found_and_forgets_other_words() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Sessions by day")
        await form.press(*"bounce", "tab")
        await wait_for(form.pilot, lambda: "key 3" in form.line("Tile"))
        await form.press("shift+tab", *"o", "tab")
        assert "Bounce [rate]" in form.line("Tile")


async def test_escape_closes_the_list_first_and_then_the_form() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Sessions by day")
        await form.press("escape")
        assert not form.screen.query_one(TileList).display
        assert form.pilot.app.screen is form.screen
        await form.press("escape")
        assert form.pilot.app.screen is not form.screen


async def test_the_tiles_are_there_at_once_when_the_form_opens_again() -> None:
    services = services_for(BLOBS)
    async with open_form(services=services) as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Sessions by day")
        await form.press("escape", "escape")
        services.client.may_answer.clear()
        again = type(form.screen)((BLOBS,))
        await form.pilot.app.push_screen(again)
        await form.press("j", "down", "down")
        await form.shows("Sessions by day")
        assert again.query_one("#tile-search", LineInput).has_focus
