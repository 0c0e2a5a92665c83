"""Read date conditions from a filter's object and write them into it.

The kinds and their sides are those published by the vendor's engineers [V]. One vendor page gives the dates
as `values` instead: a filter is written back in the form in which the server gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeGuard

from omni_tui.options.filters.date_literals import day_of, length_words, literal, weekday
from omni_tui.options.filters.types import Condition
from omni_tui.options.spec import JsonValue

INTERVAL, UNIT, DAY_OF_WEEK = "TIME_FOR_INTERVAL_DURATION", "TIME_FOR_UNIT_DURATION", "IS_ON_DAY_OF_WEEK"
AFTER, BEFORE = "ON_OR_AFTER", "BEFORE"
RANGES = ("BETWEEN", "WITHIN_RANGE")
ANY_TIME = "ANY_TIME"
OFFSET, FISCAL = "offset_interval_string", "isFiscal"

# Keys of one kind; under another kind the server drops the filter.
KIND_KEYS = ("left_side", "right_side", "values", "ui_type", OFFSET, FISCAL)
# Keys that don't affect which rows are kept.
_HARMLESS_KEYS = frozenset(
    {"type", "label", "name", "id", "field", "fieldName", "viewName", "tileFilterMap", "is_negative"}
    | {"required", "isRequired", "is_required", "hidden", "isHidden", "is_hidden"}
)
_NO_OFFSET = re.compile(r"0 [a-z]+")  # next to every day that Omni itself writes [C]


def read_date(raw: Mapping[str, Any], *, is_negative: bool) -> Condition | None:
    """Return the condition of a date filter's object, or None if its form is unknown."""
    kind, ui_type = raw.get("kind"), raw.get("ui_type")
    sides = _sides(raw)
    if sides is None or not _is_plain(raw):
        return None
    left, right = sides
    if not left and not right:
        return Condition("any") if ui_type == ANY_TIME or _says_nothing(raw) else None
    if ui_type == ANY_TIME:
        return None
    found = _read_sides(kind, ui_type, left, right)
    if found is None:
        return None
    return Condition(f"not {found.operator}" if is_negative else found.operator, found.values)


def _read_sides(kind: object, ui_type: object, left: str, right: str) -> Condition | None:
    if kind == AFTER and not right:
        return Condition("on or after", (left,))
    if kind == BEFORE and not left:
        return Condition("before", (right,))
    if kind == UNIT and not right:
        return Condition("on", (left,))
    if kind == DAY_OF_WEEK and not right and weekday(left):
        return Condition("on", (left,))
    if not left or not right:
        return None
    if kind in RANGES:
        return Condition("on", (left,)) if right == next_day(left) else Condition("between", (left, right))
    if kind == INTERVAL and ui_type in (None, "PAST", INTERVAL):
        if left == f"{right} ago":
            return Condition("past", (right,))
        if left.replace(" complete ", " ") == f"{right} ago":
            return Condition("past", (left.removesuffix(" ago"),))
        return Condition("span", (right, left))
    return None


def _sides(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return left and right, "" if one is missing; None if they are ambiguous."""
    left, right, values = raw.get("left_side"), raw.get("right_side"), raw.get("values")
    if values:
        if left or right or not isinstance(values, list) or not all(_is_text(value) for value in values):
            return None
        if len(values) > 2 or (len(values) == 2) != (raw.get("kind") in (*RANGES, INTERVAL)):
            return None
        left, right = (None, values[0]) if raw.get("kind") == BEFORE else [*values, None][:2]
    sides = (left or "", right or "")
    return sides if all(side == "" or _is_text(side) for side in sides) else None


def _is_plain(raw: Mapping[str, Any]) -> bool:
    """Return whether nothing shifts the dates: no offset, and a fiscal calendar only if the date names it."""
    offset, is_fiscal = raw.get(OFFSET), raw.get(FISCAL)
    if offset and not (isinstance(offset, str) and _NO_OFFSET.fullmatch(offset)):
        return False
    return not is_fiscal or (is_fiscal is True and _is_fiscal(raw.get("left_side")))


def _is_fiscal(text: object) -> bool:
    return isinstance(text, str) and text.startswith("FY")


def _says_nothing(raw: Mapping[str, Any]) -> bool:
    """Return whether it is a placeholder: without a kind, which would need a side, and without values."""
    return all(value is None or value == [] or key in _HARMLESS_KEYS for key, value in raw.items())


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def has_values_shape(raw: Mapping[str, JsonValue]) -> bool:
    """Return whether the server gives this filter's dates as `values`, not as sides."""
    values = raw.get("values")
    if not isinstance(values, list) or raw.get("left_side") or raw.get("right_side"):
        return False
    return bool(values) or ("left_side" not in raw and "right_side" not in raw)


def date_keys(raw: Mapping[str, JsonValue], operator: str, values: Sequence[str]) -> dict[str, JsonValue]:
    """Return the keys of a date filter with that operator (without its "not"); None removes a key."""
    if operator == "any":
        return _any_keys(raw)
    first, second = ([literal(value) or value.strip() for value in values] + ["", ""])[:2]
    wanted = _wanted(raw, operator, first, second)
    kind = wanted["kind"]
    keys: dict[str, JsonValue] = dict.fromkeys(KIND_KEYS)
    keys |= wanted
    if raw.get("ui_type") == kind or (raw.get("ui_type") == "DAY" and kind == UNIT and day_of(first)):
        keys["ui_type"] = raw["ui_type"]
    if has_values_shape(raw):  # for every kind: the server drops a filter in the other shape
        sides = (keys["left_side"], keys["right_side"])
        keys |= {"left_side": None, "right_side": None}
        keys["values"] = [side for side in sides if side is not None]
    if kind == raw.get("kind"):
        keys = {key: value for key, value in keys.items() if value is not None or not _stays(raw, key)}
        if FISCAL in raw and _is_fiscal(wanted.get("left_side")):
            keys[FISCAL] = True
    return keys


def _stays(raw: Mapping[str, JsonValue], key: str) -> bool:
    """Return whether a key that the kind doesn't need has no effect, and stays as the server has it."""
    offset = raw.get(OFFSET)
    is_no_offset = key == OFFSET and isinstance(offset, str) and _NO_OFFSET.fullmatch(offset) is not None
    return is_no_offset or not raw.get(key)


def _wanted(raw: Mapping[str, JsonValue], operator: str, first: str, second: str) -> dict[str, JsonValue]:
    """Return the kind and the keys it needs."""
    range_kind = raw.get("kind") if raw.get("kind") in RANGES else "BETWEEN"
    match operator:
        case "past":
            length = length_words(first) or first
            plain = length.replace(" complete ", " ")
            return {"kind": INTERVAL, "left_side": f"{length} ago", "right_side": plain, "ui_type": "PAST"}
        case "span":
            return {"kind": INTERVAL, "left_side": second, "right_side": length_words(first) or first}
        case "between":
            return {"kind": range_kind, "left_side": first, "right_side": second}
        case "on or after":
            return {"kind": AFTER, "left_side": first}
        case "before":
            return {"kind": BEFORE, "right_side": first}
    if name := weekday(first):
        return {"kind": DAY_OF_WEEK, "left_side": name}
    following = next_day(first)
    # unclear whether a range of `values` includes its end: write a single day as a unit
    if following is None or raw.get("kind") == UNIT or has_values_shape(raw):
        return {"kind": UNIT, "left_side": first}
    return {"kind": range_kind, "left_side": first, "right_side": following}


def _any_keys(raw: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    keys: dict[str, JsonValue] = dict.fromkeys(KIND_KEYS)
    if has_values_shape(raw):
        keys["values"] = []
    return keys | {"ui_type": ANY_TIME, "is_negative": False if "is_negative" in raw else None}


def next_day(text: str) -> str | None:
    """Return the day after a day written as 2026-11-23; None if invalid, or for the last possible day."""
    day = day_of(text)
    try:
        return (day + timedelta(days=1)).isoformat() if day else None
    except OverflowError:
        return None
