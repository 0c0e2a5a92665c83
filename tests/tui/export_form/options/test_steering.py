"""Format and content depend on each other: some options require one tile."""

from __future__ import annotations

import pytest

from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.export_form.forms import Form, open_form
from tests.tui.waiting import screen_text

JSON_REASON = "JSON exports one tile, not a whole dashboard."


def is_one_tile(form: Form) -> bool:
    return "● One tile" in screen_text(form.pilot)


async def override(form: Form) -> None:
    """Set or clear the row override."""
    await form.focus("overrideRowLimit")
    await form.press("space")


async def test_json_selects_one_tile_and_another_format_the_whole_dashboard_again() -> None:
    async with open_form() as form:
        await form.press("j")
        assert is_one_tile(form)
        assert JSON_REASON in screen_text(form.pilot)
        await form.press("c")
        assert "● Whole dashboard" in screen_text(form.pilot)
        assert JSON_REASON not in screen_text(form.pilot)
        await form.press("f5")
        assert form.bodies == [{"format": "csv"}]


async def test_the_row_limit_override_in_xlsx_selects_one_tile_and_says_why() -> None:
    async with open_form() as form:
        await form.press("x")
        await override(form)
        assert is_one_tile(form)
        assert "XLSX" in form.widget.content_note.render().plain
        assert form.widget.content_note.display
        assert form.widget.fields[0].display
        assert form.problems == []  # the empty field was not left yet


async def test_turning_off_the_override_selects_the_whole_dashboard_again() -> None:
    async with open_form() as form:
        await form.press("x")
        await override(form)
        assert is_one_tile(form)
        await override(form)
        assert "● Whole dashboard" in screen_text(form.pilot)
        await form.press("f5")
        assert form.bodies == [{"format": "xlsx", "overrideRowLimit": False}]


async def test_the_override_allows_whole_dashboards_in_csv() -> None:
    async with open_form() as form:
        await form.press("x")
        await override(form)
        await form.focus("format")
        form.widget.focus_first()
        await form.press("c")
        assert "● Whole dashboard" in screen_text(form.pilot)
        await form.press("x")
        assert is_one_tile(form)


async def test_the_selected_tile_stays_selected_across_formats() -> None:
    async with open_form() as form:
        await form.press("down", "right")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Top channels")
        await form.press(*"top", "enter")
        form.widget.focus_first()
        await form.press("j")
        assert "key 2" in form.line("Tile")
        await form.press("p")
        assert is_one_tile(form)
        assert "key 2" in form.line("Tile")


async def test_a_tile_selected_for_json_is_not_sent_with_the_whole_dashboard() -> None:
    async with open_form() as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Top channels")
        await form.press(*"top", "enter")
        form.widget.focus_first()
        await form.press("p", "f5")
        assert form.bodies == [{"format": "pdf"}]
        form.widget.focus_first()
        await form.press("j", "f5")
        assert form.bodies[1:] == [{"format": "json", "queryIdentifierMapKey": "2"}]


async def test_the_whole_dashboard_cannot_be_selected_if_one_tile_is_required() -> None:
    async with open_form() as form:
        await form.press("x")
        await override(form)
        form.widget.content_line.focus()
        await form.press("left", "w", "home")
        assert is_one_tile(form)


@pytest.mark.parametrize("news", ["the list", "the filters"])
async def test_loaded_data_does_not_undo_a_key(news: str) -> None:
    """The list or the filters load between a key and its message."""
    async with open_form() as form:
        screen = form.widget.screen
        assert isinstance(screen, ExportScreen)
        form.widget.format_line.action_letter("c")
        if news == "the list":
            screen.on_catalog_changed()
        else:
            screen._contents._changed()
        await form.pilot.pause()
        assert "● CSV" in screen_text(form.pilot)
        await form.press("f5")
        assert form.bodies == [{"format": "csv"}]
