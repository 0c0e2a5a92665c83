"""Problems in the form: when and where they appear, including the server's."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.api.models import User
from omni_tui.catalog.list_view import Listing
from omni_tui.tui.export_form.filters.list import FilterList
from tests.tui.export_form.filters.editors import ALL
from tests.tui.export_form.forms import BLOBS, SALES, Form, open_form, services_for, tell_filters
from tests.tui.fake_services import FakeServices
from tests.tui.waiting import screen_text, wait_for

UNKNOWN_KEYS = (
    "Bad Request: Invalid filter keys found in schedule configuration: orders.status. "
    "Available dashboard filter keys are: orders.state, orders.price."
)
NO_NAME = "Unknown: {dashbord}. Did you mean {dashboard}?"


def with_filters(raw: dict[str, Any] = ALL) -> FakeServices:
    services = services_for(BLOBS)
    tell_filters(services, raw, BLOBS)
    return services


async def to_filter(form: Form, filter_id: str) -> None:
    """Focus its value."""
    await form.shows(ALL[filter_id]["label"])  # type: ignore[arg-type]
    form.screen.query_one(FilterList).focus_part(filter_id)
    await form.pilot.pause()


# when they appear


async def test_a_number_is_validated_once_left_and_then_at_every_key() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.type("maxRowLimit", "0")
        assert form.problems == []
        await form.press("tab")
        assert len(form.problems) == 1
        await form.type("maxRowLimit", "5")
        assert form.problems == []
        await form.press("ctrl+u", "0")
        assert len(form.problems) == 1


async def test_a_name_is_validated_once_left_or_exported() -> None:
    for keys in (["tab"], ["f5"]):
        async with open_form() as form:
            await form.type("filename", "{dashbord}")
            assert form.problems == []
            await form.press(*keys)
            assert form.problems == [NO_NAME]
            assert form.bodies == []
            await form.press("f6")
            assert form.problems == []
            assert "{dashboard}" in form.line("Name")


async def test_a_folder_is_validated_once_left() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.shows("→ ~/exports")
        form.widget.focus_field("folder")
        await form.press(*"~/nowhere")
        await form.shows("→ ~/nowhere")
        await wait_for(form.pilot, lambda: form.screen._form.target_line.problem)
        assert form.problems == []
        await form.press("tab")
        assert form.problems == ["~/nowhere doesn't exist yet."]
        assert "~/nowhere" in form.below("doesn't exist yet")


async def test_a_filter_is_validated_once_its_row_is_left() -> None:
    async with open_form(services=with_filters()) as form:
        await to_filter(form, "orders.price")
        await form.press("end", "ctrl+u", *"te")
        assert form.problems == []
        await form.press("shift+tab")  # to its own operator
        assert form.problems == []
        await form.press("tab", "down")
        assert form.problems == ["“te” isn't a number."]
        assert "Price" in form.below("isn't a number")
        await form.press("up", "end", "x")
        assert form.problems == ["“tex” isn't a number."]
        await form.press("ctrl+u", "7")
        assert form.problems == []


async def test_a_missing_tile_is_reported_once_left_or_exported() -> None:
    async with open_form() as form:
        await form.press("c", "down", "right")
        assert form.problems == []
        await form.press("down")
        await form.shows("Top channels")
        assert form.problems == []
        await form.press("f5")
        assert len(form.problems) == 1
        assert form.bodies == []
        assert "queryIdentifierMapKey" in form.focused


# exported with problems


async def test_f5_focuses_the_first_problem_and_the_count_is_beside_the_button() -> None:
    async with open_form(services=with_filters()) as form:
        await to_filter(form, "orders.price")
        await form.press("end", "ctrl+u", *"ten")
        await form.type("filename", "{dashbord}")
        form.widget.focus_first()
        await form.press("f5")
        assert form.bodies == []
        assert form.focused != "format"
        assert "2 problems" in form.line("Export  F5")
        text = screen_text(form.pilot)
        assert "✗ “ten” isn't a number." in text  # scrolled to, and the count stays visible
        await form.press("ctrl+u", "7")
        assert "1 problem ·" in form.line("Export  F5")
        await form.press("f5")
        assert form.focused == "field-filename"
        assert NO_NAME in screen_text(form.pilot)


async def test_the_key_applies_the_nearest_fix() -> None:
    async with open_form() as form:
        await form.press("c")
        await form.type("maxRowLimit", "2000000")
        await form.type("filename", "{dashbord}")
        await form.press("f5")
        await form.focus("maxRowLimit")
        await form.press("f6")
        assert "1,000,000" in form.line("Row limit")
        assert form.problems == [NO_NAME]
        await form.press("f6")
        assert form.problems == []


async def test_the_fix_key_is_hidden_without_a_fix() -> None:
    async with open_form() as form:
        assert "F6" not in screen_text(form.pilot)
        await form.type("filename", "{dashbord}")
        await form.press("tab")
        assert "F6 use {dashboard}" in form.line(NO_NAME)
        assert "F6 fix" in screen_text(form.pilot).splitlines()[-1]


# the server's problems


async def test_a_rejection_with_several_problems_is_shown_under_several_fields() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.focus("paperFormat")
        await form.press("right")
        await form.type("filename", "Q3")
        await form.press("f5")
        await form.refuse(400, "paperFormat: must be a4; filename: Too long")
        assert "letter" in form.below("says: must be a4")
        assert "Q3" in form.below("says: Too long")
        assert "2 problems" in form.line("Export  F5")
        await form.press("ctrl+u", *"Q4")  # the first change of the request
        assert form.problems == []


async def test_an_unknown_filter_key_lists_the_available_ones() -> None:
    async with open_form(services=with_filters({"orders.status": ALL["orders.status"]})) as form:
        await to_filter(form, "orders.status")
        await form.press("end", *"d", "f5")
        await form.refuse(400, UNKNOWN_KEYS)
        await form.press("f3", "f3")
        text = " ".join(screen_text(form.pilot).split())
        assert "It has orders.state, orders.price." in text.replace("│ │ ", "")
        assert "completed" in form.below("This dashboard has no filter “orders.status”.")


async def test_a_fix_that_is_already_applied_is_not_suggested() -> None:
    async with open_form() as form:
        await form.press("f5")
        await form.refuse(400, "paperFormat: Required")
        assert form.problems == ["The server says: Required"]
        assert "F6" not in screen_text(form.pilot)


@pytest.mark.parametrize(("user", "whose"), [(False, "The API key's owner has no"), (True, "Ada [x] has no")])
async def test_403_says_whose_permission_is_missing(user: bool, whose: str) -> None:
    services = services_for(BLOBS)
    services.client.known_users = (User("id-ada", "Ada [x]", "ada@blobs.example"),)
    async with open_form(services=services) as form:
        if user:
            await form.focus("userId")
            await form.shows("ada@blobs.example")
            await form.press("enter")
        await form.press("f5")
        await form.refuse(403, "Insufficient permissions")
        assert len(form.problems) == 1
        assert form.problems[0].startswith(whose)
        if user:
            await form.shows("✗ Ada [x] has no permission to view")
            assert "Run as" in form.below("✗ Ada [x] has no permission to view")


async def test_404_suggests_reloading_the_list_and_reports_the_result() -> None:
    async with open_form() as form:
        await form.type("filename", "Q3")
        await form.press("f5")
        await form.refuse(404, "Dashboard not found")
        assert "F6 reload the list" in screen_text(form.pilot)
        form.services.catalog.dashboards = Listing.of(())
        await form.press("f6")
        await form.shows("The reloaded list doesn't contain Blob Web Traffic.")
        assert form.services.catalog.refreshed_count == 2
        assert "Q3" in form.line("Name")
        form.services.catalog.dashboards = Listing.of((BLOBS,))
        await form.press("f5")
        await form.refuse(404, "Dashboard not found")
        await form.press("f6")
        await form.shows("The dashboard still exists")


async def test_a_missing_dashboard_among_several_is_named() -> None:
    async with open_form(BLOBS, SALES, size=(120, 40)) as form:
        await form.press("f5")
        await form.refuse(404, "Dashboard not found")
        assert form.problems[0].startswith("Sales Overview: This dashboard was deleted")
        form.services.catalog.dashboards = Listing.of((BLOBS,))
        await form.press("f6")
        await form.shows("The reloaded list doesn't contain Sales Overview.")


async def test_a_rejection_leaves_the_form_unchanged() -> None:
    async with open_form(services=with_filters(), size=(120, 40)) as form:
        await form.focus("paperFormat")
        await form.press("right")
        await to_filter(form, "orders.status")
        await form.press("end", *", x")
        await form.type("filename", "{dashboard} {date}")
        before = [form.line(label) for label in ("Paper", "Status", "Name")]
        await form.press("f5")
        (sent,) = form.bodies
        await form.refuse(400, "Nothing of this pleases me")
        await form.press("f3", "f3")  # the downloads make room
        assert [form.line(label) for label in ("Paper", "Status", "Name")] == before
        await form.press("f5")
        assert form.bodies == [sent, sent]
        assert form.problems == []


async def test_many_general_problems_can_be_scrolled_to() -> None:
    documents = [BLOBS, *(SALES.__class__(identifier=f"id-{n}", name=f"Sales {n}") for n in range(8))]
    async with open_form(*documents) as form:
        await form.press("f5")
        for number in range(len(documents)):
            await form.refuse(404, "Dashboard not found", number)
        await wait_for(form.pilot, lambda: len(form.problems) == len(documents))
        assert "9 problems" in form.line("Export  F5")
        await form.press("f3", "f3", *["pagedown"] * 4)
        assert "Sales 7: This dashboard was deleted" in screen_text(form.pilot)
