"""The filter editors used by keyboard: typing, marks, reset."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from omni_tui.options.filters.types import Condition, JsonText
from omni_tui.tui.export_form.filters.row import FilterRow
from tests.tui.export_form.filters.editors import (
    ACTIVE,
    CREATED,
    EMAIL,
    PLACE,
    PRICE,
    SIGNED_UP,
    STATUS,
    open_editors,
)
from tests.tui.waiting import screen_lines, screen_text, wait_for

VALUE, OPERATOR = "value", "operator"


@pytest.mark.parametrize(
    ("raw", "part", "keys", "expected"),
    [
        (STATUS, VALUE, ", new", Condition("is", ("complete", "new"))),
        (STATUS, VALUE, ', "Paris, TX"', Condition("is", ("complete", "Paris, TX"))),
        (STATUS, VALUE, ["tab", "space"], Condition("is", ("complete",), ignores_case=True)),
        (STATUS, VALUE, ["ctrl+u"], Condition("is", ())),
        (STATUS, OPERATOR, ["right"], Condition("not", ("complete",))),
        (STATUS, OPERATOR, ["c"], Condition("contains", ("complete",))),
        (STATUS, OPERATOR, ["end", "left"], Condition("not empty")),
        (STATUS, OPERATOR, ["end"], Condition("any")),
        (PRICE, VALUE, ["end", *".5"], Condition(">", ("10.5",))),
        (PRICE, VALUE, ["end", "x"], Condition(">", ("10x",))),
        (PRICE, VALUE, "6", Condition(">", ("6",))),
        (PRICE, OPERATOR, ["b", "tab", "tab", *"20"], Condition("between", ("10", "20"))),
        (PRICE, OPERATOR, ["home", "tab", "end", *", 20"], Condition("=", ("10", "20"))),
        (CREATED, VALUE, "3", Condition("past", ("3 months",))),
        (CREATED, VALUE, ["backspace", "3"], Condition("past", ("3 months",))),
        (CREATED, VALUE, ["backspace", "1", "tab", "y"], Condition("past", ("1 year",))),
        (CREATED, OPERATOR, ["o", "tab", *"2026-11-23"], Condition("on or after", ("2026-11-23",))),
        (SIGNED_UP, VALUE, ["backspace", "0"], Condition("on or after", ("2026-01-30",))),
        (
            SIGNED_UP,
            OPERATOR,
            ["b", "tab", "tab", *"2026-02-07"],
            Condition("before", ("2026-01-31",)),
        ),
        (ACTIVE, VALUE, ["right"], Condition("no")),
        (ACTIVE, VALUE, ["end"], Condition("any")),
        (EMAIL, VALUE, ["left"], Condition("null")),
    ],
)
async def test_each_type_is_edited_by_keyboard_alone(
    raw: dict[str, Any], part: str, keys: str | list[str], expected: Condition
) -> None:
    async with open_editors({"o.thing": raw}) as editors:
        assert editors.edits == {}
        await editors.go_to(raw["label"], part)
        await editors.press(*keys)
        assert editors.edits == {"o.thing": expected}
        assert editors.line(raw["label"]).startswith(f"• {raw['label']}")
        assert editors.screen.changes > 0


async def test_a_range_of_dates_is_typed() -> None:
    async with open_editors({"o.made": CREATED}) as editors:
        await editors.go_to("Created", OPERATOR)
        await editors.press("b", "tab", *"2026-01-01", "enter", *"2026-02-01")
        assert editors.edits == {"o.made": Condition("between", ("2026-01-01", "2026-02-01"))}
        assert " to  2026-02-01" in editors.line("2026-01-01")


async def test_on_a_narrow_screen_no_part_of_a_row_is_cut_off() -> None:
    async with open_editors({"o.made": CREATED, "o.status": STATUS}, size=(54, 16)) as editors:
        row = editors.screen.query(FilterRow).first()
        assert {widget.region.right <= 54 for widget in row.walk_children()} == {True}
        assert re.search("‹ months? +›", editors.line("Created"))


async def test_on_60_columns_a_long_label_leaves_room_for_the_unit_and_the_fan_out() -> None:
    long = "Date of the first order of the customer"
    status = {**STATUS, "values": ["a", "b"]}
    raw = {"o.made": {**CREATED, "label": long}, "o.status": status}
    async with open_editors(raw, size=(55, 16)) as editors:  # the form's width at 60 columns
        assert re.search("‹ months? +›", editors.line("Date of"))
        assert "☐ one file for each of the 2 values" in screen_text(editors.pilot)


async def test_json_is_edited_as_json() -> None:
    async with open_editors({"o.place": PLACE}) as editors:
        await editors.go_to("Place")
        await editors.press("end", "left", *', "new": [1]')
        (edit,) = editors.edits.values()
        assert isinstance(edit, JsonText)
        assert json.loads(edit.text) == {**PLACE, "new": [1]}
        await editors.press("end", "x")
        assert isinstance(editors.edits["o.place"], JsonText)
        await editors.type_anew('{ "label":"Place", "km":5, "kind":"WITHIN", "type":"geo" }')
        assert editors.edits == {}  # the same JSON in other words


@pytest.mark.parametrize(
    ("label", "part", "keys", "undo"),
    [
        ("Status", VALUE, ["x"], ["backspace"]),
        ("Status", VALUE, [*", pending"], ["backspace"] * len(", pending")),
        ("Status", OPERATOR, ["right"], ["left"]),
        ("Status", VALUE, ["tab", "space"], ["space"]),
        ("Price", OPERATOR, ["right"], ["left"]),
        ("Created", VALUE, ["tab", "left"], ["right"]),
        ("Created", OPERATOR, ["right"], ["left"]),
        ("Signed up", VALUE, ["backspace"], ["1"]),
        ("Active", VALUE, ["right"], ["left"]),
        ("E-mail", VALUE, ["left"], ["right"]),
        ("Place", VALUE, ["x"], ["backspace"]),
    ],
)
async def test_undoing_a_change_leaves_no_change(
    label: str, part: str, keys: list[str], undo: list[str]
) -> None:
    async with open_editors() as editors:
        await editors.go_to(label, part)
        await editors.press(*keys)
        assert len(editors.edits) == 1
        assert editors.line(label).startswith("•")
        await editors.press(*undo)
        assert editors.edits == {}
        assert "•" not in screen_text(editors.pilot)


async def test_an_operator_and_back_shows_again_what_was_typed() -> None:
    async with open_editors() as editors:
        await editors.go_to("Created", OPERATOR)
        await editors.press("b", "tab", *"2026-01-01", "tab", *"2026-02-01", "shift+tab", "shift+tab")
        between = editors.edits
        await editors.press("end")
        assert editors.edits == {"orders.created": Condition("any")}
        assert "2026" not in editors.line("Created")
        await editors.press("home")
        assert editors.edits == {}
        assert "‹ months" in editors.line("Created")
        await editors.press("right")
        assert editors.edits == between


# resetting


async def test_one_filter_is_reset() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        await editors.press("x")
        await editors.go_to("Price")
        await editors.press("0")
        await editors.go_to("Status")
        await editors.go_to("Price")
        assert "ctrl+z reset  ctrl+r reset all" in screen_lines(editors.pilot)[-1]
        await editors.press("ctrl+z")
        assert list(editors.edits) == ["orders.status"]
        assert "100" not in editors.line("Price")
        assert editors.focused is editors.row("Price").entry
        bar = screen_lines(editors.pilot)[-1]
        assert "ctrl+z" not in bar
        assert "ctrl+r reset all" in bar


async def test_typing_is_undone_before_the_filter_is_reset() -> None:
    async with open_editors() as editors:
        await editors.go_to("Price")
        shown = editors.line("Price")
        await editors.press("0", "5")
        assert editors.line("Price") != shown
        await editors.press("ctrl+z")
        assert editors.line("Price").split() == shown.split()
        assert editors.edits == {}
        assert editors.focused is editors.row("Price").entry


async def test_all_filters_are_reset() -> None:
    async with open_editors(edits={"users.secret": Condition("is", ("y",))}) as editors:
        await editors.go_to("Active")
        await editors.press("right")
        await editors.go_to("Created", OPERATOR)
        await editors.press("b")
        assert len(editors.edits) == 3
        before = editors.screen.changes
        await editors.press("ctrl+r")
        assert editors.edits == {}
        assert editors.screen.changes == before + 1
        assert "•" not in screen_text(editors.pilot)
        assert "reset" not in screen_lines(editors.pilot)[-1]


async def test_keys_stay_in_the_row_when_their_field_goes() -> None:
    async with open_editors() as editors:
        await editors.go_to("Created", OPERATOR)
        await editors.press("b", "tab", "tab")
        await editors.press("ctrl+z")
        assert editors.focused is editors.row("Created").entry


async def test_the_reset_keys_are_in_the_help() -> None:
    async with open_editors() as editors:
        await editors.go_to("Status")
        await editors.press("x", "f1")
        await wait_for(editors.pilot, lambda: "escape close" in screen_text(editors.pilot))
        shown = screen_text(editors.pilot)
        assert "ctrl+z" in shown
        assert "ctrl+r" in shown
