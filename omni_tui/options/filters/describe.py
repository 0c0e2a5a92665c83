"""Describe filters in words, and find them by their labels."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from omni_tui.options.filters.date_conditions import has_values_shape
from omni_tui.options.filters.date_literals import day_of, weekday
from omni_tui.options.filters.types import Condition, Edit, Filter, FilterType, JsonText, ValueCount, operator

_NUMBER_WORDS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


def words_of(filter: Filter, edit: Edit) -> str:
    """Return a filter's condition: "Status is complete or pending"; JSON is shown compactly."""
    if isinstance(edit, JsonText):
        return f"{filter.label}: {_compact(edit.text)}"
    # the vendor page with dates as values includes the end, the server's engineers don't
    is_sure = not (isinstance(filter.raw, dict) and has_values_shape(filter.raw))
    return f"{filter.label} {_predicate(filter.type, edit, is_sure_of_end=is_sure)}"


def _predicate(type_: FilterType, condition: Condition, *, is_sure_of_end: bool) -> str:
    known = operator(type_, condition.operator)
    key, values = condition.operator, condition.values
    if key == "any":
        return "is any value"
    if known is not None and known.value_count is not ValueCount.NONE and not values:
        return f"{known.label} …"
    if type_ is FilterType.YES_NO:
        return "is false" if key == "no" else "is true"
    if type_ is FilterType.NUMBER:
        return _number_predicate(key, condition)
    if type_ is FilterType.DATE:
        return _date_predicate(key, condition, is_sure_of_end=is_sure_of_end)
    said = f"{known.label if known else key} {' or '.join(values)}".strip()
    return f"{said} (ignoring case)" if condition.ignores_case and values else said


def _number_predicate(key: str, condition: Condition) -> str:
    values = condition.values
    if key in ("=", "!="):
        return f"{'is' if key == '=' else 'is not'} {' or '.join(values)}"
    if key.endswith("between"):
        return f"{key} {' and '.join(values)} (end not included)"
    not_, sign = ("not ", key[4:]) if key.startswith("not ") else ("", key)
    return f"is {not_}{_NUMBER_WORDS.get(sign, sign)} {' '.join(values)}"


def _date_predicate(key: str, condition: Condition, *, is_sure_of_end: bool) -> str:
    values = condition.values
    if key.endswith("between"):
        return f"{key} {' and '.join(values)}{' (end not included)' if is_sure_of_end else ''}"
    if key.endswith("on") and not (day_of(values[0]) or weekday(values[0])):
        not_ = "not " if key.startswith("not ") else ""
        return f"is {not_}{values[0]}"
    if key.endswith("span"):
        return f"{key.removesuffix('span')}{' from '.join(values)}"
    return f"{key} {' '.join(values)}"


def _compact(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return text


# labels


def label(id_: str, filter_: Any) -> str:
    """Return a filter's name: its own, or one made from its ID ("orders.created_at" becomes "Created at")."""
    if isinstance(filter_, Mapping):
        for key in ("label", "name"):
            if isinstance(given := filter_.get(key), str) and given.strip():
                return given
    field = re.sub(r"\[\w*\]$", "", id_.rpartition(".")[2]) or id_
    words = field.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else id_


def folded(text: str) -> str:
    """Return a key for a label that ignores case, blanks and composition."""
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


def with_distinct_labels(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Append IDs to labels that repeat; hidden filters don't lengthen visible labels."""
    listed = tuple(filters)
    shown = Counter(folded(each.own_label) for each in listed if not each.is_hidden)
    everything = Counter(folded(each.own_label) for each in listed)
    return tuple(
        replace(each, label=f"{each.own_label} ({each.id})")
        if (everything if each.is_hidden else shown)[folded(each.own_label)] > 1 and each.own_label != each.id
        else each
        for each in listed
    )


def named(filters: Sequence[Filter], name: str) -> list[Filter]:
    """Return the filters that a name may mean: by ID, then by label; visible ones before hidden ones."""
    name = name.strip()
    key = folded(name)
    for found in (
        [each for each in filters if each.id == name],
        [each for each in filters if name in (each.label.strip(), each.own_label.strip())],
        [each for each in filters if key in (folded(each.label), folded(each.own_label))],
        [each for each in filters if folded(each.id) == key],
    ):
        if found:
            return [each for each in found if not each.is_hidden] or found
    return []
