"""Filters in words, and back to the wire without a loss."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.filters import FilterLine, changed, read, summary

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
filter_like = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "number", "date", "boolean", "null", "period"]) | json_values,
        "kind": st.sampled_from(["EQUALS", "BETWEEN", "ON_OR_AFTER", "IS_EMPTY", "NEW"]) | json_values,
        "values": st.lists(json_values, max_size=3) | json_values,
        "left_side": json_values,
        "right_side": json_values,
        "is_negative": json_values,
        "label": json_values,
    },
)


def string(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "kind": kind, "values": list(values), **more}


def number(kind: str, *values: str | float, **more: Any) -> dict[str, Any]:
    return {"type": "number", "kind": kind, "values": list(values), **more}


def date(kind: str, left: str | None = None, right: str | None = None, **more: Any) -> dict[str, Any]:
    sides = {"left_side": left, "right_side": right}
    return {"type": "date", "kind": kind, **{key: side for key, side in sides.items() if side}, **more}


INTERVAL = "TIME_FOR_INTERVAL_DURATION"


@pytest.mark.parametrize(
    ("id_", "filter_", "words"),
    [
        ("o.status", string("EQUALS", "complete", "pending"), "Status is complete or pending"),
        ("o.status", string("EQUALS", "x", is_negative=True), "Status is not x"),
        ("o.status", string("EQUALS"), "Status is any value"),
        ("name", string("CONTAINS", "a", "b"), "Name contains a or b"),
        ("name", string("STARTS_WITH", "a"), "Name starts with a"),
        ("name", string("ENDS_WITH", "a", is_negative=True), "Name does not end with a"),
        ("name", {"type": "string", "kind": "IS_EMPTY", "is_negative": True}, "Name is not empty"),
        ("o.price", number("BETWEEN", "10", "99.99"), "Price between 10 and 99.99 (end not included)"),
        ("o.price", number("EQUALS", 1, 2.5), "Price is 1 or 2.5"),
        ("o.price", number("GREATER_THAN", "5"), "Price is more than 5"),
        ("o.price", number("LESS_THAN", "5", is_inclusive=True), "Price is at most 5"),
        ("o.price", number("EQUALS"), "Price is any value"),
        ("o.made_at[date]", date("ON_OR_AFTER", "2024-01-01"), "Made at on or after 2024-01-01"),
        ("o.made", date("BEFORE", right="2024-01-01"), "Made before 2024-01-01"),
        ("o.made", date("BETWEEN", "2024", "2025"), "Made from 2024 to 2025 (end not included)"),
        ("o.made", date("WITHIN_RANGE", "2024", "2025"), "Made from 2024 to 2025 (end not included)"),
        ("o.made", date(INTERVAL, "6 months ago", "6 months", ui_type="PAST"), "Made past 6 months"),
        ("o.made", date(INTERVAL, "1 year ago", "6 months", ui_type="PAST"), "Made 6 months from 1 year ago"),
        ("o.made", date(INTERVAL, "2 years ago", "6 months"), "Made 6 months from 2 years ago"),
        ("o.active", {"type": "boolean", "is_negative": False}, "Active is true"),
        ("o.active", {"type": "boolean", "is_negative": True}, "Active is false"),
        ("o.active", {"type": "null", "is_negative": True}, "Active is not null"),
        ("o.active", {"type": "null"}, "Active is null"),
    ],
)
def test_the_known_shapes_in_words(id_: str, filter_: dict[str, Any], words: str) -> None:
    assert summary(id_, filter_) == words


@pytest.mark.parametrize(
    "filter_",
    [
        {"type": "period", "left": 1},
        {"type": "string", "kind": "SOUNDS_LIKE", "values": ["x"]},
        {"type": "number", "kind": "BETWEEN", "values": ["1"]},
        {"type": "date", "kind": "BEFORE"},
        {"type": "date", "kind": "BEFORE", "right_side": ""},
        date(INTERVAL, left="6 months ago"),
        date(INTERVAL, right="6 months"),
        date("SOMETIME", "2024", "2025"),
        {"type": "string", "kind": "EQUALS", "values": [{"odd": True}]},
        ["a", "b"],
        None,
    ],
)
def test_a_shape_that_is_not_known_is_shown_as_it_came(filter_: Any) -> None:
    name, _, shown = summary("o.thing", filter_).partition(": ")
    assert name == "Thing"
    assert json.loads(shown) == filter_


def test_a_filters_own_label_wins() -> None:
    filter_ = {"type": "boolean", "label": "Still active?"}
    assert read({"f1": filter_}, ["f1"]) == [FilterLine("f1", "Still active?", "Still active? is true")]


def test_the_servers_order_first_and_none_lost() -> None:
    filters = {"a": {}, "b": {}, "c": {}}
    assert [line.id for line in read(filters, ["c", "gone", "a", "c"])] == ["c", "a", "b"]


def test_only_what_was_changed_is_sent_and_it_is_sent_whole() -> None:
    filters = {
        "o.status": {"type": "string", "kind": "EQUALS", "values": ["a"], "newer_key": {"kept": [1]}},
        "o.price": {"type": "number", "kind": "EQUALS", "values": ["1"]},
    }
    config = changed(filters, {"o.status": {"values": ["b"]}, "o.price": {"values": ["1"]}})
    assert config == {
        "o.status": {"type": "string", "kind": "EQUALS", "values": ["b"], "newer_key": {"kept": [1]}}
    }
    assert filters["o.status"]["values"] == ["a"]


def test_an_edit_of_a_filter_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        changed({}, {"o.status": {"values": ["b"]}})


def test_an_edit_that_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        changed({"a": {}}, {"a": {"values": {1, 2}}})  # type: ignore[dict-item]


@given(st.dictionaries(st.text(), filter_like | json_values, max_size=4), st.data())
def test_any_filter_is_shown_and_passed_on(filters: dict[str, Any], data: st.DataObject) -> None:
    lines = read(filters, data.draw(st.permutations(list(filters))))
    assert sorted(line.id for line in lines) == sorted(filters)
    for line in lines:
        assert line.summary.startswith(line.label)
    for id_, filter_ in filters.items():
        config = changed(filters, {id_: {"values": ["new"]}})
        if isinstance(filter_, dict):
            assert config.get(id_, filter_) == {**filter_, "values": ["new"]}
