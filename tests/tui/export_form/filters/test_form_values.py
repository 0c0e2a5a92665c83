"""Converting between a filter's fields and its edit without loss."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.formatting import plain_line
from omni_tui.options.filters.editing import edit_of, is_changed, with_edit
from omni_tui.options.filters.types import Condition, JsonText
from omni_tui.tui.export_form.filters.form_values import (
    TypedValues,
    edit_from,
    field_values_of,
    fitting,
    split_leniently,
)
from tests.examples import examples
from tests.options.filters.filter_objects import (
    any_objects,
    conditions,
    date_filter,
    filter_of,
    known_objects,
    number_filter,
    text_filter,
)


@given(any_objects)
@examples(300)
def test_an_untouched_filter_is_exactly_the_dashboards(raw: Any) -> None:
    filter_ = filter_of(raw)
    own = edit_of(filter_)
    typed = field_values_of(filter_, fitting(filter_, own))
    assert edit_from(filter_, typed) == own
    assert not is_changed(filter_, edit_from(filter_, typed))


@given(known_objects, st.data())
@examples(300)
def test_an_edit_that_is_shown_is_that_edit(raw: Any, data: st.DataObject) -> None:
    filter_ = filter_of(raw)
    edit = data.draw(conditions(filter_))
    typed = field_values_of(filter_, fitting(filter_, edit))
    sent = with_edit(filter_, edit)
    assert with_edit(filter_, edit_from(filter_, typed, edit)) == sent


@given(known_objects, st.data())
@examples(300)
def test_an_edit_of_plain_text_is_read_from_the_fields_alone(raw: Any, data: st.DataObject) -> None:
    filter_ = filter_of(raw)
    edit = data.draw(conditions(filter_))
    typed = field_values_of(filter_, edit)
    own = edit_of(filter_)
    values = (*edit.values, *(own.values if isinstance(own, Condition) else ()))
    if all(plain_line(value) == value == value.strip() for value in values):
        assert with_edit(filter_, edit_from(filter_, typed)) == with_edit(filter_, edit)


@given(any_objects)
@examples(300)
def test_control_and_bidi_characters_are_not_shown(raw: Any) -> None:
    filter_ = filter_of(raw)
    typed = field_values_of(filter_, fitting(filter_, edit_of(filter_)))
    for shown in (typed.first, typed.second, typed.count):
        assert plain_line(shown) == shown


def test_hidden_characters_of_a_value_are_kept_while_others_are_typed() -> None:
    filter_ = text_filter("red\x1b[31m", "blue")
    typed = field_values_of(filter_, edit_of(filter_))
    assert typed.first == "red, blue"
    edited = edit_from(filter_, TypedValues("is", first="red, blue, green"))
    assert edited == Condition("is", ("red\x1b[31m", "blue", "green"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", ()),
        (" , ,", ()),
        ("complete", ("complete",)),
        ("complete,", ("complete",)),
        ("complete , pending", ("complete", "pending")),
        ('"Paris, TX", Rome', ("Paris, TX", "Rome")),
        ('"Paris, T', ("Paris, T",)),  # still being typed
        ("“Paris, T", ("Paris, T",)),
        ('19" rack', ('19" rack',)),
        ('"a"b, c', ('"a"b', "c")),
    ],
)
def test_values_are_read_while_they_are_typed(text: str, values: tuple[str, ...]) -> None:
    assert split_leniently(text) == values


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        (TypedValues("past", count="6"), ("6 months",)),
        (TypedValues("past", count=" 1 ", unit="year"), ("1 year",)),
        (TypedValues("past", count="x", unit="day"), ("x days",)),
        (TypedValues("past"), ("",)),
        (TypedValues("span", count="2", unit="week", first=" 2026-01-01 "), ("2 weeks", "2026-01-01")),
        (TypedValues("between", first=" 2026-01-01", second="2026-02-01 "), ("2026-01-01", "2026-02-01")),
        (TypedValues("on", first="2026-01-01", second="left from before"), ("2026-01-01",)),
        (TypedValues("any", first="2026-01-01"), ()),
    ],
)
def test_a_date_is_read_from_the_fields_that_its_operator_shows(
    typed: TypedValues, values: tuple[str, ...]
) -> None:
    assert edit_from(date_filter(), typed) == Condition(typed.operator, values)


def test_a_duration_with_an_unknown_unit_stays_as_written() -> None:
    filter_ = date_filter(
        "TIME_FOR_INTERVAL_DURATION", "2 fiscal years ago", "2 fiscal years", ui_type="PAST"
    )
    typed = field_values_of(filter_, edit_of(filter_))
    assert (typed.count, typed.unit) == ("2 fiscal years", "")
    assert edit_from(filter_, typed) == edit_of(filter_)


def test_match_case_applies_only_to_text_comparisons() -> None:
    filter_ = text_filter("a")
    assert edit_from(filter_, TypedValues("is", first="b", ignores_case=True)) == Condition(
        "is", ("b",), True
    )
    assert edit_from(filter_, TypedValues("empty", first="b", ignores_case=True)) == Condition("empty")
    ignoring = text_filter("a", case_insensitive=True)
    assert edit_from(ignoring, TypedValues("empty", first="b")) == Condition("empty", (), True)


def test_json_of_a_known_condition_is_shown_as_a_condition() -> None:
    filter_ = number_filter("1")
    same = JsonText(json.dumps({"type": "number", "kind": "EQUALS", "values": ["2"]}))
    assert fitting(filter_, same) == Condition("=", ("2",))
    other = JsonText(json.dumps({"type": "number", "kind": "NEWER", "values": ["2"]}))
    assert fitting(filter_, other) == other


def test_json_is_shown_on_one_line_and_is_the_same_json() -> None:
    raw = {"type": "geo", "at": "Zürich \u202e\x1b[31m\U0001f3fb", "deep": {"list": [1, None, True]}}
    filter_ = filter_of(raw)
    typed = field_values_of(filter_, edit_of(filter_))
    assert "\n" not in typed.first
    assert "Zürich" in typed.first
    assert json.loads(typed.first) == raw
