"""Conditions as the server writes them, read from a filter's object.

The known shapes are those of the query API; nothing about them is promised. What is not known is no
condition, and is passed on as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from omni_tui.options.filter_types import Condition, FilterType

_TYPES = {
    "string": FilterType.TEXT,
    "number": FilterType.NUMBER,
    "date": FilterType.DATE,
    "boolean": FilterType.YES_NO,
    "null": FilterType.NULL,
}
TEXT_KINDS = {"EQUALS": "is", "CONTAINS": "contains", "STARTS_WITH": "starts with", "ENDS_WITH": "ends with"}
_FLAGS = {FilterType.TEXT: "case_insensitive", FilterType.NUMBER: "is_inclusive"}
INTERVAL = "TIME_FOR_INTERVAL_DURATION"
RANGES = ("BETWEEN", "WITHIN_RANGE")
ANY_TIME = "ANY_TIME"
_DATE_KINDS = (None, INTERVAL, "ON_OR_AFTER", "BEFORE", *RANGES)


def type_of(raw: object) -> FilterType:
    """The type of a filter's object."""
    word = raw.get("type") if isinstance(raw, Mapping) else None
    return _TYPES.get(word, FilterType.OTHER) if isinstance(word, str) else FilterType.OTHER


def read_condition(raw: object) -> Condition | None:
    """What a filter's object asks for, or None when its shape is not known."""
    type_ = type_of(raw)
    if not isinstance(raw, Mapping) or not _flags_are_plain(raw, type_):
        return None
    is_negative = raw.get("is_negative") is True
    match type_:
        case FilterType.TEXT:
            return _read_text(raw, is_negative=is_negative)
        case FilterType.NUMBER:
            return _read_number(raw, is_negative=is_negative)
        case FilterType.DATE:
            return _read_date(raw, is_negative=is_negative)
        case FilterType.YES_NO:
            return _read_yes_no(raw)
        case FilterType.NULL:
            return Condition("not null" if is_negative else "null")
    return None


def _flags_are_plain(raw: Mapping[str, Any], type_: FilterType) -> bool:
    flags = (raw.get("is_negative"), raw.get(_FLAGS[type_]) if type_ in _FLAGS else None)
    return all(flag is None or isinstance(flag, bool) for flag in flags)


def _read_yes_no(raw: Mapping[str, Any]) -> Condition:
    # without the key it is a placeholder that narrows nothing
    if raw.get("is_negative") is None:
        return Condition("any")
    return Condition("no" if raw["is_negative"] else "yes")


def _read_text(raw: Mapping[str, Any], *, is_negative: bool) -> Condition | None:
    kind, ignores_case = raw.get("kind"), raw.get("case_insensitive") is True
    if kind == "IS_EMPTY":
        return Condition("not empty" if is_negative else "empty", (), ignores_case)
    values = value_texts(raw.get("values"))
    if not isinstance(kind, str) or kind not in TEXT_KINDS or values is None:
        return None
    if not values:
        return Condition("any", (), ignores_case)
    word = TEXT_KINDS[kind]
    if is_negative:
        word = "not" if word == "is" else f"not {word}"
    return Condition(word, values, ignores_case)


def _read_number(raw: Mapping[str, Any], *, is_negative: bool) -> Condition | None:
    kind, values = raw.get("kind"), value_texts(raw.get("values"))
    is_inclusive = raw.get("is_inclusive") is True
    if values is None or kind not in ("EQUALS", "BETWEEN", "GREATER_THAN", "LESS_THAN"):
        return None
    if not values:
        return Condition("any")
    not_ = "not " if is_negative else ""
    if kind == "EQUALS":
        return Condition("!=" if is_negative else "=", values)
    if kind == "BETWEEN":
        # an end that is included is nothing that is known of BETWEEN
        return Condition(f"{not_}between", values) if len(values) == 2 and not is_inclusive else None
    sign = (">" if kind == "GREATER_THAN" else "<") + ("=" if is_inclusive else "")
    return Condition(not_ + sign, values) if len(values) == 1 else None


def _read_date(raw: Mapping[str, Any], *, is_negative: bool) -> Condition | None:
    kind, left, right = raw.get("kind"), raw.get("left_side"), raw.get("right_side")
    ui_type, not_ = raw.get("ui_type"), "not " if is_negative else ""
    if raw.get("values"):  # dates that stand elsewhere than in the sides
        return None
    if ui_type == ANY_TIME or (not left and not right and kind in _DATE_KINDS):
        return Condition("any")
    if kind == "ON_OR_AFTER" and _is_text(left):
        return Condition(f"{not_}on or after", (left,))
    if kind == "BEFORE" and _is_text(right):
        return Condition(f"{not_}before", (right,))
    if not _is_text(left) or not _is_text(right):
        return None
    if kind in RANGES:
        if right == next_day(left):
            return Condition(f"{not_}on", (left,))
        return Condition(f"{not_}between", (left, right))
    if kind == INTERVAL and ui_type in (None, "PAST", INTERVAL):
        if left == f"{right} ago":
            return Condition(f"{not_}past", (right,))
        return Condition(f"{not_}span", (right, left))
    return None


def value_texts(values: object) -> tuple[str, ...] | None:
    """The values as text; None when they are no list of texts alone or of numbers alone."""
    if not isinstance(values, list):
        return None
    if all(isinstance(value, str) for value in values):
        return tuple(values)
    if all(_is_number(value) for value in values):
        return tuple(str(value) for value in values)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def next_day(text: str) -> str | None:
    """The day after a day that is written as 2026-11-23; None when it is none, or the last one."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return None
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None
