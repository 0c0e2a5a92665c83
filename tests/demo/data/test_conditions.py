"""Filters: what each shape matches, its description, and the filtered rows of tiles."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from omni_tui.demo.data.conditions import condition_test, is_any, words_of
from omni_tui.demo.sample_data.data_model import Value
from tests.demo.conftest import content_of

TODAY = date(2026, 11, 23)


def kept(condition: object, values: list[Value]) -> list[Value]:
    test = condition_test(condition, TODAY)
    return values if test is None else [value for value in values if test(value)]


def text(kind: str, *values: str, **marks: Any) -> dict[str, Any]:
    return {"type": "string", "kind": kind, "values": list(values), **marks}


def number(kind: str, *values: str, **marks: Any) -> dict[str, Any]:
    return {"type": "number", "kind": kind, "values": list(values), **marks}


WORDS: list[Value] = ["complete", "Completed", "pending", None, ""]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (text("EQUALS", "complete"), ["complete"]),
        (text("EQUALS", "complete", "pending"), ["complete", "pending"]),
        (text("EQUALS", "complete", is_negative=True), ["Completed", "pending", None, ""]),
        (text("EQUALS", "COMPLETE", case_insensitive=True), ["complete"]),
        (text("CONTAINS", "plete"), ["complete", "Completed"]),
        (text("STARTS_WITH", "c"), ["complete"]),
        (text("STARTS_WITH", "c", "p"), ["complete", "pending"]),
        (text("ENDS_WITH", "D", case_insensitive=True), ["Completed"]),
        (text("IS_EMPTY"), [None, ""]),
        (text("IS_EMPTY", is_negative=True), ["complete", "Completed", "pending"]),
        (text("EQUALS"), WORDS),
        (text("SOUNDS_LIKE", "x"), WORDS),
        ({"type": "string", "kind": ["EQUALS"], "values": ["x"]}, WORDS),
        (["pending"], ["pending"]),
        ({"type": "null", "is_negative": True}, ["complete", "Completed", "pending"]),
        ({"type": "null"}, [None, ""]),
        ({"type": "spatial", "values": ["x"]}, WORDS),
        ("nonsense", WORDS),
        ({}, WORDS),
    ],
)
def test_texts(condition: object, expected: list[Value]) -> None:
    assert kept(condition, WORDS) == expected


NUMBERS: list[Value] = [5, 10, 50.5, 99.99, 100, None]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (number("EQUALS", "10", "100"), [10, 100]),
        (number("EQUALS", "10", is_negative=True), [5, 50.5, 99.99, 100, None]),
        (number("BETWEEN", "10", "99.99"), [10, 50.5]),
        (number("BETWEEN", "10", "99.99", is_inclusive=True), [10, 50.5, 99.99]),
        (number("BETWEEN", "10"), NUMBERS),
        (number("GREATER_THAN", "10"), [50.5, 99.99, 100]),
        (number("GREATER_THAN", "10", is_inclusive=True), [10, 50.5, 99.99, 100]),
        (number("LESS_THAN", "10"), [5]),
        (number("LESS_THAN", "many"), NUMBERS),
        (number("EQUALS"), NUMBERS),
    ],
)
def test_numbers(condition: object, expected: list[Value]) -> None:
    assert kept(condition, NUMBERS) == expected


DAYS: list[Value] = [date(2024, 1, 1), date(2025, 1, 1), date(2026, 5, 24), date(2026, 11, 23), None]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"kind": "ON_OR_AFTER", "left_side": "2025-01-01"}, DAYS[1:4]),
        ({"kind": "BEFORE", "right_side": "2025-01-01"}, DAYS[:1]),
        ({"kind": "BETWEEN", "left_side": "2024-01-01", "right_side": "2025-01-01"}, DAYS[:1]),
        ({"kind": "WITHIN_RANGE", "left_side": "2025-01-01", "right_side": "2026-11-23"}, DAYS[1:3]),
        (
            {
                "kind": "TIME_FOR_INTERVAL_DURATION",
                "ui_type": "PAST",
                "left_side": "6 months ago",
                "right_side": "6 months",
            },
            DAYS[2:4],
        ),
        ({"kind": "TIME_FOR_INTERVAL_DURATION", "left_side": "1 day ago", "right_side": "1 day"}, DAYS[3:4]),
        ({"kind": "ON_OR_AFTER", "left_side": "today"}, DAYS[3:4]),
        ({"kind": "ON_OR_AFTER", "left_side": "some day"}, DAYS),
        ({"kind": "ON_OR_AFTER", "left_side": "9999 years ago"}, DAYS),
        ({"kind": "ON_OR_AFTER", "left_side": "2025-01-01", "is_negative": True}, [DAYS[0], None]),
        ({"kind": "ON_OR_AFTER", "left_side": "2025-01-01", "ui_type": "ANY_TIME"}, DAYS),
        ({"kind": "ON_OR_AFTER"}, DAYS),
        ({"kind": "ON_OR_AFTER", "left_side": "36 hours ago"}, DAYS[3:4]),
        (
            {"kind": "TIME_FOR_INTERVAL_DURATION", "left_side": "30 hours ago", "right_side": "30 hours"},
            DAYS[3:4],
        ),
        ({"kind": "MOON_PHASE"}, DAYS),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "2026"}, DAYS[2:4]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "2026-05"}, DAYS[2:3]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "2026-05-24"}, DAYS[2:3]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "2026 Q2"}, DAYS[2:3]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "FY2025"}, DAYS[1:2]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "today"}, DAYS[3:4]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "yesterday"}, []),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "this month"}, DAYS[3:4]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "last year"}, DAYS[1:2]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "this week"}, DAYS[3:4]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "6 complete months ago"}, DAYS[2:3]),
        ({"kind": "TIME_FOR_UNIT_DURATION", "left_side": "2026-13"}, DAYS),
        (
            {
                "kind": "TIME_FOR_INTERVAL_DURATION",
                "left_side": "6 complete months ago",
                "right_side": "6 months",
            },
            DAYS[2:3],
        ),
        ({"kind": "IS_ON_DAY_OF_WEEK", "left_side": "Monday"}, [DAYS[0], DAYS[3]]),
        ({"kind": "BEFORE", "values": ["2025-01-01"]}, DAYS[:1]),
        ({"kind": "BETWEEN", "values": ["2024-01-01", "2025-01-01"]}, DAYS[:1]),
        ({"kind": "ON_OR_AFTER", "left_side": "this year"}, DAYS[2:4]),
        ({"kind": "BEFORE", "right_side": "yesterday"}, DAYS[:3]),
    ],
)
def test_dates(condition: dict[str, Any], expected: list[Value]) -> None:
    assert kept({"type": "date", **condition}, DAYS) == expected


def test_is_negative_means_false_for_a_boolean() -> None:
    assert kept({"type": "boolean", "is_negative": False}, [True, False, None]) == [True]
    assert kept({"type": "boolean", "is_negative": True}, [True, False, None]) == [False, None]
    assert kept({"type": "boolean"}, [True, False, None]) == [True, False, None]


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        (text("EQUALS"), True),
        (text("CONTAINS", is_negative=True), True),
        (text("IS_EMPTY"), False),
        (text("EQUALS", ""), False),
        (number("EQUALS"), True),
        (number("EQUALS", "0"), False),
        ({"type": "date", "kind": "BEFORE"}, True),
        ({"type": "date", "kind": "BEFORE", "right_side": "2026-01-01"}, False),
        ({"type": "date", "kind": "MOON_PHASE"}, False),
        ({"type": "boolean"}, True),
        ({"type": "boolean", "is_negative": False}, False),
        ({"type": "null"}, False),
        ({"type": "made up"}, False),
        ([], True),
        (["a"], False),
        ("nonsense", False),
    ],
)
def test_what_matches_any_value(condition: object, is_one: bool) -> None:
    assert is_any(condition) is is_one
    assert (words_of(condition) == "is any value") is is_one


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (text("EQUALS", "complete", "pending"), "is complete, pending"),
        (text("EQUALS", "complete", is_negative=True), "is not complete"),
        (text("CONTAINS", "x", is_negative=True), "not: contains x"),
        (text("EQUALS"), "is any value"),
        (text("IS_EMPTY", is_negative=True), "is not empty"),
        (number("BETWEEN", "10", "99"), "is between 10 and 99"),
        (number("GREATER_THAN", "10", is_inclusive=True), "is at least 10"),
        ({"type": "date", "kind": "ON_OR_AFTER", "left_side": "2024-01-01"}, "on or after 2024-01-01"),
        ({"type": "date", "kind": "BEFORE", "right_side": "2024-01-01"}, "before 2024-01-01"),
        (
            {
                "type": "date",
                "kind": "TIME_FOR_INTERVAL_DURATION",
                "ui_type": "PAST",
                "left_side": "6 months ago",
                "right_side": "6 months",
            },
            "past 6 months",
        ),
        ({"type": "boolean", "is_negative": True}, "is false"),
        ({"type": "null", "is_negative": True}, "is not empty"),
        ({"type": "composite"}, "as it was set"),
        (["a", "b"], "is a, b"),
        (7, "as it was set"),
    ],
)
def test_descriptions(condition: object, words: str) -> None:
    assert words_of(condition) == words


def rows_with(filters: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"format": "json", "queryIdentifierMapKey": "8", "overrideRowLimit": True}
    rows: list[dict[str, Any]] = json.loads(content_of({**body, "filterConfig": filters}))
    return rows


def test_filters_apply_to_the_rows_of_tiles() -> None:
    everything = rows_with({})
    assert len(everything) == 5000
    direct = rows_with({"web_sessions.channel": text("EQUALS", "Direct")})
    assert direct == [row for row in everything if row["web_sessions.channel"] == "Direct"]
    assert 0 < len(direct) < 5000
    germany = rows_with({"QE4CkdVE": text("EQUALS", "Germany")})
    assert {row["web_sessions.country"] for row in germany} == {"Germany"}
    both = rows_with(
        {
            "QE4CkdVE": text("EQUALS", "Germany"),
            "web_sessions.pageviews": number("LESS_THAN", "5"),
        }
    )
    assert 0 < len(both) < len(germany)
    assert max(row["web_sessions.pageviews"] for row in both) < 5


def test_filters_apply_to_totals() -> None:
    body = {"format": "json", "queryIdentifierMapKey": "1"}
    narrowed = {**body, "filterConfig": {"QE4CkdVE": text("EQUALS", "Germany")}}
    [whole], [part] = json.loads(content_of(body)), json.loads(content_of(narrowed))
    assert whole["web_sessions.session_count"] == 5000
    assert part["web_sessions.session_count"] == len(rows_with({"QE4CkdVE": text("EQUALS", "Germany")}))
