"""Where the focus goes when the focused field is hidden, and what a closed form keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widget import Widget

from omni_tui.options.spec import Format, JsonValue
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed, RecentState
from omni_tui.tui.export_form.filters.list import FilterList
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.export_form.forms import BLOBS, SALES, Form, open_form, services_for, tell_filters
from tests.tui.fake_engine import START
from tests.tui.starts import Start, started
from tests.tui.waiting import screen_text, wait_for


def is_in_sight(form: Form) -> bool:
    """Return whether the focused widget is displayed and on the screen."""
    focused = form.screen.focused
    if focused is None or not focused.region:
        return False
    return all(node.display for node in focused.ancestors_with_self if isinstance(node, Widget))


@pytest.mark.parametrize("field", ["paperFormat", "hideTitle", "showFilters"])
async def test_the_keys_are_in_a_field_that_is_shown_after_the_last_options(field: str) -> None:
    services = services_for(BLOBS)
    last = LastUsed(Preset("", Format.CSV, options={"maxRowLimit": 5}), START)
    services.remembered = RecentState(last_used={BLOBS.identifier: last})
    async with open_form(services=services) as form:
        await form.focus(field)
        await form.press("f8")
        await form.shows("Row limit")
        await wait_for(form.pilot, lambda: is_in_sight(form), "the keys in sight")
        before = form.screen.focused
        await form.press("down")
        assert form.screen.focused is not before
        assert is_in_sight(form)


@pytest.mark.parametrize("fmt", list(Format))
@pytest.mark.parametrize("field", ["filename", "filterConfig"])
async def test_the_keys_stay_where_they_are_if_that_is_still_shown(fmt: Format, field: str) -> None:
    services = services_for(BLOBS)
    services.remembered = RecentState(last_used={BLOBS.identifier: LastUsed(Preset("", fmt), START)})
    async with open_form(services=services) as form:
        await form.shows("complete")
        await form.focus(field)
        before = form.screen.focused
        await form.press("f8")
        await form.pilot.pause()
        assert form.screen.focused is before
        assert is_in_sight(form)


# what a closed form keeps


async def reopened(start: Start, identifier: str) -> Form:
    """Close the open form, if any, and open a dashboard's."""
    if isinstance(start.app.screen, ExportScreen):
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.app.screen is start.screen, "the list")
    await start.press("slash", *identifier, "enter")
    await start.opens(identifier)
    assert isinstance(start.app.screen, ExportScreen)
    form = Form(start.pilot, start.services, start.app.screen)
    await wait_for(start.pilot, lambda: form.focused == "format", "the form")
    return form


async def test_a_form_opens_again_with_what_stood_in_it(tmp_path: Path) -> None:
    async with started(services=services_for(BLOBS, SALES)) as start:
        form = await reopened(start, BLOBS.identifier)
        await start.shows("complete")
        await form.press("c")
        await form.type("maxRowLimit", "5")
        await form.type("filename", "Mine")
        form.widget.folder_line.show_value(tmp_path)
        form.widget.focus_field("filterConfig", "orders.status")
        await form.press("end", "ctrl+u", *"open, pending", "down", "space")
        await start.shows("☑ one file for each of the 2 values")
        other = await reopened(start, SALES.identifier)
        assert other.widget.format_line.chosen.label == "PDF"
        form = await reopened(start, BLOBS.identifier)
        await start.shows("☑ one file for each of the 2 values")
        assert form.widget.folder_line.chosen == tmp_path
        await form.press("f5")
        bodies = form.bodies
        sent = [str(body["filterConfig"]) for body in bodies]
        assert ["['open']" in sent[0], "['pending']" in sent[1], len(sent)] == [True, True, 2]
        assert {str(body["filename"]) for body in bodies} == {"Mine open", "Mine pending"}
        assert {body["maxRowLimit"] for body in bodies} == {5}


async def test_a_form_in_which_nothing_was_set_is_as_new_the_next_time() -> None:
    async with started(services=services_for(BLOBS, SALES)) as start:
        await reopened(start, BLOBS.identifier)
        await start.shows("complete")
        form = await reopened(start, BLOBS.identifier)
        await start.shows("complete")
        assert form.screen.query_one(FilterList).edits == {}
        assert start.app.kept_drafts.find(form.screen._key) is None


async def test_the_slash_starts_a_fresh_search() -> None:
    async with started(services=services_for(BLOBS, SALES)) as start:
        await start.press("slash", *"sales")
        await wait_for(start.pilot, lambda: start.names == ["Sales Overview"])
        await start.press("down", "slash")
        assert start.search.value == ""
        assert start.search.has_focus
        await start.press(*"blob")
        await wait_for(start.pilot, lambda: start.names == ["Blob Web Traffic"])
        await start.press("slash")
        assert start.search.value == "blob/"


async def test_the_first_digit_of_a_new_number_stays_when_the_second_is_typed() -> None:
    services = services_for(BLOBS)
    raw: dict[str, JsonValue] = {"type": "number", "kind": "EQUALS", "values": [], "label": "Count"}
    tell_filters(services, {"o.count": raw}, BLOBS)
    async with open_form(services=services) as form:
        await form.shows("Count")
        form.widget.focus_field("filterConfig", "o.count")
        await form.press(*"12", "f5")
        (body,) = form.bodies
        assert body["filterConfig"] == {"o.count": {**raw, "values": ["12"]}}


async def test_a_fan_out_survives_its_values_being_typed_anew() -> None:
    async with open_form() as form:
        await form.shows("complete")
        form.widget.focus_field("filterConfig", "orders.status")
        await form.press("end", *", new", "down", "space", "up", "end", "ctrl+u", "x")
        assert "one file" not in screen_text(form.pilot)
        assert form.screen._draft.exports[0].fan_out_value == ""
        await form.press(*",y")
        await form.shows("☑ one file for each of the 2 values")
        await form.press("f5")
        assert len(form.bodies) == 2
