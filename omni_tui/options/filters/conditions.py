"""Read conditions from the server's filter objects, and write them into these.

The known forms are those of the query API, which promises nothing about them. An unknown form is not read as
a condition, and is passed on unchanged. Of a written object, only the keys of the condition change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from omni_tui.options.filters.date_conditions import date_keys, read_date
from omni_tui.options.filters.types import Condition, FilterType
from omni_tui.options.spec import JsonValue

_TYPES = {
    "string": FilterType.TEXT,
    "number": FilterType.NUMBER,
    "date": FilterType.DATE,
    "boolean": FilterType.YES_NO,
    "null": FilterType.NULL,
}
TEXT_KINDS = {"EQUALS": "is", "CONTAINS": "contains", "STARTS_WITH": "starts with", "ENDS_WITH": "ends with"}
_KIND_OF_WORD = {word: kind for kind, word in TEXT_KINDS.items()}

# The keys of a condition and their new values; None removes a key.
_Keys = dict[str, JsonValue]

# The server drops a boolean or null filter that has these [V].
_OF_OTHER_TYPES: _Keys = {"kind": None, "values": None}
_FLAGS = {FilterType.TEXT: "case_insensitive", FilterType.NUMBER: "is_inclusive"}
# Where servers put what narrows a filter without being a condition: `{"defaultValue": "last_7_days"}` [D],
# and the keys of other types, without which a filter matches everything.
_NARROWING_KEY = re.compile(
    r"(default|selected|current|preset|relative)_?(values?|options?|range|date|period)?|values?"
    r"|(left|right)_?side|user_?attribute(_?name)?|by_?query|query|query_?id"
    r"|filters|min(imum)?|max(imum)?|lower|upper|(date_?)?range|period|from|to|(start|end)(_?date)?|since|until"
    r"|expression|sql|condition|exclude[ds]?|include[ds]?",
    re.IGNORECASE,
)


def type_of(raw: object) -> FilterType:
    """Return the type of a filter's object."""
    word = raw.get("type") if isinstance(raw, Mapping) else None
    return _TYPES.get(word, FilterType.OTHER) if isinstance(word, str) else FilterType.OTHER


def read_condition(raw: object) -> Condition | None:
    """Return the condition of a filter's object, or None if its form is unknown."""
    type_ = type_of(raw)
    if not isinstance(raw, Mapping) or not _flags_are_plain(raw, type_):
        return None
    condition = _read(raw, type_)
    if condition is not None and condition.operator == "any" and _holds_a_value(raw):
        return None
    return condition


def _holds_a_value(raw: Mapping[str, Any]) -> bool:
    """Return whether an unknown key may narrow a filter that looks like "any"."""
    return any(value not in (None, "", [], {}) for key, value in raw.items() if _NARROWING_KEY.fullmatch(key))


def _read(raw: Mapping[str, Any], type_: FilterType) -> Condition | None:
    is_negative = raw.get("is_negative") is True
    match type_:
        case FilterType.TEXT:
            return _read_text(raw, is_negative=is_negative)
        case FilterType.NUMBER:
            return _read_number(raw, is_negative=is_negative)
        case FilterType.DATE:
            return read_date(raw, is_negative=is_negative)
        case FilterType.YES_NO:
            return _read_yes_no(raw)
        case FilterType.NULL:
            return Condition("not null" if is_negative else "null")
    return None


def _flags_are_plain(raw: Mapping[str, Any], type_: FilterType) -> bool:
    flags = (raw.get("is_negative"), raw.get(_FLAGS[type_]) if type_ in _FLAGS else None)
    return all(flag is None or isinstance(flag, bool) for flag in flags)


def _read_yes_no(raw: Mapping[str, Any]) -> Condition | None:
    if raw.get("kind") is not None or raw.get("values"):  # belongs to other types: the server drops it [V]
        return None
    # without the key it is a placeholder that filters nothing [V]
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
        # BETWEEN is not known to include its end
        return Condition(f"{not_}between", values) if len(values) == 2 and not is_inclusive else None
    sign = (">" if kind == "GREATER_THAN" else "<") + ("=" if is_inclusive else "")
    return Condition(not_ + sign, values) if len(values) == 1 else None


def value_texts(values: object) -> tuple[str, ...] | None:
    """Return the values as text; None unless they are a list of texts only or of numbers only."""
    if not isinstance(values, list):
        return None
    if all(isinstance(value, str) for value in values):
        return tuple(values)
    if all(_is_number(value) for value in values):
        return tuple(str(value) for value in values)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


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
