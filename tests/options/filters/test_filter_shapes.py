"""Conditions, read from every shape of a filter that is known; other shapes are edited as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.editing import edit_of, is_changed, operators
from omni_tui.options.filters.types import Condition, JsonText
from tests.options.filters.filter_objects import (
    INTERVAL,
    UNIT,
    filter_of,
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
    {"type": "date", "ui_type": "ANY_TIME", "range": "last_7_days"},
    {"type": "string", "kind": "EQUALS", "values": [], "user_attribute_name": "region"},
    {"type": "string", "kind": "EQUALS", "values": [], "query_id": "q", "field_name": "orders.id"},
    {"type": "string", "kind": "EQUALS", "values": [], "selectedOption": "EMEA"},
    {"type": "number", "kind": "EQUALS", "values": [], "min": 5},
    {"type": "number", "kind": "EQUALS", "values": [], "left_side": "5"},
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
    assert read_condition(filter_.raw) == condition
    assert condition.operator in {each.key for each in operators(filter_)}


@pytest.mark.parametrize("raw", UNKNOWN_SHAPES)
def test_a_shape_that_is_not_known_is_edited_as_json(raw: Any) -> None:
    filter_ = filter_of(raw)
    assert read_condition(filter_.raw) is None
    edit = edit_of(filter_)
    assert isinstance(edit, JsonText)
    assert json.loads(edit.text) == raw
    assert not is_changed(filter_, edit)
