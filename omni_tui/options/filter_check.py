"""Whether what was typed into a filter can be sent: one sentence of what is wrong, or none."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from omni_tui.options.checks import plain_json
from omni_tui.options.filter_operators import operator
from omni_tui.options.filter_read import next_day, read_condition
from omni_tui.options.filter_types import Condition, Filter, FilterType, ValueCount

# The days in a unit, at least and at most.
_DAYS_IN: Mapping[str, tuple[float, float]] = {
    "minute": (1 / 1440, 1 / 1440),
    "hour": (1 / 24, 1 / 24),
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "quarter": (90, 92),
    "year": (365, 366),
}
UNITS = tuple(_DAYS_IN)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SPAN = re.compile(rf"(\d{{1,6}})\s*({'|'.join(UNITS)})s?", re.ASCII | re.IGNORECASE)


def condition_problem(filter: Filter, condition: Condition) -> str:
    """What is wrong with a condition of that filter, in one sentence; "" when nothing is."""
    known = operator(filter.type, condition.operator)
    if known is None:
        return f"{filter.label} knows no “{condition.operator}”."
    is_any = known.key == "any" or (known.value_count is ValueCount.MANY and not condition.values)
    if is_any:
        return f"{filter.label} is required: it cannot be any value." if filter.is_required else ""
    own = read_condition(filter.raw)
    if own is not None and condition == own:
        return ""
    if filter.type is FilterType.NUMBER:
        return _number_problem(known.value_count, condition)
    if filter.type is FilterType.DATE:
        return _date_problem(filter, condition)
    return ""


def json_problem(text: str) -> str:
    """What is wrong with a filter that is edited as JSON, in one sentence; "" when nothing is."""
    try:
        plain_json(json.loads(text))
    except json.JSONDecodeError as error:
        return f"This is not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}."
    except (ValueError, RecursionError):
        return "This is not JSON that can be sent."
    return ""


def _number_problem(count: ValueCount, condition: Condition) -> str:
    values = [value.strip() for value in condition.values]
    if count is ValueCount.TWO and (len(values) < 2 or not all(values)):
        return "Write both ends: the start and the end, which is not included."
    if not values or not all(values):
        return "Write a number."
    for value in values:
        if not is_number(value):
            return f"“{value}” is not a number."
    if count is ValueCount.TWO and float(values[1]) <= float(values[0]):
        return _end_problem(is_equal=float(values[1]) == float(values[0]))
    return ""


def _end_problem(*, is_equal: bool) -> str:
    if is_equal:
        return "The end is the start, and the end is not included, so nothing would be left."
    return "The end comes before the start."


def is_number(text: str) -> bool:
    """Whether a text is a number: digits, a sign, a decimal point, an exponent."""
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _date_problem(filter: Filter, condition: Condition) -> str:
    key = condition.operator.removeprefix("not ")
    values = [value.strip() for value in condition.values]
    if key == "past":
        return _span_problem(values[0] if values else "")
    if key == "span":
        return _span_problem(values[0] if values else "") or _day_problem(filter, [*values, "", ""][1])
    if key == "between" and (len(values) < 2 or not all(values)):
        return "Write both ends: the first day and the end, which is not included."
    if key == "on" and values and values[0] and next_day(values[0]) is None:
        return _no_date(values[0])
    for value in values or [""]:
        if problem := _day_problem(filter, value):
            return problem
    return _order_problem(values[0], values[1]) if key == "between" else ""


def _order_problem(start: str, end: str) -> str:
    if start == end:
        return _end_problem(is_equal=True)
    if _day(start) and _day(end):
        return _end_problem(is_equal=False) if end < start else ""
    back_to_start, back_to_end = _days_back(start), _days_back(end)
    comes_first = back_to_start and back_to_end and back_to_end[0] > back_to_start[1]
    return _end_problem(is_equal=False) if comes_first else ""


def _days_back(text: str) -> tuple[float, float] | None:
    """How many days ago that is, at least and at most; None for what is not relative to the present."""
    if text.lower() in ("today", "now"):
        return 0.0, 1.0
    ago = _SPAN.fullmatch(text[:-4].rstrip()) if text.lower().endswith(" ago") else None
    if ago is None:
        return None
    least, most = _DAYS_IN[ago[2].lower()]
    return int(ago[1]) * least, int(ago[1]) * most


def _span_problem(text: str) -> str:
    if is_span(text):
        return ""
    return f"Write a number and a unit, as in “6 months”: {', '.join(UNITS[2:-1])} or {UNITS[-1]}."


def is_span(text: str) -> bool:
    """Whether a text is a length of time: "6 months"."""
    return _SPAN.fullmatch(text) is not None


def is_day_text(text: str) -> bool:
    """Whether a text is a day, with or without a time, or one that is relative to the present."""
    return _day(text) is not None or _is_moment(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def _day_problem(filter: Filter, text: str) -> str:
    if not text:
        return "Write a date, as in 2026-11-23."
    if is_day_text(text) or text in _own_sides(filter):
        return ""
    return _no_date(text)


def _no_date(text: str) -> str:
    return f"“{text}” is not a date: write it as 2026-11-23."


def _is_moment(text: str) -> bool:
    """A day with a time, or one that is relative to the present."""
    words = text.lower()
    if words in ("today", "now") or (words.endswith(" ago") and _SPAN.fullmatch(words[:-4].rstrip())):
        return True
    if not re.match(r"\d{4}-\d\d-\d\d[T ]", text, re.ASCII):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _own_sides(filter: Filter) -> tuple[object, ...]:
    raw = filter.raw
    return (raw.get("left_side"), raw.get("right_side")) if isinstance(raw, dict) else ()
