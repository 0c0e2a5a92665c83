"""The grammar of filters: read from forgiving text, written so that it reads the same again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.options.filters.editing import edit_of, same_json, with_edit
from omni_tui.options.filters.text_syntax import FilterTextError, parse, split_flag, text_of
from omni_tui.options.filters.types import Condition, Edit, Filter, JsonText
from tests.options.filters.filter_objects import (
    any_objects,
    conditions,
    date_filter,
    filter_of,
    known_objects,
    null_filter,
    number_filter,
    text_filter,
    yes_no_filter,
)

TEXT, NUMBER, DATE, YES_NO, NULL = (
    text_filter(),
    number_filter(),
    date_filter(),
    yes_no_filter(),
    null_filter(),
)
CREATED = Condition("between", ("2026-01-01", "2026-02-01"))


@pytest.mark.parametrize(
    ("filter_", "text", "condition"),
    [
        (TEXT, " complete ,pending, ", Condition("is", ("complete", "pending"))),
        (TEXT, "Is  Complete", Condition("is", ("Complete",))),
        (TEXT, '"a, b", c, ""', Condition("is", ("a, b", "c", ""))),
        (TEXT, '5" pipe', Condition("is", ('5" pipe',))),
        (TEXT, '"say ""hi"""', Condition("is", ('say "hi"',))),
        (TEXT, "“not done”", Condition("is", ("not done",))),
        (TEXT, "not complete, pending", Condition("not", ("complete", "pending"))),
        (TEXT, "is not complete", Condition("not", ("complete",))),
        (TEXT, "!=complete", Condition("not", ("complete",))),
        (TEXT, "<> complete", Condition("not", ("complete",))),
        (TEXT, "nothing", Condition("is", ("nothing",))),
        (TEXT, "island", Condition("is", ("island",))),
        (TEXT, "CONTAINS web", Condition("contains", ("web",))),
        (TEXT, "doesn’t contain web", Condition("not contains", ("web",))),
        (TEXT, "does  not start with web", Condition("not starts with", ("web",))),
        (TEXT, "not starting with web", Condition("not starts with", ("web",))),
        (TEXT, "Doesn't End With web", Condition("not ends with", ("web",))),
        (TEXT, "ends with .com, .org", Condition("ends with", (".com", ".org"))),
        (TEXT, "contains web (ignoring case)", Condition("contains", ("web",), ignores_case=True)),
        (TEXT, "is empty", Condition("empty")),
        (TEXT, "Not Empty", Condition("not empty")),
        (TEXT, "any value", Condition("any")),
        (text_filter(case_insensitive=True), "web", Condition("is", ("web",), ignores_case=True)),
        (text_filter(case_insensitive=True), "web (matching case)", Condition("is", ("web",))),
        (NUMBER, "10, 20.5", Condition("=", ("10", "20.5"))),
        (NUMBER, "= 10", Condition("=", ("10",))),
        (NUMBER, "not 10", Condition("!=", ("10",))),
        (NUMBER, "≠10", Condition("!=", ("10",))),
        (NUMBER, ">= 10", Condition(">=", ("10",))),
        (NUMBER, "≤10", Condition("<=", ("10",))),
        (NUMBER, "at most 10", Condition("<=", ("10",))),
        (NUMBER, "More Than 10", Condition(">", ("10",))),
        (NUMBER, "is less than 10", Condition("<", ("10",))),
        (NUMBER, "10..99.99", Condition("between", ("10", "99.99"))),
        (NUMBER, "between 10 and 20", Condition("between", ("10", "20"))),
        (NUMBER, "10 – 20", Condition("between", ("10", "20"))),
        (NUMBER, "-20--10", Condition("between", ("-20", "-10"))),
        (NUMBER, "not 10 to 20", Condition("not between", ("10", "20"))),
        (NUMBER, "not >10", Condition("not >", ("10",))),
        (DATE, "past 6 months", Condition("past", ("6 months",))),
        (DATE, "Last 6 months", Condition("past", ("6 months",))),
        (DATE, "in the last 1 day", Condition("past", ("1 day",))),
        (DATE, "2026-01-01..2026-02-01", CREATED),
        (DATE, "2026-01-01 – 2026-02-01", CREATED),
        (DATE, "from 2026-01-01 until 2026-02-01", CREATED),
        (DATE, "between 2026-01-01 and 2026-02-01", CREATED),
        (DATE, "2026-01-01 to 2026-02-01", CREATED),
        (DATE, "since 2026-01-01", Condition("on or after", ("2026-01-01",))),
        (DATE, ">=2026-01-01", Condition("on or after", ("2026-01-01",))),
        (DATE, "on or after 6 months ago", Condition("on or after", ("6 months ago",))),
        (DATE, "until 2026-01-01", Condition("before", ("2026-01-01",))),
        (DATE, "on 2026-01-01", Condition("on", ("2026-01-01",))),
        (DATE, "2026-01-01", Condition("on", ("2026-01-01",))),
        (DATE, "not past 6 months", Condition("not past", ("6 months",))),
        (DATE, "6 months from 1 year ago", Condition("span", ("6 months", "1 year ago"))),
        (DATE, "any", Condition("any")),
        (DATE, "today", Condition("on", ("today",))),
        (DATE, "Yesterday", Condition("on", ("Yesterday",))),
        (DATE, "this month", Condition("on", ("this month",))),
        (DATE, "in last quarter", Condition("on", ("last quarter",))),
        (DATE, "2026-03", Condition("on", ("2026-03",))),
        (DATE, "2026", Condition("on", ("2026",))),
        (DATE, "2026 Q3", Condition("on", ("2026 Q3",))),
        (DATE, "is Q3 2026", Condition("on", ("Q3 2026",))),
        (DATE, "FY2026", Condition("on", ("FY2026",))),
        (DATE, "March 2026", Condition("on", ("March 2026",))),
        (DATE, "6 complete months ago", Condition("on", ("6 complete months ago",))),
        (DATE, "Mondays", Condition("on", ("Mondays",))),
        (DATE, "on Monday", Condition("on", ("Monday",))),
        (DATE, "not last week", Condition("not on", ("last week",))),
        (DATE, "past 6 complete months", Condition("past", ("6 complete months",))),
        (DATE, "2026-03-01..yesterday", Condition("between", ("2026-03-01", "yesterday"))),
        (DATE, "last month..today", Condition("between", ("last month", "today"))),
        (DATE, "since last month", Condition("on or after", ("last month",))),
        (DATE, "before this year", Condition("before", ("this year",))),
        (DATE, "until tomorrow", Condition("before", ("tomorrow",))),
        (YES_NO, "True", Condition("yes")),
        (YES_NO, "no", Condition("no")),
        (YES_NO, "any", Condition("any")),
        (NULL, "is null", Condition("null")),
        (NULL, "not null", Condition("not null")),
    ],
)
def test_forgiving_text(filter_: Filter, text: str, condition: Condition) -> None:
    assert parse(filter_, text) == condition
    assert parse(filter_, text_of(filter_, condition)) == condition


@pytest.mark.parametrize(
    ("filter_", "edit", "text"),
    [
        (TEXT, Condition("is", ("complete", "pending")), "complete, pending"),
        (TEXT, Condition("not", ("complete",)), "not complete"),
        (TEXT, Condition("contains", ("web",)), "contains web"),
        (TEXT, Condition("contains", ("a,b", "c")), 'contains "a,b", c'),
        (TEXT, Condition("is", ("not started", "any", "empty")), '"not started", "any", "empty"'),
        (TEXT, Condition("is", ("", " a", 'say "hi"', '"')), '"", " a", say "hi", """"'),
        (TEXT, Condition("is", ("a",), ignores_case=True), "a (ignoring case)"),
        (text_filter(case_insensitive=True), Condition("is", ("a",)), "a (matching case)"),
        (TEXT, Condition("is"), "any"),
        (TEXT, Condition("empty"), "empty"),
        (NUMBER, Condition(">=", ("10",)), ">=10"),
        (NUMBER, Condition("between", ("10", "99.99")), "10..99.99"),
        (NUMBER, Condition("between", ("0", ".5")), "between 0 and .5"),
        (NUMBER, Condition("!=", ("10", "20")), "not 10, 20"),
        (DATE, CREATED, "2026-01-01..2026-02-01"),
        (DATE, Condition("between", ("6 months ago", "today")), "between 6 months ago and today"),
        (DATE, Condition("on or after", ("2026-11-23",)), "on or after 2026-11-23"),
        (DATE, Condition("past", ("6 months",)), "past 6 months"),
        (DATE, Condition("on", ("2026-11-23",)), "2026-11-23"),
        (DATE, Condition("before", ("next, full moon",)), 'before "next, full moon"'),
        (YES_NO, Condition("yes"), "yes"),
        (NULL, Condition("not null"), "not null"),
        (TEXT, JsonText('{"type":\n "composite"}'), '{"type": "composite"}'),
    ],
)
def test_as_it_is_written(filter_: Filter, edit: Edit, text: str) -> None:
    assert text_of(filter_, edit) == text


@given(known_objects, st.data())
@example({"type": "string", "kind": "EQUALS", "values": []}, None)
def test_written_text_parses_to_the_same_edit(raw: dict[str, Any], data: st.DataObject | None) -> None:
    filter_ = filter_of(raw)
    if data is None:
        for value in (
            "a (ignoring case)",
            "is",
            "=",
            "{}",
            "“",
            '"',
            "Not",
            "Not a",
            "a..b",
            "*",
            "\n",
            "a\r\nb",
        ):
            condition = Condition("is", (value, value))
            assert parse(filter_, text_of(filter_, condition)) == condition
        return
    condition = data.draw(conditions(filter_))
    text = text_of(filter_, condition)
    assert parse(filter_, text) == condition, text


@given(any_objects)
def test_what_a_server_gave_reads_the_same_again(raw: Any) -> None:
    filter_ = filter_of(raw)
    own = edit_of(filter_)
    text = text_of(filter_, own)
    assert text
    read = parse(filter_, text) if isinstance(own, Condition) or isinstance(raw, dict) else JsonText(text)
    assert read == own if isinstance(own, Condition) else same_json(with_edit(filter_, read), raw)


@given(any_objects, st.text() | st.text('not is any 10.,.>=<"-2026-01 to'))
def test_any_text_is_parsed_or_has_an_error(raw: Any, text: str) -> None:
    filter_ = filter_of(raw)
    try:
        read = parse(filter_, text)
    except FilterTextError:
        return
    assert isinstance(read, JsonText) or parse(filter_, text_of(filter_, read)) == read


@pytest.mark.parametrize(
    ("filter_", "text", "message"),
    [
        (TEXT, " ", "Status has no value."),
        (TEXT, "contains", "No value after “contains”."),
        (TEXT, '"open', "Missing closing quote."),
        (TEXT, '"a" b', "Text after a closing quote. Separate values with commas."),
        (TEXT, "Not started", "Ambiguous: quote the value, or write lowercase “not”."),
        (TEXT, '{"type":', "Invalid JSON: expecting value at line 1, column 9."),
        (NUMBER, "1,000", "“1,000” is ambiguous: use “1000” or “1, 000”."),
        (NUMBER, ">=1,000", "“1,000” isn't a number."),
        (NUMBER, "cheap", "“cheap” isn't a number."),
        (NUMBER, "20..10", "The end is before the start."),
        (NUMBER, ">", "No value after “>”."),
        (DATE, "2026-13-01", "“2026-13-01” isn't a date. Try 2026-11-23, 2026-03, 2026 Q3, last month"),
        (DATE, "after 2026-01-01", "“after” is ambiguous: use “on or after”, “before” or START..END."),
        (DATE, "<= 2026-01-01", "“<=” is ambiguous: use “on or after”, “before” or START..END."),
        (DATE, "not", "No value after “not”."),
        (DATE, "now", "“now” isn't a date."),
        (DATE, "last fortnight", "Enter a number"),
        (DATE, "last_7_days", "“last_7_days” isn't a date."),
        (DATE, "2026 Q5", "“2026 Q5” isn't a date."),
        (DATE, "on 2026-11-23 10:30", "“2026-11-23 10:30” isn't a date."),
        (DATE, "before 2026-11-23T10:30:00Z", "“2026-11-23T10:30:00Z” isn't a date."),
        (DATE, "before Monday", "“Monday” isn't a date."),
        (DATE, "today..yesterday", "The end is before the start."),
        (DATE, "2026 Q3..2026-06", "The end is before the start."),
        (DATE, "past month", "Enter a number and a unit, as in “6 months”"),
        (YES_NO, "maybe", "Active can't be “maybe”."),
        (NULL, "any", "Coupon can't be “any”."),
        (
            filter_of({"type": "composite"}),
            "a or b",
            "Invalid JSON: expecting value at line 1, column 1.",
        ),
    ],
)
def test_invalid_text_is_reported_with_the_valid_forms(filter_: Filter, text: str, message: str) -> None:
    with pytest.raises(FilterTextError) as caught:
        parse(filter_, text)
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith("Use ")


@pytest.mark.parametrize(
    ("typed", "name", "text"),
    [
        ("Status=complete,pending", "Status", "complete,pending"),
        ("Order status = not a=b", "Order status", "not a=b"),
        ("Price>=10", "Price", ">=10"),
        ("Price <= 10", "Price", "<=10"),
        ("Price<5", "Price", "<5"),
        ("Price>5", "Price", ">5"),
        ("P&L (€)!=3", "P&L (€)", "!=3"),
        ("Price<>3", "Price", "<>3"),
        ("o.created[date]=past 6 months", "o.created[date]", "past 6 months"),
    ],
)
def test_a_flag_is_split_at_its_operator(typed: str, name: str, text: str) -> None:
    assert split_flag(typed) == (name, text)


@pytest.mark.parametrize("typed", ["Status", "=complete", "Status=", "Price>=", ""])
def test_a_flag_that_names_nothing(typed: str) -> None:
    with pytest.raises(FilterTextError) as caught:
        split_flag(typed)
    assert f"“{typed}”" in caught.value.message
    assert caught.value.hint
