"""Check whether a filter's keys fit its type; the server silently drops those that don't [V].

Keys that belong to no type (a label, additions of newer servers) are always allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_LEVELS = 20  # of composite filters inside each other

# The meaningful keys of each filter type.
_KEYS: dict[str, frozenset[str]] = {
    "string": frozenset({"kind", "values", "case_insensitive"}),
    "number": frozenset({"kind", "values", "is_inclusive"}),
    "date": frozenset({"kind", "left_side", "right_side", "ui_type", "offset_interval_string", "isFiscal"}),
    "boolean": frozenset({"treat_nulls_as_false"}),
    "null": frozenset(),
    "composite": frozenset({"conjunction", "filters"}),
    "user_attribute": frozenset({"user_attribute_name", "kind", "values"}),
    "query": frozenset({"query_id", "field_name"}),
    "by_query": frozenset({"query_id", "field_name"}),
}
_ALL_KEYS = frozenset().union(*_KEYS.values())
# The keys that are required and not null.
_REQUIRED = {
    "string": ("kind",),
    "number": ("kind",),
    "date": ("kind",),
    "composite": ("conjunction", "filters"),
    "user_attribute": ("user_attribute_name",),
    "query": ("query_id", "field_name"),
    "by_query": ("query_id", "field_name"),
}
_TEXT_KINDS = ("EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "IS_EMPTY", "SQL_LIKE")
_NUMBER_KINDS = ("EQUALS", "GREATER_THAN", "LESS_THAN", "BETWEEN")
# The sides that each kind of date requires and allows; other kinds are unknown.
_LEFT, _RIGHT = frozenset({"left_side"}), frozenset({"right_side"})
_SIDES: dict[str, frozenset[str]] = {
    "BETWEEN": _LEFT | _RIGHT,
    "ON_OR_AFTER": _LEFT,
    "BEFORE": _RIGHT,
    "TIME_FOR_INTERVAL_DURATION": _LEFT | _RIGHT,
    **dict.fromkeys(
        (
            "TIME_FOR_UNIT_DURATION",
            "IS_ON_DAY_OF_WEEK",
            "IS_ON_DAY_OF_MONTH",
            "IS_ON_DAY_OF_QUARTER",
            "IS_ON_DAY_OF_YEAR",
            "IS_IN_MONTH_OF_YEAR",
            "IS_IN_QUARTER_OF_YEAR",
            "IS_IN_WEEK_OF_YEAR",
            "IS_AT_HOUR_OF_DAY",
        ),
        _LEFT,
    ),
}
_SIDED_KINDS = tuple(_SIDES)
_FREE_KINDS = ("QUERY_OFFSET",)  # its required keys are undocumented
# The web page's names that are specific to one kind.
_KINDS_BY_UI_TYPE = {
    "PAST": ("TIME_FOR_INTERVAL_DURATION",),
    "BEFORE": ("BEFORE",),
    "ON_OR_AFTER": ("ON_OR_AFTER",),
    "BETWEEN": ("BETWEEN",),
}
_PLAIN_KINDS = ("BETWEEN", "ON_OR_AFTER", "BEFORE")  # without an offset and without a fiscal year


def fits(condition: object, own: Mapping[str, Any] | None = None, level: int = 0) -> bool:
    """Return whether the server accepts a filter. A filter with the shape of the dashboard's `own` fits."""
    if not isinstance(condition, dict):
        return False
    type_ = condition.get("type")
    if not isinstance(type_, str) or type_ not in _KEYS:
        return False
    if own is not None and _shape(condition) == _shape(own):
        return True
    if own is not None and type_ == "date" == own.get("type") and own.get("values") is not None:
        # a dashboard whose dates have `values` accepts them; then there are no sides
        has_sides = condition.get("left_side") is not None or condition.get("right_side") is not None
        return condition.get("kind") in _SIDED_KINDS and _are_texts(condition.get("values")) and not has_sides
    if any(condition.get(key) is not None for key in _ALL_KEYS - _KEYS[type_]):
        return False
    if any(condition.get(key) is None for key in _REQUIRED.get(type_, ())):
        return False
    match type_:
        case "string":
            return condition["kind"] in _TEXT_KINDS and _are_texts(condition.get("values", []))
        case "number":
            return condition["kind"] in _NUMBER_KINDS and _are_texts(condition.get("values", []))
        case "date":
            return _date_fits(condition)
        case "composite":
            return _composite_fits(condition, level)
    return True


def _shape(condition: Mapping[str, Any]) -> tuple[object, ...]:
    """Return a filter's shape, without its values."""
    present = frozenset(key for key in _ALL_KEYS if condition.get(key) is not None)
    return (
        condition.get("type"),
        condition.get("kind"),
        condition.get("ui_type"),
        condition.get("offset_interval_string"),
        bool(condition.get("isFiscal")),
        present,
    )


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _date_fits(condition: Mapping[str, Any]) -> bool:
    kind, ui_type = condition["kind"], condition.get("ui_type")
    if not isinstance(kind, str) or not isinstance(ui_type, str | None):
        return False
    offset = condition.get("offset_interval_string")
    is_moved = bool(offset) and not str(offset).startswith("0 ")
    if kind in _PLAIN_KINDS and (is_moved or condition.get("isFiscal")):
        return False
    if ui_type in _KINDS_BY_UI_TYPE and kind not in _KINDS_BY_UI_TYPE[ui_type]:
        return False
    if kind in _FREE_KINDS:
        return True
    if kind not in _SIDES:
        return False
    sides = frozenset(side for side in ("left_side", "right_side") if condition.get(side) is not None)
    if not sides:  # an unset filter, which matches everything
        return True
    return sides == _SIDES[kind] and all(isinstance(condition[side], str) for side in sides)


def _composite_fits(condition: Mapping[str, Any], level: int) -> bool:
    nested = condition["filters"]
    return (
        level < MAX_LEVELS
        and condition["conjunction"] in ("AND", "OR")
        and isinstance(nested, list)
        and all(fits(each, None, level + 1) for each in nested)
    )
