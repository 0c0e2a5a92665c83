"""Selecting one tile in the form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from omni_tui.api.models import Tile
from omni_tui.downloads.job.models import JobState
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.export_form.fields.tile_picker import TileList
from tests.options.reasons import problems_from_reason
from tests.tui.export_form.forms import BLOBS, TILES, Form, open_form, services_for
from tests.tui.waiting import screen_text, wait_for


async def test_json_says_why_one_tile_is_required_and_typing_selects_it() -> None:
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


async def test_the_arrows_move_in_the_list_and_leave_it_at_its_ends() -> None:
    async with open_form() as form:
        await form.press("j", "down", "down")
        await form.shows("Bounce [rate]")
        await form.press("down", "down", "enter")
        assert "Bounce [rate]" in form.line("Tile")
        await form.press("down")
        assert form.focused == "field-enableFormatting"
        await form.press("up")
        assert form.focused == "field-queryIdentifierMapKey-search"
        await form.press("up")
        assert form.focused == "content"


async def test_tiles_are_loaded_only_when_needed() -> None:
    async with open_form() as form:
        await form.shows("Status")
        assert ("tiles", BLOBS.identifier) not in form.services.client.asked
        await form.press("down", "right")
        await wait_for(form.pilot, lambda: ("tiles", BLOBS.identifier) in form.services.client.asked)


async def test_f5_without_a_tile_focuses_the_field_and_says_what_is_missing() -> None:
    async with open_form() as form:
        await form.press("j", "f5")
        assert form.focused == "field-queryIdentifierMapKey-search"
        assert form.problems == ["No tile is chosen."]
        assert form.bodies == []


async def test_leaving_the_field_empty_says_what_is_missing() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        assert form.problems == []
        await form.press("tab")
        await wait_for(form.pilot, lambda: form.problems == ["No tile is chosen."])


async def test_an_option_that_requires_a_tile_says_so_and_a_key_focuses_the_tiles() -> None:
    async with open_form() as form:
        await form.press("x")
        await form.focus("overrideRowLimit")
        await form.press("space")
        assert "Override row limit needs one tile in XLSX" in form.line("F6 select one")
        await form.press("f6")
        await wait_for(form.pilot, lambda: form.focused == "field-queryIdentifierMapKey-search")
        assert "● One tile" in screen_text(form.pilot)
        assert form.problems == []
        await form.press("enter")
        await form.focus("overrideRowLimit")
        await form.press("space")
        assert "● Whole dashboard" in screen_text(form.pilot)


async def test_loading_and_failures_are_shown_and_enter_retries() -> None:
    services = services_for(BLOBS)
    client = services.client
    client.tiles_of[BLOBS.identifier] = OmniTuiError("The server [did] not answer.")
    async with open_form(services=services) as form:
        await form.shows("Status")
        client.may_answer.clear()
        await form.press("j")
        await form.shows("Loading tiles …")
        client.may_answer.set()
        await form.shows("✗ The server [did] not answer.")
        client.tiles_of[BLOBS.identifier] = services_for(BLOBS).client.tiles_of[BLOBS.identifier]
        await form.focus("queryIdentifierMapKey")
        await form.press("enter")
        await form.shows("Sessions by day")


async def test_a_key_that_no_tile_has_can_be_typed() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Sessions by day")
        await form.press(*"zz9")
        await form.shows("use “zz9” as the tile's key")
        await form.press("enter", "f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "zz9"}]


async def test_leaving_selects_the_only_match_and_clears_other_text() -> None:
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
        assert again.query_one("#field-queryIdentifierMapKey-search", LineInput).has_focus


# a key that isn't in the list

WITHOUT_KEYS = (Tile("t1", "Monthly sales", None), Tile("t2", "Q3 revenue", None))


@asynccontextmanager
async def choosing(tiles: tuple[Tile, ...] | OmniTuiError) -> AsyncIterator[Form]:
    """Open the form of a dashboard with these tiles, with the focus in the tile's field."""
    services = services_for(BLOBS)
    services.client.tiles_of[BLOBS.identifier] = tiles
    async with open_form(services=services) as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        yield form


async def test_without_keys_the_names_are_shown_and_a_key_can_be_typed() -> None:
    async with choosing(WITHOUT_KEYS) as form:
        await form.shows("Tile keys aren't available; enter one (checked by the server).")
        assert "unknown" in form.line("Monthly sales")
        await form.press("enter")
        assert form.widget.fields[0].option_value is None
        await form.press("3")
        await form.shows("use “3” as the tile's key")
        assert "Q3 revenue" in screen_text(form.pilot)
        await form.press("enter")
        await form.shows("Only the server can check this key.")
        await form.press("f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "3"}]


async def test_without_keys_leaving_accepts_a_typed_key_but_no_name() -> None:
    async with choosing(WITHOUT_KEYS) as form:
        await form.shows("Monthly sales")
        await form.press(*"month", "tab")
        await wait_for(form.pilot, lambda: form.problems == ["No tile is chosen."])
        await form.press("shift+tab", *"3", "tab")
        await form.shows("Only the server can check this key.")
        assert form.problems == []


async def test_a_key_can_be_typed_if_the_tiles_cannot_be_loaded() -> None:
    async with choosing(OmniTuiError("The server did not answer.")) as form:
        await form.shows("✗ The server did not answer.")
        await form.press("7", "f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "7"}]


async def test_a_key_missing_from_the_list_is_allowed_and_marked() -> None:
    async with choosing(TILES) as form:
        await form.shows("Sessions by day")
        await form.press(*"zz9", "enter")
        await form.shows("No tile in the list has this key; only the server can check it.")
        await form.press(*"top", "enter")
        await form.shows("key 2")
        assert "only the server" not in screen_text(form.pilot)


async def test_text_typed_before_the_list_is_loaded_is_no_key() -> None:
    services = services_for(BLOBS)
    services.client.may_answer.clear()
    async with open_form(services=services) as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.press(*"top")
        await form.shows("Loading tiles …")
        assert "as the tile's key" not in screen_text(form.pilot)
        await form.press("enter")
        services.client.may_answer.set()
        await form.shows("Top channels")
        await form.press("f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "2"}]


async def test_a_tile_without_a_key_can_be_selected_by_a_typed_key() -> None:
    async with choosing((*TILES, Tile("t4", "Top spenders", None))) as form:
        await form.shows("Sessions by day")
        await form.press("2")
        assert "2" in form.line("Top channels")
        await form.shows("use “2” as the tile's key")
        await form.press(*"4", "enter", "f5")
        assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "24"}]


async def test_a_tile_deleted_before_the_export_is_reported_under_its_field() -> None:
    reason = "queryIdentifierMapKey: No query with this key in the dashboard"
    async with choosing(TILES) as form:
        await form.shows("Sessions by day")
        await form.press(*"top", "enter", "f5")
        [job] = form.services.engine.jobs()
        refusal = problems_from_reason(reason)[0]
        form.services.engine.move(job.id, JobState.STARTING)
        form.services.engine.fail(job.id, refusal.message, field=refusal.field)
        await wait_for(form.pilot, lambda: form.problems == [refusal.message])
        lines = screen_text(form.pilot).splitlines()
        [tile] = [number for number, line in enumerate(lines) if "Tile  " in line and "Top channels" in line]
        assert refusal.message in lines[tile + 1]
        await form.focus("queryIdentifierMapKey")
        await form.press(*"bounce", "enter")
        await form.shows("key 3")
        assert form.problems == []


async def test_a_selected_tile_missing_from_the_new_list_is_reported_at_once() -> None:
    services = services_for(BLOBS)
    async with open_form(services=services) as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.press(*"top", "enter")
        await form.shows("key 2")
        form.widget.fields[0].show_tiles(TILES[:1])
        await form.shows("No tile in the list has this key; only the server can check it.")
