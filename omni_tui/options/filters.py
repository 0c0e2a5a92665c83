"""A dashboard's filters: what they say in words, and what is sent of them.

A filter is the object that the server gave, kept whole: only its values are changed, and keys and kinds that
are not known here are shown and passed on as they came. The known shapes are those of the query API; nothing
about them is promised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from omni_tui.options.checks import plain_json
from omni_tui.options.spec import JsonValue


class FilterLine(NamedTuple):
    """One filter, ready to be shown: its id on the wire, its name for people, and what it says."""

    id: str
    label: str
    summary: str


def read(filters: Mapping[str, Any], order: Sequence[str]) -> list[FilterLine]:
    """All filters, those of `order` first and in that order, then the ones that it leaves out."""
    ids = [
        *dict.fromkeys(id_ for id_ in order if id_ in filters),
        *(id_ for id_ in filters if id_ not in order),
    ]
    return [FilterLine(id_, label(id_, filters[id_]), summary(id_, filters[id_])) for id_ in ids]


def changed(
    filters: Mapping[str, Any], edits: Mapping[str, Mapping[str, JsonValue]]
) -> dict[str, dict[str, JsonValue]]:
    """The `filterConfig` to send: each filter that an edit really changes, whole, the edit's keys laid over.

    `edits` holds new values by filter id, as keys of the filter object. An id that the dashboard does not
    have raises KeyError; a value that JSON does not have raises ValueError.
    """
    config: dict[str, dict[str, JsonValue]] = {}
    for id_, edit in edits.items():
        original = filters[id_]
        whole = {**original, **edit} if isinstance(original, Mapping) else dict(edit)
        if whole != original:
            config[id_] = {key: plain_json(value) for key, value in whole.items()}
    return config


def label(id_: str, filter_: Any) -> str:
    """A filter's name: its own, else made of its id ("orders.created_at" becomes "Created at")."""
    if isinstance(filter_, Mapping):
        for key in ("label", "name"):
            if isinstance(given := filter_.get(key), str) and given.strip():
                return given
    field = re.sub(r"\[\w*\]$", "", id_.rpartition(".")[2]) or id_
    words = field.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else id_


def summary(id_: str, filter_: Any) -> str:
    """What a filter says: "Status is complete or pending"; an unknown shape comes as compact JSON."""
    words = _words(filter_)
    name = label(id_, filter_)
    return f"{name} {words}" if words else f"{name}: {_compact(filter_)}"


def _words(filter_: Any) -> str | None:
    """The predicate in words, or None for a shape that is not known."""
    if not isinstance(filter_, Mapping):
        return None
    reader = _READERS.get(str(filter_.get("type")))
    return reader(filter_) if reader else None


def _string_words(filter_: Mapping[str, Any]) -> str | None:
    kind, negative = str(filter_.get("kind")), bool(filter_.get("is_negative"))
    if kind == "IS_EMPTY":
        return "is not empty" if negative else "is empty"
    verbs = _STRING_VERBS.get(kind)
    values = _values(filter_)
    if verbs is None or values is None:
        return None
    return f"{verbs[negative]} {_any_of(values)}" if values else "is any value"


def _number_words(filter_: Mapping[str, Any]) -> str | None:
    kind, negative = str(filter_.get("kind")), bool(filter_.get("is_negative"))
    values = _values(filter_)
    if values is None:
        return None
    if not values and kind in _NUMBER_KINDS:
        return "is any value"
    if kind == "EQUALS":
        return f"{'is not' if negative else 'is'} {_any_of(values)}"
    if kind == "BETWEEN" and len(values) == 2:
        return f"{'not ' if negative else ''}between {values[0]} and {values[1]} (end not included)"
    if kind in ("GREATER_THAN", "LESS_THAN") and len(values) == 1:
        beyond = "more than" if kind == "GREATER_THAN" else "less than"
        at = "at least" if kind == "GREATER_THAN" else "at most"
        words = at if filter_.get("is_inclusive") else beyond
        return f"is {'not ' if negative else ''}{words} {values[0]}"
    return None


def _date_words(filter_: Mapping[str, Any]) -> str | None:
    kind, negative = str(filter_.get("kind")), bool(filter_.get("is_negative"))
    left, right = filter_.get("left_side"), filter_.get("right_side")
    not_ = "not " if negative else ""
    if kind == "ON_OR_AFTER" and _is_text(left):
        return f"{not_}on or after {left}"
    if kind == "BEFORE" and _is_text(right):
        return f"{not_}before {right}"
    if kind in ("BETWEEN", "WITHIN_RANGE") and _is_text(left) and _is_text(right):
        return f"{not_}from {left} to {right} (end not included)"
    if kind == "TIME_FOR_INTERVAL_DURATION" and _is_text(left) and _is_text(right):
        if filter_.get("ui_type") == "PAST" and left == f"{right} ago":
            return f"{not_}past {right}"
        return f"{not_}{right} from {left}"
    return None


def _boolean_words(filter_: Mapping[str, Any]) -> str | None:
    return "is false" if filter_.get("is_negative") else "is true"


def _null_words(filter_: Mapping[str, Any]) -> str | None:
    return "is not null" if filter_.get("is_negative") else "is null"


_READERS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "string": _string_words,
    "number": _number_words,
    "date": _date_words,
    "boolean": _boolean_words,
    "null": _null_words,
}
_STRING_VERBS = {
    "EQUALS": ("is", "is not"),
    "CONTAINS": ("contains", "does not contain"),
    "STARTS_WITH": ("starts with", "does not start with"),
    "ENDS_WITH": ("ends with", "does not end with"),
}
_NUMBER_KINDS = frozenset({"EQUALS", "BETWEEN", "GREATER_THAN", "LESS_THAN"})


def _values(filter_: Mapping[str, Any]) -> list[str] | None:
    """The values as text, or None when they are not a list of plain values."""
    values = filter_.get("values")
    if not isinstance(values, list) or not all(isinstance(value, str | int | float) for value in values):
        return None
    return [str(value) for value in values]


def _any_of(values: Iterable[str]) -> str:
    return " or ".join(values)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
