"""Conditions, written back into their filters, and what is sent of them."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.options.filters.editing import (
    config,
    operators,
    read_filters,
    same_json,
    values_for_fan_out,
    with_condition,
)
from omni_tui.options.filters.types import Condition, Filter, FilterType, JsonText
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
            {"kind": UNIT, "values": ["2026-03-01"]},
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
    assert values_for_fan_out(number_filter(), Condition("=", ("1", "2"))) == ("1", "2")
    for other in (
        Condition("not", ("a",)),
        Condition("contains", ("a",)),
        Condition("any"),
        JsonText('["a"]'),
    ):
        assert values_for_fan_out(region, other) == ()
