"""Write a condition into a filter's object. Only the keys of the condition change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from omni_tui.options.filters.date_conditions import date_keys
from omni_tui.options.filters.from_api import TEXT_KINDS, type_of, value_texts
from omni_tui.options.filters.types import Condition, FilterType
from omni_tui.options.spec import JsonValue

_KIND_OF_WORD = {word: kind for kind, word in TEXT_KINDS.items()}

# The keys of a condition and their new values; None removes a key.
_Keys = dict[str, JsonValue]

# The server drops a boolean or null filter that has these [V].
_OF_OTHER_TYPES: _Keys = {"kind": None, "values": None}


def write_condition(raw: Mapping[str, JsonValue], condition: Condition) -> dict[str, JsonValue]:
    """Return a copy of a filter's object with that condition. Invalid values are written unchanged."""
    operator, is_negative = _positive(condition.operator)
    match type_of(raw):
        case FilterType.TEXT:
            keys = _text_keys(raw, operator, condition)
        case FilterType.NUMBER:
            keys = _number_keys(raw, operator, condition)
        case FilterType.DATE:
            keys = date_keys(raw, operator, condition.values)
        case FilterType.YES_NO:
            keys = {**_OF_OTHER_TYPES, "is_negative": None if operator == "any" else is_negative}
        case FilterType.NULL:
            keys = {**_OF_OTHER_TYPES, "is_negative": is_negative}
        case FilterType.OTHER:
            keys = {}
    if "is_negative" not in keys:
        keys |= _flag(raw, "is_negative", is_on=is_negative)
    kept = {key: value for key, value in raw.items() if keys.get(key, key) is not None}
    return kept | {key: value for key, value in keys.items() if value is not None}


def _positive(operator: str) -> tuple[str, bool]:
    """Return the operator without its "not", and whether it had one."""
    match operator:
        case "not":
            return "is", True
        case "!=":
            return "=", True
        case "no":
            return "no", True
    return operator.removeprefix("not "), operator.startswith("not ")


def _flag(raw: Mapping[str, JsonValue], key: str, *, is_on: bool) -> _Keys:
    """Return a flag's key if it is on, or if the server's object has it."""
    return {key: is_on} if is_on or key in raw else {}


def _text_keys(raw: Mapping[str, JsonValue], operator: str, condition: Condition) -> _Keys:
    case = _flag(raw, "case_insensitive", is_on=condition.ignores_case)
    if operator == "empty":
        return {"kind": "IS_EMPTY", "values": [], **case}
    values = () if operator == "any" else condition.values
    kind = _KIND_OF_WORD.get(operator, "EQUALS")
    return {"kind": kind, "values": _json_values(raw.get("values"), values), **case}


def _number_keys(raw: Mapping[str, JsonValue], operator: str, condition: Condition) -> _Keys:
    values = () if operator == "any" else tuple(value.strip() for value in condition.values)
    kind = {
        "between": "BETWEEN",
        "<": "LESS_THAN",
        "<=": "LESS_THAN",
        ">": "GREATER_THAN",
        ">=": "GREATER_THAN",
    }
    return {
        "kind": kind.get(operator, "EQUALS"),
        "values": _json_values(raw.get("values"), values),
        **_flag(raw, "is_inclusive", is_on=operator in ("<=", ">=")),
    }


def _json_values(own: JsonValue, values: Sequence[str]) -> list[JsonValue]:
    """Return the values as the server's kind of JSON: texts, or numbers if its list had numbers."""
    if not isinstance(own, list) or not own or not value_texts(own) or isinstance(own[0], str):
        return list(values)
    return [_number(value) for value in values]


def _number(text: str) -> JsonValue:
    """Return the number that a text means, or the text itself if it isn't one."""
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,300}", text, re.ASCII) else float(text)
    except ValueError:
        return text
