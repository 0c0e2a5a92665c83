"""What is wrong with a condition, and what it asks for, in words."""

from __future__ import annotations

import pytest

from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import condition_problem, edit_of, edit_problem, is_changed
from omni_tui.options.filters.types import Condition, Filter, JsonText
from tests.options.filters.filter_objects import (
    date_filter,
    filter_of,
    null_filter,
    number_filter,
    text_filter,
    yes_no_filter,
)

PAST_HELP = "Enter a number and a unit, as in “6 months”: day, week, month, quarter or year."


@pytest.mark.parametrize(
    ("filter_", "condition", "problem"),
    [
        (number_filter(), Condition("=", ("10", "abc")), "“abc” isn't a number."),
        (number_filter(), Condition("=", ("١",)), "“١” isn't a number."),
        (number_filter(), Condition("=", ("1e999",)), "“1e999” isn't a number."),
        (number_filter(), Condition(">=", ()), "Enter a number."),
        (number_filter(), Condition(">=", (" ",)), "Enter a number."),
        (
            number_filter(),
            Condition("between", ("1",)),
            "Enter a start and an end (end exclusive)",
        ),
        (number_filter(), Condition("between", ("2", "1")), "The end is before the start."),
        (
            number_filter(),
            Condition("between", ("1", "1.0")),
            "The start equals the end, which is exclusive",
        ),
        (
            date_filter(),
            Condition("on", ("2026-13-01",)),
            "“2026-13-01” isn't a date. Try",
        ),
        (date_filter(), Condition("on", ("now",)), "“now” isn't a date. Try"),
        (text_filter("a"), Condition("contains"), "Enter a value, or choose “any”."),
        (text_filter("a"), Condition("not starts with", ("a", "")), "Enter a value, or choose “any”."),
        (text_filter(), Condition("is"), "Enter a value, or choose “any”."),
        (number_filter("1"), Condition("="), "Enter a number."),
        (date_filter(), Condition("on", ("9999-12-31",)), "“9999-12-31” isn't a date"),
        (date_filter(), Condition("on", ()), "Enter a date, as in 2026-11-23."),
        (date_filter(), Condition("before", ("11/23/2026",)), "“11/23/2026” isn't a date"),
        (date_filter(), Condition("past", ("months",)), PAST_HELP),
        (date_filter(), Condition("past", ("6",)), PAST_HELP),
        (date_filter(), Condition("past", ("6 fortnights",)), PAST_HELP),
        (date_filter(), Condition("past", ()), PAST_HELP),
        (
            date_filter(),
            Condition("between", ("2026-01-01", "")),
            "Enter a start and an end date (end exclusive)",
        ),
        (
            date_filter(),
            Condition("between", ("2026-02-01", "2026-01-01")),
            "The end is before the start.",
        ),
        (date_filter(), Condition("between", ("2026-02-01", "2026-02-01")), "The start equals the end"),
        (date_filter(), Condition("between", ("today", "6 months ago")), "The end is before the start."),
        (
            date_filter(),
            Condition("between", ("4 weeks ago", "2 Months ago")),
            "The end is before the start.",
        ),
        (date_filter(), Condition("between", ("1 day ago", "1 day ago")), "The start equals the end"),
        (
            text_filter("a", required=True),
            Condition("any"),
            "Status is required. Choose a value other than “any”.",
        ),
        (text_filter("a", required=True), Condition("is"), "Enter a value, or choose “any”."),
        (text_filter("a"), Condition("between", ("a", "b")), "Status doesn't support “between”."),
        (yes_no_filter(required=True, is_negative=True), Condition("any"), "Active is required"),
    ],
)
def test_an_invalid_condition_has_a_one_sentence_error(
    filter_: Filter, condition: Condition, problem: str
) -> None:
    said = condition_problem(filter_, condition)
    assert said.startswith(problem)
    assert said.endswith(".")
    assert said.count("\n") == 0


@pytest.mark.parametrize(
    ("filter_", "condition"),
    [
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
def test_valid_conditions_have_no_error(filter_: Filter, condition: Condition) -> None:
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
        (text_filter(), Condition("is"), "Status is …"),
        (date_filter(), Condition("on", ("last month",)), "Created is last month"),
        (date_filter(), Condition("not on", ("2026 Q3",)), "Created is not 2026 Q3"),
        (date_filter(), Condition("on", ("Monday",)), "Created on Monday"),
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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"type": "composite"}', ""),
        ('{"type":', "Invalid JSON: expecting value at line 1, column 9."),
        ('{"a": NaN}', "This JSON can't be sent."),
        ('{"a": "\\ud800"}', "This JSON can't be sent."),
        ("[" * 100_000, "This JSON can't be sent."),
        ("[]", "A filter must be a JSON object, between “{” and “}”."),
        ("null", "A filter must be a JSON object, between “{” and “}”."),
    ],
)
def test_errors_of_json(text: str, problem: str) -> None:
    assert edit_problem(filter_of({"type": "composite", "filters": []}), JsonText(text)) == problem


def test_what_a_server_gave_instead_of_an_object_may_stay_so() -> None:
    filter_ = filter_of(["complete", float("nan")])
    assert edit_problem(filter_of(["complete"]), JsonText('["pending"]')) == ""
    assert not is_changed(filter_, edit_of(filter_))


@pytest.mark.parametrize(
    "start", ["30 seconds ago", "2 fortnights ago", "9" * 5000 + " days ago", "٣ days ago"]
)
def test_a_start_that_only_the_server_knows_stays_valid_with_another_end(start: str) -> None:
    filter_ = date_filter("BETWEEN", start, "today")
    assert condition_problem(filter_, Condition("between", (start, "tomorrow"))) == ""
