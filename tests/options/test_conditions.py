"""Conditions: read from every known shape, written back without a loss, and what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.conditions import (
    Condition,
    Filter,
    FilterType,
    JsonText,
    condition_of,
    condition_problem,
    config,
    edit_of,
    edit_problem,
    is_changed,
    json_problem,
    operators,
    read_filters,
    same_json,
    values_for_fan_out,
    with_condition,
    with_edit,
    with_one_value,
    words_of,
)
from omni_tui.options.filter_read import next_day, type_of
from tests.options.filter_objects import (
    INTERVAL,
    any_objects,
    conditions,
    date_filter,
    filter_like,
    filter_of,
    json_values,
    known_objects,
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
    ({"type": "date", "kind": "BEFORE"}, Condition("any")),
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
    {"type": "date", "kind": "BEFORE", "values": ["2024-01-01"]},
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
            {"kind": "BEFORE", "right_side": "2026-02-01"},
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


@given(any_objects)
def test_read_and_written_without_a_change_is_the_same_json(raw: Any) -> None:
    before = json.dumps(raw)
    filter_ = filter_of(raw)
    own = edit_of(filter_)
    assert json.dumps(with_edit(filter_, own)) == before
    assert config([filter_], {filter_.id: own}) is None
    assert config([filter_], {}) is None
    assert words_of(filter_, own).startswith(filter_.label)
    edit_problem(filter_, own)
    assert set(values_for_fan_out(filter_, own)) <= set(getattr(own, "values", ()))


@given(known_objects, st.data())
def test_an_edit_changes_the_condition_and_no_key_beside_it(raw: dict[str, Any], data: st.DataObject) -> None:
    filter_ = filter_of(raw)
    before = json.dumps(raw)
    condition = data.draw(conditions(filter_))
    sent = with_condition(filter_, condition)
    assert json.dumps(raw) == before
    assert isinstance(sent, dict)
    own_keys = {
        "kind",
        "values",
        "is_negative",
        "is_inclusive",
        "case_insensitive",
        "left_side",
        "right_side",
        "ui_type",
    }
    assert {key: value for key, value in sent.items() if key not in own_keys} == {
        key: value for key, value in raw.items() if key not in own_keys
    }
    again = filter_of(sent)
    assert condition_of(again) is not None
    assert same_json(with_condition(again, condition), sent)
    if condition_of(filter_) is not None:
        undone = edit_of(filter_)
        assert config([filter_], {filter_.id: undone}) is None


known_types = filter_like.filter(lambda raw: type_of(raw) is not FilterType.OTHER)


@given(known_objects | known_types, st.data())
def test_what_was_written_is_read_as_it_was_meant(raw: dict[str, Any], data: st.DataObject) -> None:
    """Also where the filter's own shape is not known: what was typed over it counts."""
    filter_ = filter_of(raw)
    condition = data.draw(conditions(filter_))
    assert condition_problem(filter_, condition) == ""
    read = condition_of(filter_of(with_condition(filter_, condition)))
    assert read is not None
    assert _meaning(filter_, read) == _meaning(filter_, condition)


def _meaning(filter_: Filter, condition: Condition) -> tuple[str, list[Any], bool]:
    """The condition with numbers by their value, and a range of one day as that day."""
    values: list[Any] = list(condition.values)
    if filter_.type is FilterType.NUMBER:
        values = [float(value) for value in values]
    not_ = "not " if condition.operator.startswith("not ") else ""
    if condition.operator.endswith("between") and values[1] == next_day(str(values[0])):
        return f"{not_}on", values[:1], False
    if condition.operator.endswith("span") and values[1] == f"{values[0]} ago":
        return f"{not_}past", values[:1], False
    return condition.operator, values, condition.ignores_case


@given(st.dictionaries(st.text(), any_objects, max_size=4), st.data())
def test_all_or_nothing_is_sent(filters: dict[str, Any], data: st.DataObject) -> None:
    read = read_filters(filters, data.draw(st.permutations(list(filters))))
    assert sorted(each.id for each in read) == sorted(filters)
    id_ = data.draw(st.sampled_from(sorted(filters))) if filters else ""
    replaced = data.draw(json_values)
    sent = config(read, {id_: JsonText(json.dumps(replaced))} if filters else {})
    if sent is None:
        assert not filters or same_json(replaced, filters[id_])
    else:
        assert [*sent] == [each.id for each in read]
        assert same_json(sent, {each.id: filters[each.id] for each in read} | {id_: replaced})


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
    assert json_problem('{"type":') == "This is not JSON: expecting value at line 1, column 9."
    assert json_problem("[" * 100_000) == "This is not JSON that can be sent."
    assert json_problem('{"type": "x"}') == ""


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


PAST_HELP = "Write a number and a unit, as in “6 months”: day, week, month, quarter or year."


@pytest.mark.parametrize(
    ("filter_", "condition", "problem"),
    [
        (number_filter(), Condition("=", ("10", "abc")), "“abc” is not a number."),
        (number_filter(), Condition("=", ("١",)), "“١” is not a number."),
        (number_filter(), Condition("=", ("1e999",)), "“1e999” is not a number."),
        (number_filter(), Condition(">=", ()), "Write a number."),
        (number_filter(), Condition(">=", (" ",)), "Write a number."),
        (
            number_filter(),
            Condition("between", ("1",)),
            "Write both ends: the start and the end, which is not",
        ),
        (number_filter(), Condition("between", ("2", "1")), "The end comes before the start."),
        (
            number_filter(),
            Condition("between", ("1", "1.0")),
            "The end is the start, and the end is not included",
        ),
        (
            date_filter(),
            Condition("on", ("2026-13-01",)),
            "“2026-13-01” is not a date: write it as 2026-11-23.",
        ),
        (date_filter(), Condition("on", ("today",)), "“today” is not a date: write it as 2026-11-23."),
        (date_filter(), Condition("on", ("9999-12-31",)), "“9999-12-31” is not a date"),
        (date_filter(), Condition("on", ()), "Write a date, as in 2026-11-23."),
        (date_filter(), Condition("before", ("11/23/2026",)), "“11/23/2026” is not a date"),
        (date_filter(), Condition("past", ("months",)), PAST_HELP),
        (date_filter(), Condition("past", ("6",)), PAST_HELP),
        (date_filter(), Condition("past", ("6 fortnights",)), PAST_HELP),
        (date_filter(), Condition("past", ()), PAST_HELP),
        (
            date_filter(),
            Condition("between", ("2026-01-01", "")),
            "Write both ends: the first day and the end",
        ),
        (
            date_filter(),
            Condition("between", ("2026-02-01", "2026-01-01")),
            "The end comes before the start.",
        ),
        (date_filter(), Condition("between", ("2026-02-01", "2026-02-01")), "The end is the start"),
        (date_filter(), Condition("between", ("today", "6 months ago")), "The end comes before the start."),
        (
            date_filter(),
            Condition("between", ("4 weeks ago", "2 Months ago")),
            "The end comes before the start.",
        ),
        (date_filter(), Condition("between", ("1 day ago", "1 day ago")), "The end is the start"),
        (text_filter("a", required=True), Condition("any"), "Status is required: it cannot be any value."),
        (text_filter("a", required=True), Condition("is"), "Status is required: it cannot be any value."),
        (text_filter("a"), Condition("between", ("a", "b")), "Status knows no “between”."),
        (yes_no_filter(required=True, is_negative=True), Condition("any"), "Active is required"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(filter_: Filter, condition: Condition, problem: str) -> None:
    said = condition_problem(filter_, condition)
    assert said.startswith(problem)
    assert said.endswith(".")
    assert said.count("\n") == 0


@pytest.mark.parametrize(
    ("filter_", "condition"),
    [
        (text_filter(), Condition("is")),
        (text_filter(), Condition("is", ("",))),
        (number_filter(), Condition("=", ("-1", "+2.5", ".5", "1e3"))),
        (date_filter(), Condition("on or after", ("6 months ago",))),
        (date_filter(), Condition("before", ("2026-11-23 10:30",))),
        (date_filter(), Condition("between", ("6 months ago", "today"))),
        (date_filter(), Condition("between", ("30 days ago", "1 month ago"))),  # in March
        (date_filter(), Condition("between", ("2026-01-01", "1 month ago"))),
        (date_filter(), Condition("past", ("36 Hours",))),
        (date_filter(left="next full moon"), Condition("before", ("next full moon",))),
        (
            date_filter("BETWEEN", "2026-02-01", "2026-01-01"),
            Condition("between", ("2026-02-01", "2026-01-01")),
        ),
        (text_filter("a", required=True), Condition("empty")),
    ],
)
def test_what_is_right_is_let_through(filter_: Filter, condition: Condition) -> None:
    assert condition_problem(filter_, condition) == ""


@pytest.mark.parametrize(
    ("filter_", "edit", "words"),
    [
        (text_filter(), Condition("is", ("complete", "pending")), "Status is complete or pending"),
        (text_filter(), Condition("not starts with", ("a",)), "Status does not start with a"),
        (
            text_filter(),
            Condition("contains", ("a",), ignores_case=True),
            "Status contains a (ignoring case)",
        ),
        (text_filter(), Condition("is"), "Status is any value"),
        (text_filter(), Condition("not empty"), "Status is not empty"),
        (number_filter(), Condition("between", ("10", "99")), "Price between 10 and 99 (end not included)"),
        (number_filter(), Condition("not <=", ("5",)), "Price is not at most 5"),
        (number_filter(), Condition("!=", ("5", "6")), "Price is not 5 or 6"),
        (date_filter(), Condition("past", ("6 months",)), "Created past 6 months"),
        (date_filter(), Condition("on", ("2026-01-01",)), "Created on 2026-01-01"),
        (
            date_filter(),
            Condition("not between", ("a", "b")),
            "Created not between a and b (end not included)",
        ),
        (date_filter(), Condition("span", ("6 months", "1 year ago")), "Created 6 months from 1 year ago"),
        (date_filter(), Condition("any"), "Created is any value"),
        (yes_no_filter(), Condition("no"), "Active is false"),
        (null_filter(), Condition("not null"), "Coupon is not null"),
        (text_filter(), JsonText('{"a":\n [1]}'), 'Status: {"a":[1]}'),
        (text_filter(), JsonText('{"a":'), 'Status: {"a":'),
    ],
)
def test_conditions_in_words(filter_: Filter, edit: Condition | JsonText, words: str) -> None:
    assert words_of(filter_, edit) == words


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
