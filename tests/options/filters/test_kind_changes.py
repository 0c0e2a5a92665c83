"""A filter that is edited to another kind keeps nothing of its old one, for every pair of kinds."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.editing import condition_problem, operators, with_condition
from omni_tui.options.filters.types import READ_ONLY, Condition, Filter
from tests.examples import examples
from tests.options.filters.filter_objects import INTERVAL, UNIT, conditions, filter_of

DATE_KINDS = [
    *("BETWEEN", "ON_OR_AFTER", "BEFORE", INTERVAL, UNIT, "QUERY_OFFSET", "WITHIN_RANGE"),
    *("IS_ON_DAY_OF_WEEK", "IS_ON_DAY_OF_MONTH", "IS_ON_DAY_OF_QUARTER", "IS_ON_DAY_OF_YEAR"),
    *("IS_IN_MONTH_OF_YEAR", "IS_IN_QUARTER_OF_YEAR", "IS_IN_WEEK_OF_YEAR", "IS_AT_HOUR_OF_DAY", "NEWER"),
]
KINDS: dict[str, list[str]] = {
    "date": DATE_KINDS,
    "string": ["EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "IS_EMPTY", "SQL_LIKE", "NEWER"],
    "number": ["EQUALS", "GREATER_THAN", "LESS_THAN", "BETWEEN", "NEWER"],
}
# What each kind of date is made of, beside what every filter may have [V].
NEEDED: dict[str, set[str]] = {
    "BETWEEN": {"left_side", "right_side"},
    "WITHIN_RANGE": {"left_side", "right_side"},
    INTERVAL: {"left_side", "right_side"},
    "ON_OR_AFTER": {"left_side"},
    "BEFORE": {"right_side"},
    UNIT: {"left_side"},
    "IS_ON_DAY_OF_WEEK": {"left_side"},
}
UNKNOWN = {"newer": {"kept": [1]}, "treat_nulls_as_false": True, "cancel_query_filter": False}
_sides = st.sampled_from(["2026-01-01", "6 months ago", "6 months", "last quarter", "FY2026", "3", None])
_values = st.lists(st.sampled_from(["2026-01-01", "2026-02-01", "3"]), max_size=2)
_old_keys = st.fixed_dictionaries(
    {},
    optional={
        "left_side": _sides,
        "right_side": _sides,
        "values": _values,
        "ui_type": st.sampled_from(["PAST", "ANY_TIME", "DAY", "BETWEEN", "CUSTOM", None]),
        "offset_interval_string": st.sampled_from(["56 days", "0 days", None]),
        "isFiscal": st.sampled_from([True, False, None]),
        "is_negative": st.booleans(),
        "is_inclusive": st.booleans(),
    },
)


def _date_filter(kind: str, old: dict[str, Any]) -> Filter:
    return filter_of({"type": "date", "kind": kind, **old, **UNKNOWN})


def _targets() -> list[str]:
    everything = [*operators(filter_of({"type": "date"})), *READ_ONLY[filter_of({"type": "date"}).type]]
    return [each.key for each in everything]


@pytest.mark.parametrize("kind", DATE_KINDS)
@examples(40)
@given(data=st.data())
def test_no_key_of_the_old_kind_of_a_date_is_left(kind: str, data: st.DataObject) -> None:
    raw_filter = _date_filter(kind, data.draw(_old_keys))
    condition = data.draw(conditions(raw_filter))
    if condition == read_condition(raw_filter.raw):
        return
    assert condition_problem(raw_filter, condition) == ""
    sent = with_condition(raw_filter, condition)
    raw = raw_filter.raw
    assert isinstance(sent, dict)
    assert isinstance(raw, dict)
    assert {key: sent[key] for key in UNKNOWN} == UNKNOWN
    _is_of_one_kind(sent, raw, condition)


def _is_of_one_kind(sent: dict[str, Any], raw: dict[str, Any], condition: Condition) -> None:
    if condition.operator == "any":
        assert sent["ui_type"] == "ANY_TIME"
        assert not any(sent.get(key) for key in ("left_side", "right_side", "values"))
        return
    said = {key for key in ("left_side", "right_side", "values") if sent.get(key)}
    assert said == NEEDED[sent["kind"]] or (said == {"values"} and isinstance(raw.get("values"), list))
    assert sent.get("offset_interval_string") in (None, "0 days")
    assert not sent.get("isFiscal") or sent["left_side"].startswith("FY")
    if sent["kind"] != raw["kind"]:
        assert "offset_interval_string" not in sent
        assert "isFiscal" not in sent
    assert sent.get("ui_type") in (None, sent["kind"], "PAST", "DAY")


@pytest.mark.parametrize(
    ("old", "key"), [(old, key) for old, key in product(DATE_KINDS, _targets()) if key != "any"]
)
def test_every_pair_of_kinds_of_dates(old: str, key: str) -> None:
    values = {"past": ("2 months",), "between": ("2026-01", "2026-03"), "span": ("2 months", "2026-01")}
    condition = Condition(key, values.get(key.removeprefix("not "), ("2026-03-09",)))
    stale = {"left_side": "8 weeks ago", "right_side": "x", "ui_type": "CUSTOM", "isFiscal": True}
    filter_ = _date_filter(old, {**stale, "offset_interval_string": "56 days"})
    sent = with_condition(filter_, condition)
    assert isinstance(sent, dict)
    assert "56 days" not in json.dumps(sent)
    assert {"isFiscal", "offset_interval_string"}.isdisjoint(sent)
    assert read_condition(filter_of(sent).raw) == condition


@pytest.mark.parametrize(
    ("old", "key"), [(old, key) for old, key in product(DATE_KINDS, _targets()) if key != "any"]
)
@pytest.mark.parametrize("value", ["2026-03-09", "2026-03", "last quarter", "Monday"])
def test_a_date_that_came_with_values_is_sent_with_values(old: str, key: str, value: str) -> None:
    if value == "Monday" and not key.endswith("on"):
        return
    values = {"past": ("2 months",), "between": (value, "2026-12-24"), "span": ("2 months", value)}
    condition = Condition(key, values.get(key.removeprefix("not "), (value,)))
    for empty_sides in ({}, {"left_side": None, "right_side": None}):
        filter_ = _date_filter(old, {"values": ["2024-01-01"], **empty_sides})
        sent = with_condition(filter_, condition)
        assert isinstance(sent, dict)
        assert isinstance(sent["values"], list)
        assert len(sent["values"]) == len(NEEDED[str(sent["kind"])])
        assert not sent.get("left_side")
        assert not sent.get("right_side")
        assert read_condition(filter_of(sent).raw) == condition


@pytest.mark.parametrize(
    ("type_", "old"), [(type_, old) for type_ in ("string", "number") for old in KINDS[type_]]
)
@examples(30)
@given(data=st.data())
def test_every_pair_of_kinds_of_texts_and_numbers(type_: str, old: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(["1", "2"]), max_size=2))
    filter_ = filter_of(
        {"type": type_, "kind": old, "values": values, "is_inclusive": True, "is_negative": True, **UNKNOWN}
    )
    condition = data.draw(conditions(filter_))
    sent = with_condition(filter_, condition)
    assert isinstance(sent, dict)
    assert sent["kind"] in KINDS[type_]
    assert {key: sent[key] for key in UNKNOWN} == UNKNOWN
    read = read_condition(filter_of(sent).raw)
    assert read is not None
    assert read.operator == condition.operator
