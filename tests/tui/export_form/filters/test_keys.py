"""Keys in the filters: one file per value, calendar, moving, alignment."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.geometry import Region
from textual.widget import Widget

from omni_tui.options.filters.types import Condition
from omni_tui.tui.export_form.filters.row import entry_of
from tests.tui.export_form.filters.editors import (
    ACTIVE,
    ALL,
    PRICE,
    STATUS,
    open_editors,
)
from tests.tui.waiting import screen_text, wait_for

VALUE, OPERATOR = "value", "operator"


# one file for each value


async def test_several_values_can_make_several_files() -> None:
    async with open_editors() as editors:
        assert "one file" not in screen_text(editors.pilot)
        await editors.go_to("Status")
        await editors.press(*", pending")
        assert "☐ one file for each of the 2 values" in screen_text(editors.pilot)
        assert editors.widget.fan_out == ""
        changes = editors.screen.changes
        await editors.press("down", "space")
        assert editors.widget.fan_out == "orders.status"
        assert editors.screen.changes == changes + 1
        await editors.press("up", *", new")
        assert "☑ one file for each of the 3 values" in screen_text(editors.pilot)
        await editors.press("end", "ctrl+u", "x")
        assert "one file" not in screen_text(editors.pilot)
        await editors.press(*", y")
        assert "☑ one file for each of the 2 values" in screen_text(editors.pilot)


async def test_only_one_filter_makes_files() -> None:
    two = {**STATUS, "values": ["a", "b"]}
    async with open_editors({"a": two, "b": {**two, "label": "Other"}}) as editors:
        await editors.go_to("Status")
        await editors.press("down", "space", "down", "down", "space")
        assert editors.widget.fan_out == "b"
        assert screen_text(editors.pilot).count("☑ one file") == 1
        editors.widget.show_fan_out("a")
        assert editors.widget.fan_out == "a"
        editors.widget.show_fan_out("")
        assert editors.widget.fan_out == ""


# the calendar


async def test_a_day_is_selected_in_the_calendar() -> None:
    async with open_editors() as editors:
        await editors.go_to("Signed up")
        editors.screen.left.clear()
        await editors.press("space")
        assert "January 2026" in screen_text(editors.pilot)
        await editors.press("right", "down", "enter")
        assert editors.edits == {"users.signed_up": Condition("on or after", ("2026-02-08",))}
        assert "February 2026" not in screen_text(editors.pilot)
        assert editors.focused is editors.row("Signed up").fields.first
        assert editors.screen.left == []


async def test_an_empty_field_opens_the_calendar_at_today() -> None:
    async with open_editors() as editors:
        await editors.go_to("Created", OPERATOR)
        await editors.press("b", "tab", "tab", "space")
        assert "November 2026" in screen_text(editors.pilot)
        await editors.press("enter")
        assert editors.edits == {"orders.created": Condition("between", ("", "2026-11-24"))}


async def test_escape_and_tab_close_the_calendar() -> None:
    async with open_editors() as editors:
        await editors.go_to("Signed up")
        await editors.press("ctrl+o", "right", "escape")
        assert "2026  ›" not in screen_text(editors.pilot)
        assert editors.focused is editors.row("Signed up").fields.first
        await editors.press("space", "tab")
        assert "Mo Tu We" not in screen_text(editors.pilot)
        assert editors.edits == {}


async def test_space_inside_words_is_a_space() -> None:
    async with open_editors() as editors:
        await editors.go_to("Signed up")
        await editors.type_anew("6 months ago")
        assert editors.edits == {"users.signed_up": Condition("on or after", ("6 months ago",))}


async def test_the_calendar_stays_open_while_the_window_is_unfocused() -> None:
    async with open_editors() as editors:
        await editors.go_to("Signed up")
        editors.screen.left.clear()
        await editors.press("space")
        calendar = editors.focused
        editors.pilot.app.post_message(events.AppBlur())
        await wait_for(editors.pilot, lambda: not editors.pilot.app.app_focus)
        assert editors.focused is calendar
        assert "January 2026" in screen_text(editors.pilot)
        editors.pilot.app.post_message(events.AppFocus())
        await wait_for(editors.pilot, lambda: editors.pilot.app.app_focus)
        assert editors.focused is calendar
        assert editors.screen.left == []
        await editors.press("enter")
        assert editors.edits == {}


# moving


async def test_up_and_down_move_between_rows() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        seen = []
        for _ in range(6):
            await editors.press("down")
            seen.append(editors.focused)
        labels = ["Price", "Created", "Signed up", "Active", "E-mail", "Place"]
        assert seen == [editors.row(label).entry for label in labels]
        await editors.press(*["up"] * 6)
        assert editors.focused is editors.row("Status").entry


async def test_up_and_down_stay_among_the_operators() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status", OPERATOR)
        await editors.press("down", "down", "down")
        assert editors.focused is editors.row("Signed up").fields.operator
        await editors.press("up", "right")
        assert list(editors.edits) == ["orders.created"]


async def test_arrows_move_to_the_next_part_at_the_ends_of_a_field() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        fields = editors.row("Status").fields
        await editors.press("home", "left")
        assert editors.focused is fields.operator
        await editors.press("tab", "home", "right")
        assert editors.focused is fields.first
        await editors.press("end", "right")
        assert editors.focused is fields.case
        await editors.press("right")
        assert editors.focused is fields.case
        await editors.press("left")
        assert editors.focused is fields.first
        assert editors.edits == {}


async def test_enter_moves_to_the_next_part() -> None:
    async with open_editors({"a": PRICE, "b": STATUS, "c": ACTIVE}) as editors:
        await editors.go_to("Price", OPERATOR)
        await editors.press("b", "enter")
        fields = editors.row("Price").fields
        assert editors.focused is fields.first
        await editors.press("enter")
        assert editors.focused is fields.second
        await editors.press("enter")
        assert editors.focused is editors.row("Status").entry
        await editors.press("enter")
        assert editors.focused is editors.row("Active").entry


async def test_entering_the_filters_focuses_a_value() -> None:
    async with open_editors({"a": {**STATUS, "values": ["x", "y"]}, "b": ACTIVE}) as editors:
        row = editors.row("Status")
        assert row.fields.operator is not None
        assert entry_of(row.fields.operator) is row.fields.first
        assert entry_of(row.fan_out) is row.fan_out
        outside = editors.screen.query_one("#above")
        assert entry_of(outside) is outside


async def test_up_and_down_leave_the_first_and_last_row() -> None:
    async with open_editors({"a": PRICE, "b": STATUS}) as editors:
        await editors.go_to("Price")
        await editors.press("up")  # not handled here: the form would continue from the outermost part
        assert editors.focused is editors.row("Price").fields.operator
        await editors.go_to("Status")
        await editors.press("down")
        assert editors.focused is editors.row("Status").fields.case


# the room


async def test_columns_are_aligned_and_labels_are_cut() -> None:
    raw = {**ALL, "long": {**STATUS, "label": "A label that is far longer than its column"}}
    for size, shown in (((80, 24), "A label that is fa…"), ((120, 40), "A label that is far longer than…")):
        async with open_editors(raw, size=size) as editors:
            assert shown in screen_text(editors.pilot)
            rows = [editors.row(label) for label in ("Status", "Price", "Created", "Signed up")]
            operators = {row.fields.operator.region.x for row in rows if row.fields.operator}
            values = {row.entry.region.x for row in rows if row.entry}
            assert (len(operators), len(values)) == (1, 1)


async def test_two_dates_fit_beside_the_longest_label() -> None:
    both = {"type": "date", "kind": "BETWEEN", "left_side": "2026-01-01", "right_side": "2026-12-31"}
    raw = {"a": {**both, "label": "A label that is far longer than its column"}, "b": STATUS}
    async with open_editors(raw, size=(75, 24)) as editors:
        assert "2026-01-01" in screen_text(editors.pilot)
        assert "2026-12-31" in screen_text(editors.pilot)


async def test_a_letter_paints_its_field_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        await editors.press("x")  # from now on the row is marked
        painted: list[Widget] = []
        refresh = Widget.refresh

        def note(widget: Widget, *regions: Region, **how: bool) -> Widget:
            painted.append(widget)
            return refresh(widget, *regions, **how)

        monkeypatch.setattr(Widget, "refresh", note)
        await editors.press("y")
        assert set(painted) == {editors.focused}


# typing a value


ANY_TEXT = {"type": "string", "kind": "EQUALS", "values": [], "label": "Status"}
ANY_PRICE = {"type": "number", "kind": "EQUALS", "values": [], "label": "Price"}
ANY_DATE = {"type": "date", "kind": "BEFORE", "ui_type": "ANY_TIME", "label": "Created"}


@pytest.mark.parametrize(
    ("raw", "typed", "condition"),
    [
        (ANY_TEXT, "éa, b", Condition("is", ("éa", "b"))),
        (ANY_TEXT, "contains", Condition("is", ("contains",))),
        (ANY_PRICE, "-12", Condition("=", ("-12",))),
        (ANY_DATE, "2026 Q3", Condition("on", ("2026 Q3",))),
        (ANY_DATE, "last month", Condition("on", ("last month",))),
    ],
)
async def test_typing_into_any_starts_a_value(raw: dict[str, Any], typed: str, condition: Condition) -> None:
    async with open_editors({"f": raw}) as editors:
        await editors.go_to(raw["label"])
        await editors.pilot.press(*["space" if key == " " else key for key in typed])
        await editors.pilot.pause()
        assert editors.edits == {"f": condition}


async def test_letters_select_if_the_operator_is_not_any() -> None:
    async with open_editors({"f": STATUS}) as editors:
        await editors.go_to("Status", OPERATOR)
        await editors.press("a")
        assert editors.edits == {"f": Condition("any")}


async def test_an_operator_without_a_value_is_an_edit() -> None:
    async with open_editors({"f": ANY_TEXT}) as editors:
        await editors.go_to("Status")
        await editors.press("home", "right", "right", "tab", "tab")
        assert editors.edits == {"f": Condition("contains")}


async def test_a_value_seen_before_is_suggested_and_can_be_ignored() -> None:
    async with open_editors({"f": ANY_TEXT}) as editors:
        editors.widget.show_seen_values({"f": ("Organic search", "Email", "a, b")})
        await editors.go_to("Status")
        await editors.press(*"org")
        await wait_for(editors.pilot, lambda: "organic search" in screen_text(editors.pilot))
        assert editors.edits == {"f": Condition("is", ("org",))}
        await editors.press("right", ",", "e")
        await wait_for(editors.pilot, lambda: "Organic search,email" in screen_text(editors.pilot))
        await editors.press("right")
        assert editors.edits == {"f": Condition("is", ("Organic search", "Email"))}
