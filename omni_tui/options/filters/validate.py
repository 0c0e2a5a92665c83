"""Check whether a filter's typed condition can be sent."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.date_conditions import next_day
from omni_tui.options.filters.date_literals import (
    UNITS,
    day_of,
    first_day,
    has_time,
    length_words,
    literal,
    weekday,
)
from omni_tui.options.filters.types import Condition, Filter, FilterType, ValueCount, operator
from omni_tui.options.validators import plain_json

# The shortest and longest unit, in days.
_DAYS_IN: Mapping[str, tuple[float, float]] = {
    "minute": (1 / 1440, 1 / 1440),
    "hour": (1 / 24, 1 / 24),
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "quarter": (90, 92),
    "year": (365, 366),
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_AGO = re.compile(rf"(\d{{1,6}}) (?:complete )?({'|'.join(UNITS)})s? ago", re.ASCII)
_RELATIVE_DAYS = {"today": (0.0, 0.0), "yesterday": (1.0, 1.0), "tomorrow": (-1.0, -1.0)}
# How many periods ago the first day of this, the last and the next one is, at least and at most.
_PERIODS_AGO = {"this": (0, 1), "last": (1, 2), "next": (-1, 0)}
NO_VALUE = "Enter a value, or choose “any”."


def condition_problem(filter: Filter, condition: Condition) -> str:
    """Return what is wrong with a condition of that filter, in one sentence, or ""."""
    known = operator(filter.type, condition.operator)
    if known is None:
        return f"{filter.label} doesn't support “{condition.operator}”."
    if known.key == "any":
        return f"{filter.label} is required. Choose a value other than “any”." if filter.is_required else ""
    own = read_condition(filter.raw)
    if own is not None and condition == own:
        return ""
    if filter.type is FilterType.NUMBER:
        return _number_problem(known.value_count, condition)
    if filter.type is FilterType.DATE:
        return _date_problem(filter, condition)
    return NO_VALUE if _has_no_value(filter.type, condition) else ""


def is_incomplete(filter: Filter, condition: Condition) -> bool:
    """Return whether the operator still needs a value: a server treats such a filter as "any"."""
    known = operator(filter.type, condition.operator)
    if known is None or known.value_count is ValueCount.NONE or condition == read_condition(filter.raw):
        return False
    count = 2 if known.value_count is ValueCount.TWO else 1
    if filter.type is FilterType.TEXT:
        return _has_no_value(filter.type, condition)
    return len([value for value in condition.values if value.strip()]) < count


def _has_no_value(type_: FilterType, condition: Condition) -> bool:
    """Return whether a text filter has no value: every text contains, starts and ends with ""."""
    if type_ is not FilterType.TEXT or condition.operator.endswith(("empty", "any")):
        return False
    return not condition.values or (condition.operator not in ("is", "not") and "" in condition.values)


def json_problem(text: str) -> str:
    """Return what is wrong with a filter edited as JSON, in one sentence, or ""."""
    try:
        plain_json(json.loads(text))
    except json.JSONDecodeError as error:
        return f"Invalid JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}."
    except (ValueError, RecursionError):
        return "This JSON can't be sent."
    return ""


def _number_problem(count: ValueCount, condition: Condition) -> str:
    values = [value.strip() for value in condition.values]
    if count is ValueCount.TWO and (len(values) < 2 or not all(values)):
        return "Enter a start and an end (end exclusive)."
    if not values or not all(values):
        return "Enter a number."
    for value in values:
        if not is_number(value):
            return f"“{value}” isn't a number."
    if count is ValueCount.TWO and float(values[1]) <= float(values[0]):
        return _end_problem(is_equal=float(values[1]) == float(values[0]))
    return ""


def _end_problem(*, is_equal: bool) -> str:
    if is_equal:
        return "The start equals the end, which is exclusive, so nothing would be left."
    return "The end is before the start."


def is_number(text: str) -> bool:
    """Return whether a text is a number: digits, a sign, a decimal point, an exponent."""
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _date_problem(filter: Filter, condition: Condition) -> str:
    key = condition.operator.removeprefix("not ")
    values = [value.strip() for value in condition.values]
    if key == "past":
        return _span_problem(values[0] if values else "")
    if key == "span":
        return _span_problem(values[0] if values else "") or _day_problem(filter, [*values, "", ""][1])
    if key == "between" and (len(values) < 2 or not all(values)):
        return "Enter a start and an end date (end exclusive)."
    if key == "on" and values and values[0]:
        return "" if is_period_text(values[0]) or values[0] in _own_sides(filter) else _no_date(values[0])
    for value in values or [""]:
        if problem := _day_problem(filter, value):
            return problem
    return _order_problem(values[0], values[1]) if key == "between" else ""


def _order_problem(start: str, end: str) -> str:
    start, end = literal(start) or start, literal(end) or end
    if start == end:
        return _end_problem(is_equal=True)
    if (first := first_day(start)) and (last := first_day(end)):
        return _end_problem(is_equal=False) if (last, end) < (first, start) else ""
    back_to_start, back_to_end = _days_back(start), _days_back(end)
    comes_first = back_to_start and back_to_end and back_to_end[0] > back_to_start[1]
    return _end_problem(is_equal=False) if comes_first else ""


def _days_back(text: str) -> tuple[float, float] | None:
    """Return how many days ago a literal begins, at least and at most; None if not relative to today."""
    if text in _RELATIVE_DAYS:
        return _RELATIVE_DAYS[text]
    if ago := _AGO.fullmatch(text):
        least, most = _DAYS_IN[ago[2]]
        return int(ago[1]) * least, int(ago[1]) * most
    which, _, period = text.partition(" ")
    if which not in _PERIODS_AGO or period not in _DAYS_IN:
        return None
    ends = [periods * days for periods in _PERIODS_AGO[which] for days in _DAYS_IN[period]]
    return min(ends), max(ends)


def _span_problem(text: str) -> str:
    if length_words(text):
        return ""
    return f"Enter a number and a unit, as in “6 months”: {', '.join(UNITS[2:-1])} or {UNITS[-1]}."


def is_period_text(text: str) -> bool:
    """Return whether a text is a day, a longer period, or a day of the week."""
    if weekday(text):
        return True
    known = literal(text)
    return known is not None and not has_time(known) and (not day_of(known) or next_day(known) is not None)


def _day_problem(filter: Filter, text: str) -> str:
    if not text:
        return "Enter a date, as in 2026-11-23."
    if literal(text) or text in _own_sides(filter):
        return ""
    return _no_date(text)


def _no_date(text: str) -> str:
    return f"“{text}” isn't a date. Try 2026-11-23, 2026-03, 2026 Q3, last month or yesterday."


def _own_sides(filter: Filter) -> tuple[object, ...]:
    raw = filter.raw
    if not isinstance(raw, dict):
        return ()
    values = raw.get("values")
    return (raw.get("left_side"), raw.get("right_side"), *(values if isinstance(values, list) else ()))
