"""Filters as servers give them, known and hostile, and conditions of every operator."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from omni_tui.options.filters.editing import operators, read_filters
from omni_tui.options.filters.types import Condition, Filter, FilterType, ValueCount

LAST_DAY = date(9999, 12, 30)  # the last one that has a next one
INTERVAL = "TIME_FOR_INTERVAL_DURATION"
UNIT = "TIME_FOR_UNIT_DURATION"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
filter_like = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "number", "date", "boolean", "null", "composite"]) | json_values,
        "kind": st.sampled_from(["EQUALS", "BETWEEN", "ON_OR_AFTER", "IS_EMPTY", INTERVAL, "NEW"])
        | json_values,
        "values": st.lists(st.text(), max_size=3) | st.lists(json_values, max_size=3) | json_values,
        "left_side": st.sampled_from(["2026-01-01", "6 months ago", ""]) | json_values,
        "right_side": st.sampled_from(["2026-01-02", "6 months", ""]) | json_values,
        "ui_type": st.sampled_from(["PAST", "ANY_TIME"]) | json_values,
        "is_negative": st.booleans() | json_values,
        "is_inclusive": st.booleans() | json_values,
        "case_insensitive": st.booleans() | json_values,
        "label": json_values,
        "fieldName": json_values,
        "required": json_values,
    },
)
days = st.dates().map(str)
lengths = st.builds(
    "{} {}s".format, st.integers(2, 999), st.sampled_from(["minute", "hour", "day", "week", "month", "year"])
)
moments = days | lengths.map("{} ago".format) | st.sampled_from(["today", "2026-01-01 10:30", "last month"])
periods = st.sampled_from(
    [
        "today",
        "last month",
        "next year",
        "2026",
        "2026-03",
        "2026 Q3",
        "FY2026",
        "6 complete months ago",
        "Friday",
    ]
)
numbers = st.integers(-(10**6), 10**6).map(str) | st.floats(-1e6, 1e6).map(str)

_flags: dict[str, st.SearchStrategy[Any]] = {"is_negative": st.booleans(), "newer": json_values}
_texts = st.fixed_dictionaries(
    {
        "type": st.just("string"),
        "kind": st.sampled_from(["EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "IS_EMPTY"]),
        "values": st.lists(st.text(), max_size=3),
    },
    optional={**_flags, "case_insensitive": st.booleans(), "label": st.text()},
)
_numbers = st.fixed_dictionaries(
    {
        "type": st.just("number"),
        "kind": st.sampled_from(["EQUALS", "GREATER_THAN", "LESS_THAN", "BETWEEN"]),
        "values": st.lists(numbers, max_size=2)
        | st.lists(st.integers(), max_size=2)
        | st.lists(st.floats(-1e9, 1e9), max_size=2),
    },
    optional={**_flags, "is_inclusive": st.booleans()},
)
_dates = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("date"),
            "kind": st.sampled_from(["BETWEEN", "WITHIN_RANGE"]),
            "left_side": moments,
            "right_side": moments,
        },
        optional=_flags,
    ),
    st.fixed_dictionaries(
        {"type": st.just("date"), "kind": st.just("ON_OR_AFTER"), "left_side": moments | st.text()},
        optional=_flags,
    ),
    st.fixed_dictionaries(
        {"type": st.just("date"), "kind": st.just("BEFORE"), "right_side": moments | st.text()},
        optional=_flags,
    ),
    st.builds(
        lambda length, more: {
            "type": "date",
            "kind": INTERVAL,
            "left_side": f"{length} ago",
            "right_side": length,
            **more,
        },
        lengths,
        st.fixed_dictionaries({}, optional={**_flags, "ui_type": st.just("PAST")}),
    ),
    st.fixed_dictionaries(
        {"type": st.just("date"), "kind": st.just(INTERVAL), "left_side": moments, "right_side": lengths},
        optional=_flags,
    ),
)
_yes_no = st.fixed_dictionaries({"type": st.just("boolean")}, optional=_flags)
_null = st.fixed_dictionaries({"type": st.just("null")}, optional=_flags)

known_objects: st.SearchStrategy[dict[str, Any]] = st.one_of(_texts, _numbers, _dates, _yes_no, _null)
any_objects = known_objects | filter_like | json_values


def filter_of(raw: Any, id_: str = "o.thing") -> Filter:
    """The filter that a server's object is."""
    return read_filters({id_: raw}, [])[0]


def text_filter(*values: Any, kind: str = "EQUALS", **more: Any) -> Filter:
    return filter_of({"type": "string", "kind": kind, "values": list(values), **more}, "o.status")


def number_filter(*values: Any, kind: str = "EQUALS", **more: Any) -> Filter:
    return filter_of({"type": "number", "kind": kind, "values": list(values), **more}, "o.price")


def date_filter(kind: str = "ON_OR_AFTER", left: str = "2024-01-01", right: str = "", **more: Any) -> Filter:
    sides = {"left_side": left, "right_side": right}
    raw = {"type": "date", "kind": kind, **{key: side for key, side in sides.items() if side}, **more}
    return filter_of(raw, "o.created")


def yes_no_filter(**more: Any) -> Filter:
    return filter_of({"type": "boolean", **more}, "o.active")


def null_filter(**more: Any) -> Filter:
    return filter_of({"type": "null", **more}, "o.coupon")


@st.composite
def conditions(draw: st.DrawFn, filter_: Filter) -> Condition:
    """A condition that the filter can have: any of its operators, with values that are right."""
    operator = draw(st.sampled_from(operators(filter_)))
    ignores_case = filter_.type is FilterType.TEXT and draw(st.booleans())
    key = operator.key.removeprefix("not ")
    values = {FilterType.TEXT: st.text(), FilterType.NUMBER: numbers}.get(filter_.type, moments)
    match operator.value_count:
        case ValueCount.NONE:
            own = isinstance(filter_.raw, dict) and filter_.raw.get("case_insensitive") is True
            return Condition(operator.key, (), filter_.type is FilterType.TEXT and own)
        case ValueCount.MANY:
            chosen = draw(st.lists(values, min_size=1, max_size=4))
            if operator.key not in ("is", "not", "=", "!="):
                chosen = [value or "a" for value in chosen]
            return Condition(operator.key, tuple(chosen), ignores_case)
        case ValueCount.ONE if key == "past":
            return Condition(operator.key, (draw(lengths),))
        case ValueCount.ONE if key == "on":
            return Condition(operator.key, (draw(st.dates(max_value=LAST_DAY).map(str) | periods),))
        case ValueCount.ONE:
            return Condition(operator.key, (draw(values),))
    if key == "span":
        return Condition(operator.key, (draw(lengths), draw(moments)))
    if filter_.type is FilterType.NUMBER:
        ends = sorted(draw(st.lists(numbers, min_size=2, max_size=2, unique_by=float)), key=float)
    else:
        ends = sorted(draw(st.lists(days, min_size=2, max_size=2, unique=True)))
    return Condition(operator.key, tuple(ends))
