"""A dashboard with many filters: only those on the screen have fields."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from omni_tui.options.filters.types import Condition
from omni_tui.tui.export_form.filters.list import FilterList
from omni_tui.tui.export_form.filters.row import FilterRow
from omni_tui.tui.export_form.filters.value_fields import ValueFields
from tests.tui.export_form.forms import BLOBS, STATUS, Form, open_form, services_for, tell_filters
from tests.tui.waiting import wait_for

COUNT = 40


@asynccontextmanager
async def open_form_with_many() -> AsyncIterator[tuple[Form, list[FilterRow]]]:
    services = services_for(BLOBS)
    raw = {f"o.f{number}": {**STATUS, "label": f"Filter {number}"} for number in range(COUNT)}
    tell_filters(services, raw, BLOBS)
    async with open_form(services=services) as form:
        await wait_for(form.pilot, lambda: form.widget.query(FilterRow), "the filters")
        yield form, list(form.widget.query(FilterRow))


async def test_a_filter_off_the_screen_gets_its_fields_when_it_is_entered() -> None:
    async with open_form_with_many() as (form, _):
        assert len(form.widget.query(ValueFields)) < COUNT // 2
        filters = form.widget.query_one(FilterList)
        filters.show_edits({"o.f30": Condition("is", ("new",))})
        form.widget.focus_field("filterConfig", "o.f30")
        await form.press(*", x")
        assert filters.edits == {"o.f30": Condition("is", ("new", "x"))}
        await form.shows("• Filter 30")


async def test_keys_in_a_burst_enter_each_filter() -> None:
    async with open_form_with_many() as (form, rows):
        form.widget.focus_field("filterConfig", "o.f0")
        # from value to value: tab also stops at each operator and checkbox
        for keys, end in ((["down"] * 20, 20), (["tab"] * 15, 25), (["shift+tab"] * 9, 22)):
            await form.burst(*keys)
            await wait_for(form.pilot, lambda end=end: form.screen.focused is rows[end].entry)
        form.screen.set_focus(rows[-1].entry)
        await form.press("down", "up")
        assert form.screen.focused is rows[-1].entry
