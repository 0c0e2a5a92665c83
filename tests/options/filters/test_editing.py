"""Conditions: read from every known shape, written back, and what is sent of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omni_tui.options.filters.editing import (
    Condition,
    Filter,
    FilterType,
    JsonText,
    condition_of,
    config,
    edit_of,
    is_changed,
    operators,
    read_filters,
    same_json,
    values_for_fan_out,
    with_condition,
    with_one_value,
)
from tests.options.filters.filter_objects import (
    INTERVAL,
    UNIT,
    date_filter,
    filter_of,
    null_filter,
    number_filter,
    text_filter,
    yes_no_filter,
)

SHAPES: list[tuple[dict[str, Any], Condition]] = [
    ({"type": "string", "kind": "EQUALS", "values": ["a", "b"]}, Condition("is", ("a", "b"))),
    ({"type": "string", "kind": "EQUALS", "values": ["a"], "is_negative": True}, Condition("not", ("a",))),
    ({"type": "string", "kind": "EQUALS", "values": [""]}, Condition("is", ("",))),
    ({"type": "string", "kind": "EQUALS", "values": [7, 8]}, Condition("is", ("7", "8"))),
    ({"type": "string", "kind": "CONTAINS", "values": ["a"]}, Condition("contains", ("a",))),
    (
        {"type": "string", "kind": "STARTS_WITH", "values": ["a"], "is_negative": True},
        Condition("not starts with", ("a",)),
    ),
    (
        {"type": "string", "kind": "ENDS_WITH", "values": ["a"], "case_insensitive": True},
        Condition("ends with", ("a",), ignores_case=True),
    ),
    ({"type": "string", "kind": "IS_EMPTY", "is_negative": True}, Condition("not empty")),
    ({"type": "string", "kind": "CONTAINS", "values": []}, Condition("any")),
    ({"type": "number", "kind": "EQUALS", "values": [1, 2.5]}, Condition("=", ("1", "2.5"))),
    ({"type": "number", "kind": "EQUALS", "values": ["1"], "is_negative": True}, Condition("!=", ("1",))),
    ({"type": "number", "kind": "GREATER_THAN", "values": ["5"]}, Condition(">", ("5",))),
    (
        {"type": "number", "kind": "GREATER_THAN", "values": ["5"], "is_inclusive": True},
        Condition(">=", ("5",)),
    ),
    (
        {"type": "number", "kind": "LESS_THAN", "values": ["5"], "is_inclusive": True, "is_negative": True},
        Condition("not <=", ("5",)),
    ),
    ({"type": "number", "kind": "BETWEEN", "values": ["10", "99.99"]}, Condition("between", ("10", "99.99"))),
    ({"type": "number", "kind": "EQUALS", "values": []}, Condition("any")),
    (
        {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2024-01-01"},
        Condition("on or after", ("2024-01-01",)),
    ),
    ({"type": "date", "kind": "BEFORE", "right_side": "2024-01-01"}, Condition("before", ("2024-01-01",))),
    (
        {"type": "date", "kind": "BETWEEN", "left_side": "2024-01-01", "right_side": "2025-01-01"},
        Condition("between", ("2024-01-01", "2025-01-01")),
    ),
    (
        {"type": "date", "kind": "WITHIN_RANGE", "left_side": "2024-12-31", "right_side": "2025-01-01"},
        Condition("on", ("2024-12-31",)),
    ),
    (
        {"type": "date", "kind": "BETWEEN", "left_side": "x", "right_side": "y", "is_negative": True},
        Condition("not between", ("x", "y")),
    ),
    (
        {
            "type": "date",
            "kind": INTERVAL,
            "ui_type": "PAST",
            "left_side": "6 months ago",
            "right_side": "6 months",
        },
        Condition("past", ("6 months",)),
    ),
    (
        {"type": "date", "kind": INTERVAL, "left_side": "36 hours ago", "right_side": "36 hours"},
        Condition("past", ("36 hours",)),
    ),
    (
        {
            "type": "date",
            "kind": INTERVAL,
            "ui_type": "PAST",
            "left_side": "1 year ago",
            "right_side": "6 months",
        },
        Condition("span", ("6 months", "1 year ago")),
    ),
    ({"type": "date", "kind": "ON_OR_AFTER", "ui_type": "ANY_TIME"}, Condition("any")),
    ({"type": "date", "kind": "BEFORE", "ui_type": "ANY_TIME"}, Condition("any")),
    ({"type": "date", "label": "Created", "left_side": None}, Condition("any")),
    ({"type": "date", "kind": "BEFORE", "values": ["2024-01-01"]}, Condition("before", ("2024-01-01",))),
    (
        {"type": "date", "kind": "BETWEEN", "values": ["2024-01-01", "2024-02-01"]},
        Condition("between", ("2024-01-01", "2024-02-01")),
    ),
    ({"type": "date", "kind": UNIT, "left_side": "last quarter"}, Condition("on", ("last quarter",))),
    (
        {
            "type": "date",
            "kind": UNIT,
            "ui_type": "DAY",
            "left_side": "2026-03-09",
            "isFiscal": False,
            "offset_interval_string": "0 days",
            "is_negative": True,
        },
        Condition("not on", ("2026-03-09",)),
    ),
    ({"type": "date", "kind": UNIT, "left_side": "FY2026", "isFiscal": True}, Condition("on", ("FY2026",))),
    ({"type": "date", "kind": "IS_ON_DAY_OF_WEEK", "left_side": "Monday"}, Condition("on", ("Monday",))),
    (
        {
            "type": "date",
            "kind": INTERVAL,
            "ui_type": "PAST",
            "left_side": "6 complete months ago",
            "right_side": "6 months",
        },
        Condition("past", ("6 complete months",)),
    ),
    ({"type": "boolean", "is_negative": False}, Condition("yes")),
    ({"type": "boolean", "is_negative": True}, Condition("no")),
    ({"type": "boolean"}, Condition("any")),
    ({"type": "boolean", "is_negative": None}, Condition("any")),
    ({"type": "null"}, Condition("null")),
    ({"type": "null", "is_negative": True}, Condition("not null")),
]
UNKNOWN_SHAPES: list[Any] = [
    {"type": "composite", "conjunction": "OR", "filters": []},
    {"type": "string", "kind": "SQL_LIKE", "values": ["a%"]},
    {"type": "string", "kind": "EQUALS", "values": [{"odd": True}]},
    {"type": "string", "kind": "EQUALS", "values": ["a", 1]},
    {"type": "string", "kind": "EQUALS", "values": [True]},
    {"type": "string", "kind": "EQUALS"},
    {"type": "string", "kind": ["EQUALS"], "values": ["a"]},
    {"type": "string", "kind": "EQUALS", "values": ["a"], "is_negative": "yes"},
    {"type": "number", "kind": "BETWEEN", "values": ["1"]},
    {"type": "number", "kind": "BETWEEN", "values": ["1", "2"], "is_inclusive": True},
    {"type": "number", "kind": "LESS_THAN", "values": ["1", "2"]},
    {"type": "number", "kind": "EQUALS", "values": [float("inf")]},
    {"type": "date", "kind": "BEFORE", "values": ["2024-01-01"], "right_side": "2024-02-01"},
    {"type": "date", "kind": "BEFORE"},
    {"type": "date", "kind": "ON_OR_AFTER", "left_side": None, "label": "Created"},
    {"type": "date", "kind": INTERVAL, "ui_type": "PAST"},
    {"type": "date", "defaultValue": "last_7_days"},
    {"type": "date", "relative": "last_7_days"},
    {"type": "date", "ui_type": "ANY_TIME", "default_value": "last_7_days"},
    {"type": "date", "kind": "ON_OR_AFTER", "ui_type": "ANY_TIME", "left_side": "2024-01-01"},
    {"type": "date", "kind": "BEFORE", "ui_type": "ANY_TIME", "right_side": "2024-01-01"},
    {"type": "date", "kind": UNIT, "left_side": "last quarter", "isFiscal": True},
    {
        "type": "date",
        "kind": "BETWEEN",
        "left_side": "2024-01-01",
        "right_side": "2024-02-01",
        "offset_interval_string": "56 days",
    },
    {"type": "string", "kind": "EQUALS", "values": [], "defaultValue": "Organic"},
    {"type": "number", "kind": "EQUALS", "values": [], "value": 3},
    {"type": "boolean", "defaultValue": False},
    {"type": "boolean", "kind": "EQUALS", "values": ["true"]},
    {"type": "date", "kind": "BETWEEN", "left_side": "2024-01-01"},
    {"type": "date", "kind": "BEFORE", "right_side": 7},
    {"type": "date", "kind": "IS_ON_DAY_OF_WEEK"},
    {"type": "date", "kind": INTERVAL, "ui_type": "CUSTOM", "left_side": "now", "right_side": "1 day"},
    {"type": ["string"]},
    ["complete"],
    "complete",
    None,
]


@pytest.mark.parametrize(("raw", "condition"), SHAPES)
def test_every_known_shape_is_read(raw: dict[str, Any], condition: Condition) -> None:
    filter_ = filter_of(raw)
    assert condition_of(filter_) == condition
    assert condition.operator in {each.key for each in operators(filter_)}


@pytest.mark.parametrize("raw", UNKNOWN_SHAPES)
def test_a_shape_that_is_not_known_is_edited_as_json(raw: Any) -> None:
    filter_ = filter_of(raw)
    assert condition_of(filter_) is None
    edit = edit_of(filter_)
    assert isinstance(edit, JsonText)
    assert json.loads(edit.text) == raw
    assert not is_changed(filter_, edit)


@pytest.mark.parametrize(
    ("filter_", "condition", "written"),
    [
        (
            text_filter("a"),
            Condition("not", ("b",)),
            {"kind": "EQUALS", "values": ["b"], "is_negative": True},
        ),
        (
            text_filter("a", is_negative=False),
            Condition("is", ("b",)),
            {"values": ["b"], "is_negative": False},
        ),
        (text_filter("a"), Condition("empty"), {"kind": "IS_EMPTY", "values": []}),
        (text_filter("a", kind="CONTAINS"), Condition("any"), {"kind": "EQUALS", "values": []}),
        (text_filter(7), Condition("is", ("7", "8")), {"kind": "EQUALS", "values": [7, 8]}),
        (
            text_filter("a"),
            Condition("contains", ("b",), ignores_case=True),
            {"kind": "CONTAINS", "values": ["b"], "case_insensitive": True},
        ),
        (
            text_filter("a", case_insensitive=True),
            Condition("contains", ("b",)),
            {"kind": "CONTAINS", "values": ["b"], "case_insensitive": False},
        ),
        (number_filter("1"), Condition("=", (" 2 ",)), {"kind": "EQUALS", "values": ["2"]}),
        (
            number_filter(1.5),
            Condition("=", ("1.5", "2", "2.5")),
            {"kind": "EQUALS", "values": [1.5, 2, 2.5]},
        ),
        (number_filter(1), Condition("=", ("some",)), {"kind": "EQUALS", "values": ["some"]}),
        (
            number_filter("1", kind="GREATER_THAN", is_inclusive=True),
            Condition("between", ("1", "2")),
            {"kind": "BETWEEN", "values": ["1", "2"], "is_inclusive": False},
        ),
        (
            number_filter("1"),
            Condition("<=", ("2",)),
            {"kind": "LESS_THAN", "values": ["2"], "is_inclusive": True},
        ),
        (
            date_filter(INTERVAL, "6 months ago", "6 months", ui_type="PAST"),
            Condition("between", ("2026-01-01", "2026-02-01")),
            {"kind": "BETWEEN", "left_side": "2026-01-01", "right_side": "2026-02-01"},
        ),
        (
            date_filter("WITHIN_RANGE", "2025", "2026"),
            Condition("on", ("2024-02-29",)),
            {"kind": "WITHIN_RANGE", "left_side": "2024-02-29", "right_side": "2024-03-01"},
        ),
        (
            date_filter(),
            Condition("past", ("1 Months",)),
            {"kind": INTERVAL, "left_side": "1 month ago", "right_side": "1 month", "ui_type": "PAST"},
        ),
        (
            date_filter(),
            Condition("past", ("x",)),
            {"kind": INTERVAL, "left_side": "x ago", "right_side": "x", "ui_type": "PAST"},
        ),
        (date_filter(), Condition("before", ("2026-01-01",)), {"kind": "BEFORE", "right_side": "2026-01-01"}),
        (
            date_filter("BEFORE", "", "2026-01-01", is_negative=True),
            Condition("any"),
            {"kind": "BEFORE", "ui_type": "ANY_TIME", "is_negative": False},
        ),
        (
            date_filter("BEFORE", "", values=["2026-01-01"]),
            Condition("before", ("2026-02-01",)),
            {"kind": "BEFORE", "values": ["2026-02-01"]},
        ),
        (
            date_filter("BEFORE", "", values=["2026-01-01"]),
            Condition("between", ("2026-02-01", "2026-03-01")),
            {"kind": "BETWEEN", "values": ["2026-02-01", "2026-03-01"]},
        ),
        (
            date_filter("BETWEEN", "", values=["2026-01-01", "2026-02-01"]),
            Condition("on", ("2026-03-01",)),
            {"kind": UNIT, "left_side": "2026-03-01"},
        ),
        (date_filter(), Condition("on", ("Q3  2026",)), {"kind": UNIT, "left_side": "2026 Q3"}),
        (date_filter(), Condition("on", ("mon",)), {"kind": "IS_ON_DAY_OF_WEEK", "left_side": "Monday"}),
        (
            date_filter(
                "BETWEEN", "2026-01-01", "2026-02-01", offset_interval_string=None, ui_type="BETWEEN"
            ),
            Condition("between", ("2026-03", "Yesterday")),
            {
                "kind": "BETWEEN",
                "left_side": "2026-03",
                "right_side": "yesterday",
                "offset_interval_string": None,
                "ui_type": "BETWEEN",
            },
        ),
        (
            date_filter(UNIT, "FY2026", isFiscal=True, ui_type="IS_IN_THE_FISCAL_YEAR"),
            Condition("on", ("FY 2025",)),
            {"kind": UNIT, "left_side": "FY2025", "isFiscal": True},
        ),
        (
            date_filter(INTERVAL, "6 months ago", "6 months"),
            Condition("past", ("3 Complete Months",)),
            {
                "kind": INTERVAL,
                "left_side": "3 complete months ago",
                "right_side": "3 months",
                "ui_type": "PAST",
            },
        ),
        (
            filter_of({"type": "boolean", "kind": "EQUALS", "values": ["true"]}),
            Condition("no"),
            {"is_negative": True},
        ),
        (yes_no_filter(is_negative=True), Condition("yes"), {"is_negative": False}),
        (yes_no_filter(), Condition("no"), {"is_negative": True}),
        (yes_no_filter(is_negative=True), Condition("any"), {}),
        (null_filter(is_negative=True), Condition("null"), {"is_negative": False}),
    ],
)
def test_every_operator_is_written_without_a_stale_key(
    filter_: Filter, condition: Condition, written: dict[str, Any]
) -> None:
    sent = with_condition(filter_, condition)
    assert isinstance(sent, dict)
    kind = (
        {}
        if "kind" in written or filter_.type in (FilterType.YES_NO, FilterType.NULL)
        else {"kind": "EQUALS"}
    )
    assert isinstance(filter_.raw, dict)
    assert same_json(sent, {"type": filter_.raw["type"], **kind, **written})


def test_one_changed_filter_sends_all_as_they_stand() -> None:
    raw = {
        "o.status": {"type": "string", "kind": "EQUALS", "values": ["a"], "newer_key": {"kept": [1]}},
        "f7": {"type": "composite", "filters": []},
    }
    read = read_filters(raw, ["f7", "gone"])
    assert config(read, {"o.status": Condition("is", ("b",))}) == {
        "f7": {"type": "composite", "filters": []},
        "o.status": {"type": "string", "kind": "EQUALS", "values": ["b"], "newer_key": {"kept": [1]}},
    }
    assert raw["o.status"]["values"] == ["a"]


def test_json_that_is_broken_is_never_taken_for_a_filter() -> None:
    filter_ = filter_of({"type": "composite"})
    assert config([filter_], {filter_.id: JsonText('{"type":')}) == {filter_.id: '{"type":'}


def test_an_edit_of_a_filter_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        config([], {"gone": Condition("any")})


def test_one_is_not_true_and_a_number_is_not_its_text() -> None:
    assert not same_json({"a": 1}, {"a": True})
    assert not same_json(["1"], [1])
    assert same_json({"a": 1, "b": None}, {"b": None, "a": 1})


def test_required_hidden_field_and_label() -> None:
    raw = {
        "a": {"label": "Status", "fieldName": "orders.status", "required": True, "hidden": False},
        "b": {"isHidden": True, "fieldName": "status", "viewName": "orders", "isRequired": "yes"},
        "orders.created_at[date]": {"is_required": True, "is_hidden": True, "name": " "},
    }
    a, b, c = read_filters(raw, ["a", "b"])
    assert (a.label, a.field, a.is_required, a.is_hidden) == ("Status", "orders.status", True, False)
    assert (b.label, b.field, b.is_required, b.is_hidden) == ("B", "orders.status", False, True)
    assert (c.label, c.field, c.is_required, c.is_hidden) == ("Created at", c.id, True, True)


def test_operators_that_only_servers_use_are_offered_where_they_are() -> None:
    assert "not between" not in {each.key for each in operators(date_filter())}
    there = date_filter("BETWEEN", "2024-01-01", "2025-01-01", is_negative=True)
    assert operators(there)[-1].key == "not between"
    assert operators(there)[:-1] == operators(date_filter())
    assert operators(filter_of({"type": "composite"})) == ()


def test_a_file_for_each_value() -> None:
    region = text_filter("EMEA")
    condition = Condition("is", ("EMEA", "APAC", "EMEA"), ignores_case=True)
    assert values_for_fan_out(region, condition) == ("EMEA", "APAC")
    assert with_one_value(condition, "APAC") == Condition("is", ("APAC",), ignores_case=True)
    assert values_for_fan_out(number_filter(), Condition("=", ("1", "2"))) == ("1", "2")
    for other in (
        Condition("not", ("a",)),
        Condition("contains", ("a",)),
        Condition("any"),
        JsonText('["a"]'),
    ):
        assert values_for_fan_out(region, other) == ()
