"""Evaluate and describe a filter's condition, in all known forms.

A condition is an object from `/filters`. Unknown ones match everything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from omni_tui.demo.data.dates import after, is_weekday, moment, unit_span
from omni_tui.demo.data.misfit_filters import MAX_LEVELS
from omni_tui.demo.sample_data.data_model import Value

Test: TypeAlias = Callable[[Value], bool]

_UNIT, _DAY_OF_WEEK = "TIME_FOR_UNIT_DURATION", "IS_ON_DAY_OF_WEEK"
_RANGES = ("BETWEEN", "WITHIN_RANGE")
_KINDS_WITH_SIDES = ("ON_OR_AFTER", "BEFORE", *_RANGES, "TIME_FOR_INTERVAL_DURATION", _UNIT, _DAY_OF_WEEK)
_TEXT_TESTS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "EQUALS": lambda text, wanted: text in wanted,
    "CONTAINS": lambda text, wanted: any(part in text for part in wanted),
    "STARTS_WITH": str.startswith,
    "ENDS_WITH": str.endswith,
}


def condition_test(condition: object, today: date, level: int = 0) -> Test | None:
    """Return the test that a value must pass, or None if the condition matches everything.

    Filters by user attribute or by another query match everything, as the demo has neither.
    """
    if isinstance(condition, list):  # the spec's example: only the values
        condition = {"type": "string", "kind": "EQUALS", "values": condition}
    if not isinstance(condition, dict):
        return None
    match condition.get("type"):
        case "string":
            test = _text_test(condition)
        case "number":
            test = _number_test(condition)
        case "date":
            test = _date_test(condition, today)
        case "boolean":
            return None if is_any(condition) else _boolean_test(wanted=not condition.get("is_negative"))
        case "null":
            test = _is_missing
        case "composite" if level < MAX_LEVELS:
            test = _composite_test(condition, today, level)
        case _:
            return None
    return _negated(test) if test is not None and condition.get("is_negative") else test


def is_any(condition: object) -> bool:
    """Return whether a condition matches any value; False if it is unknown."""
    if isinstance(condition, list):
        return not condition
    if not isinstance(condition, dict):
        return False
    match condition.get("type"):
        case "string":
            return condition.get("kind") != "IS_EMPTY" and not _values(condition)
        case "number":
            return not _values(condition)
        case "date":
            has_side = any(_sides(condition))
            knows_it = condition.get("kind") in _KINDS_WITH_SIDES
            return condition.get("ui_type") == "ANY_TIME" or (knows_it and not has_side)
        case "boolean":  # without the key it matches any value
            return condition.get("is_negative") is None
    return False


def words_of(condition: object) -> str:
    """Describe a condition, as shown after the filter's label: `is complete, pending`."""
    if isinstance(condition, list):
        condition = {"type": "string", "kind": "EQUALS", "values": condition}
    if not isinstance(condition, dict):
        return "as it was set"
    if is_any(condition):
        return "is any value"
    negative = bool(condition.get("is_negative"))
    match condition.get("type"):
        case "string" | "number":
            return _values_words(condition, negative)
        case "date":
            words = _date_words(condition)
            return f"not {words}" if negative else words
        case "boolean":
            return "is false" if negative else "is true"
        case "null":
            return "is not empty" if negative else "is empty"
    return "as it was set"


def _negated(test: Test) -> Test:
    return lambda value: not test(value)


def _is_missing(value: Value) -> bool:
    return value is None or value == ""


def _boolean_test(*, wanted: bool) -> Test:
    return lambda value: bool(value) is wanted


def _values(condition: dict[str, Any]) -> list[str]:
    values = condition.get("values")
    if not isinstance(values, list):
        return []
    return [str(value) for value in values if isinstance(value, str | int | float)]


def _values_words(condition: dict[str, Any], negative: bool) -> str:
    values = ", ".join(_values(condition))
    kind = condition.get("kind")
    if kind == "IS_EMPTY":
        return "is not empty" if negative else "is empty"
    if kind == "BETWEEN":
        values = values.replace(", ", " and ", 1)
    inclusive = bool(condition.get("is_inclusive"))
    words = {
        "EQUALS": "is",
        "CONTAINS": "contains",
        "STARTS_WITH": "starts with",
        "ENDS_WITH": "ends with",
        "GREATER_THAN": "is at least" if inclusive else "is more than",
        "LESS_THAN": "is at most" if inclusive else "is less than",
        "BETWEEN": "is between",
    }.get(kind if isinstance(kind, str) else "", "is")
    if not negative:
        return f"{words} {values}"
    return f"is not {values}" if words == "is" else f"not: {words} {values}"


def _date_words(condition: dict[str, Any]) -> str:
    left, right = _sides(condition)
    match condition.get("kind"):
        case "ON_OR_AFTER":
            return f"on or after {left}"
        case "BEFORE":
            return f"before {right}"
        case "BETWEEN" | "WITHIN_RANGE":
            return f"from {left} until {right}"
        case "TIME_FOR_INTERVAL_DURATION" if condition.get("ui_type") == "PAST":
            return f"past {right}"
        case "TIME_FOR_INTERVAL_DURATION":
            return f"{right} from {left}"
        case "TIME_FOR_UNIT_DURATION":
            return f"in {left}"
        case "IS_ON_DAY_OF_WEEK":
            return f"on {left}"
    return "as it was set"


def _composite_test(condition: dict[str, Any], today: date, level: int) -> Test | None:
    """Return a test that joins those of nested filters by AND or OR."""
    nested = condition.get("filters")
    tests = [condition_test(each, today, level + 1) for each in nested] if isinstance(nested, list) else []
    narrowing = [test for test in tests if test is not None]
    is_or = condition.get("conjunction") == "OR"
    if not narrowing or (is_or and len(narrowing) < len(tests)):
        return None
    join = any if is_or else all
    return lambda value: join(test(value) for test in narrowing)


def _text_test(condition: dict[str, Any]) -> Test | None:
    kind = condition.get("kind")
    if kind == "IS_EMPTY":
        return _is_missing
    fold: Callable[[str], str] = str.casefold if condition.get("case_insensitive") else str
    wanted = tuple(fold(value) for value in _values(condition))
    if not wanted or not isinstance(kind, str) or kind not in _TEXT_TESTS:
        return None
    matches = _TEXT_TESTS[kind]
    return lambda value: value is not None and matches(fold(str(value)), wanted)


def _number_test(condition: dict[str, Any]) -> Test | None:
    try:
        numbers = [float(value) for value in _values(condition)]
    except ValueError:
        return None
    if not numbers:
        return None
    first, last = numbers[0], numbers[-1]
    is_inclusive = bool(condition.get("is_inclusive"))
    match condition.get("kind"):
        case "EQUALS":
            return _compared(lambda number: number in numbers)
        case "GREATER_THAN":
            return _compared(lambda number: number > first or (is_inclusive and number == first))
        case "LESS_THAN":
            return _compared(lambda number: number < first or (is_inclusive and number == first))
        case "BETWEEN" if len(numbers) > 1:
            return _compared(lambda number: first <= number < last or (is_inclusive and number == last))
    return None


def _compared(test: Callable[[float], bool]) -> Test:
    return lambda value: isinstance(value, int | float) and test(value)


def _date_test(condition: dict[str, Any], today: date) -> Test | None:
    if is_any(condition):
        return None
    left, _ = _sides(condition)
    if condition.get("kind") == _DAY_OF_WEEK:
        return lambda value: isinstance(value, date) and is_weekday(value, left)
    start, end = _span(condition, today)
    if start is None and end is None:
        return None
    first, beyond = start or date.min, end or date.max
    return lambda value: isinstance(value, date) and first <= value < beyond


def _span(condition: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    """Return the start (inclusive) and the end (exclusive), None if unbounded."""
    left, right = _sides(condition)
    start = moment(left, today)
    match condition.get("kind"):
        case "ON_OR_AFTER":
            return start, None
        case "BEFORE":
            return None, moment(right, today)
        case "BETWEEN" | "WITHIN_RANGE":
            return start, moment(right, today)
        case "TIME_FOR_INTERVAL_DURATION" if start is not None:
            return start, after(start, right)
        case "TIME_FOR_UNIT_DURATION":
            return unit_span(left, today) or (None, None)
    return None, None


def _sides(condition: dict[str, Any]) -> tuple[object, object]:
    """Return the left and right side; one page of the vendor's documentation has them as values [D]."""
    left, right = condition.get("left_side"), condition.get("right_side")
    values = _values(condition)
    if left or right or not values:
        return left, right
    if condition.get("kind") == "BEFORE":
        return None, values[0]
    return values[0], values[1] if len(values) > 1 else None
