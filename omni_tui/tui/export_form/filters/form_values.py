"""Converts between the fields of a filter's row and the filter's edit, without a screen.

Server text is shown without control characters; if unchanged, the edit keeps the original text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from omni_tui.formatting import plain_line
from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.date_literals import UNITS
from omni_tui.options.filters.editing import edit_of, same_json, with_condition, with_edit
from omni_tui.options.filters.grammar import joined, split
from omni_tui.options.filters.types import (
    Condition,
    Edit,
    Filter,
    FilterType,
    JsonText,
    Operator,
    ValueCount,
    operator,
)

DEFAULT_UNIT = "month"
# The unit of a duration with an unknown unit: the number field holds the whole text.
NO_UNIT = ""

_SPAN = re.compile(rf"(\d+) +({'|'.join(UNITS)})s?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedValues:
    """The values of a row's fields, including those hidden for its operator.

    `first` and `second` are values, `count` and `unit` a duration. For a filter edited as JSON, `first` is
    the JSON text and the operator is empty.
    """

    operator: str
    first: str = ""
    second: str = ""
    count: str = ""
    unit: str = DEFAULT_UNIT
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """Which fields an operator shows."""

    has_first: bool = False
    has_second: bool = False
    has_count: bool = False
    has_case: bool = False


def parts_of(filter: Filter, chosen: Operator) -> Parts:
    """Return the fields that an operator needs."""
    count = chosen.value_count
    if count is ValueCount.NONE:
        return Parts()
    key = chosen.key.removeprefix("not ")
    if filter.type is FilterType.DATE and key in ("past", "span"):
        return Parts(has_count=True, has_first=key == "span")
    return Parts(
        has_first=True,
        has_second=count is ValueCount.TWO,
        has_case=filter.type is FilterType.TEXT,
    )


def operator_of(filter: Filter, key: str) -> Operator:
    """Return the filter's operator by key. Raises KeyError if its type doesn't have it."""
    found = operator(filter.type, key)
    if found is None:
        raise KeyError(key)
    return found


def fitting(filter: Filter, edit: Edit) -> Edit:
    """Return the edit as a row shows it: as a condition if possible, else as JSON."""
    if isinstance(edit, Condition):
        if operator(filter.type, edit.operator) is not None:
            return edit
        return JsonText(json.dumps(with_edit(filter, edit), ensure_ascii=False))
    sent = with_edit(filter, edit)
    condition = read_condition(sent)
    if condition is not None and same_json(with_condition(filter, condition), sent):
        return condition
    return edit


def field_values_of(filter: Filter, edit: Edit) -> TypedValues:
    """Return the field values that show an edit."""
    if isinstance(edit, JsonText):
        return TypedValues("", first=_json_line(edit.text))
    chosen, values = operator_of(filter, edit.operator), tuple(map(plain_line, edit.values))
    typed = TypedValues(edit.operator, ignores_case=edit.ignores_case)
    parts = parts_of(filter, chosen)
    if parts.has_count:
        count, unit = _count_and_unit(values[0] if values else "")
        return replace(typed, count=count, unit=unit, first=values[1] if len(values) > 1 else "")
    if chosen.value_count is ValueCount.MANY:
        return replace(typed, first=joined(values, lambda _: True))
    first, second = [*values, "", ""][:2]
    return replace(typed, first=first, second=second)


def edit_from(filter: Filter, typed: TypedValues, shown: Edit | None = None) -> Edit:
    """Return the edit for the field values; if unchanged, exactly the dashboard's or the one `shown`."""
    known = [edit_of(filter), *([] if shown is None else [shown])]
    for edit in known:
        fitted = fitting(filter, edit)
        if _visible(filter, typed) == _visible(filter, field_values_of(filter, fitted)):
            return fitted
    if not typed.operator:
        return JsonText(typed.first)
    # a value shown without some of its characters keeps them all
    whole = {plain_line(each): each for edit in known if isinstance(edit, Condition) for each in edit.values}
    values = tuple(whole.get(value, value) for value in _values(filter, typed))
    has_case = parts_of(filter, operator_of(filter, typed.operator)).has_case
    ignores_case = typed.ignores_case if has_case else _own_ignores_case(filter)
    return Condition(typed.operator, values, ignores_case)


def _own_ignores_case(filter: Filter) -> bool:
    """Return the dashboard's case setting, kept for operators that don't compare text."""
    raw = filter.raw if filter.type is FilterType.TEXT else None
    return isinstance(raw, dict) and raw.get("case_insensitive") is True


def _visible(filter: Filter, typed: TypedValues) -> tuple[object, ...]:
    """Return the operator and the values of the fields that it shows."""
    if not typed.operator:
        return (typed.first,)
    parts = parts_of(filter, operator_of(filter, typed.operator))
    return (
        typed.operator,
        parts.has_first and typed.first,
        parts.has_second and typed.second,
        parts.has_count and (typed.count, typed.unit),
        parts.has_case and typed.ignores_case,
    )


def _values(filter: Filter, typed: TypedValues) -> tuple[str, ...]:
    chosen = operator_of(filter, typed.operator)
    parts = parts_of(filter, chosen)
    if parts.has_count:
        length = _length(typed.count.strip(), typed.unit)
        return (length, typed.first.strip()) if parts.has_first else (length,)
    match chosen.value_count:
        case ValueCount.NONE:
            return ()
        case ValueCount.ONE:
            return (typed.first.strip(),)
        case ValueCount.TWO:
            return (typed.first.strip(), typed.second.strip())
    return split_leniently(typed.first)


def split_leniently(text: str) -> tuple[str, ...]:
    """Return the values of a comma-separated list, even if a closing quote is missing."""
    for candidate in (text, f'{text}"', f"{text}”"):
        try:
            return split(candidate)
        except ValueError:
            continue
    return tuple(value.strip() for value in text.split(",") if value.strip())


def _count_and_unit(text: str) -> tuple[str, str]:
    match = _SPAN.fullmatch(text)
    if match is not None:
        return match[1], match[2].lower()
    return text, NO_UNIT if text else DEFAULT_UNIT


def _length(count: str, unit: str) -> str:
    """Return the duration as text; without a number or unit, only the number field's text."""
    if not count or unit == NO_UNIT:
        return count
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"


def _json_line(text: str) -> str:
    """Return JSON on one line, with control characters escaped."""
    try:
        line = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return plain_line(text)
    if plain_line(line) == line:
        return line
    return "".join(
        character if plain_line(character) == character else json.dumps(character)[1:-1] for character in line
    )
