"""Filters as text: one syntax for the form, `--filter` and presets.

`complete, pending` · `not complete` · `contains web` · `>=10` · `10..99.99` · `past 6 months` ·
`2026-01-01..2026-02-01` · `last quarter` · `2026 Q3` · `yes` · `not null` · `any`. Quote values that contain
commas or look like syntax. A filter of an unknown form is JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import listed, plain_line
from omni_tui.options.filters import grammar
from omni_tui.options.filters.date_literals import length_words, literal
from omni_tui.options.filters.describe import named
from omni_tui.options.filters.grammar import joined, quoted
from omni_tui.options.filters.types import Condition, Edit, Filter, FilterType, JsonText, ValueCount, operator
from omni_tui.options.filters.validate import (
    condition_problem,
    is_number,
    is_period_text,
    json_problem,
)

SYNTAX_HINTS: Mapping[FilterType, str] = {
    FilterType.TEXT: (
        "Use “complete, pending”, “not complete”, “contains web”, “starts with web”, “empty” or “any”."
    ),
    FilterType.NUMBER: "Use “10”, “not 10”, “>=10”, “<5”, “10..99.99” or “any”.",
    FilterType.DATE: (
        "Use “past 6 months”, “last quarter”, “2026-03”, “2026 Q3”, “yesterday”, “Monday”, "
        "“2026-01-01..2026-02-01” (end not included), “on or after 2026-11-23”, “before today” or “any”."
    ),
    FilterType.YES_NO: "Use “yes”, “no” or “any”.",
    FilterType.NULL: "Use “null” or “not null”.",
    FilterType.OTHER: "Use JSON.",
}

_SIGNS = re.compile(r">=|<=|!=|<>|=|>|<|≥|≤|≠")
_CASE_MARK = re.compile(r"\s*\((ignoring|matching) case\)\s*\Z", re.IGNORECASE)
_GRAMMARS: Mapping[FilterType, Callable[[str], Condition | None]] = {
    FilterType.TEXT: grammar.text_condition,
    FilterType.NUMBER: grammar.number_condition,
    FilterType.DATE: grammar.date_condition,
    FilterType.YES_NO: grammar.yes_no_condition,
    FilterType.NULL: grammar.null_condition,
}


class FilterTextError(OmniTuiError):
    """A filter's text is invalid or names no filter; the hint lists valid forms."""


def parse(filter: Filter, text: str) -> Edit:
    """Parse a filter's text. Raises FilterTextError, with the valid forms for the filter's type."""
    text = text.strip()
    if not text:
        raise FilterTextError(f"{filter.label} has no value.", SYNTAX_HINTS[filter.type])
    if filter.type is FilterType.OTHER or text.startswith("{"):
        if problem := json_problem(text):
            raise FilterTextError(problem, SYNTAX_HINTS[filter.type])
        return JsonText(text)
    condition = _condition(filter, text)
    if condition.operator != "any" and (problem := condition_problem(filter, condition)):
        raise FilterTextError(problem, SYNTAX_HINTS[filter.type])
    return condition


def _condition(filter: Filter, text: str) -> Condition:
    ignores_case = _ignores_case(filter)
    if filter.type is FilterType.TEXT and (mark := _CASE_MARK.search(text)):
        text, ignores_case = text[: mark.start()], mark[1].lower() == "ignoring"
    try:
        condition = _GRAMMARS[filter.type](text)
    except ValueError as error:
        raise FilterTextError(str(error), SYNTAX_HINTS[filter.type]) from None
    if condition is None:
        raise FilterTextError(f"{filter.label} can't be “{text}”.", SYNTAX_HINTS[filter.type])
    return Condition(condition.operator, condition.values, ignores_case)


def text_of(filter: Filter, edit: Edit) -> str:
    """Return an edit as text that parses to the same edit. JSON is put on one line."""
    if isinstance(edit, JsonText):
        return _one_line(edit.text)
    known = operator(filter.type, edit.operator)
    if known is None or known.value_count is ValueCount.NONE or not edit.values:
        return edit.operator if known is None or known.value_count is ValueCount.NONE else "any"
    match filter.type:
        case FilterType.TEXT:
            return _text_text(filter, edit)
        case FilterType.NUMBER:
            return _number_text(edit)
    return _date_text(edit)


def _text_text(filter: Filter, condition: Condition) -> str:
    words = "" if condition.operator == "is" else f"{condition.operator} "
    values = joined(condition.values, _is_plain_text)
    if condition.ignores_case:
        return f"{words}{values} (ignoring case)"
    return f"{words}{values} (matching case)" if _ignores_case(filter) else f"{words}{values}"


def _is_plain_text(value: str) -> bool:
    return not grammar.is_text_grammar(value) and not _CASE_MARK.search(value)


def _number_text(condition: Condition) -> str:
    key, values = condition.operator, condition.values
    if key in ("=", "!="):
        return ("" if key == "=" else "not ") + joined(values, is_number)
    if key.endswith("between"):
        return key.removesuffix("between") + _range_text(values, is_number)
    return key + _one(values[0], is_number)


def _date_text(condition: Condition) -> str:
    key, values = condition.operator, condition.values
    not_ = "not " if key.startswith("not ") else ""
    match key.removeprefix("not "):
        case "between":
            return not_ + _range_text(values, literal)
        case "span":
            first, second = (*values, "")[:2]
            return f"{not_}{_one(first, length_words)} from {_one(second, literal)}"
        case "past":
            return f"{key} {_one(values[0], length_words)}"
        case "on":
            return not_ + _one(values[0], is_period_text)
    return f"{key} {_one(values[0], literal)}"


def _range_text(values: Sequence[str], looks_plain: Callable[[str], object]) -> str:
    first, second = (*values, "", "")[:2]
    is_plain = looks_plain(first) and looks_plain(second)
    if is_plain and " " not in first + second and not (first + second).startswith("."):
        return f"{first}..{second}" if second[:1] != "." else f"between {first} and {second}"
    return f"between {_one(first, looks_plain)} and {_one(second, looks_plain)}"


def _one(value: str, looks_plain: Callable[[str], object]) -> str:
    return value if looks_plain(value) else quoted(value)


def _ignores_case(filter: Filter) -> bool:
    if filter.type is not FilterType.TEXT or not isinstance(filter.raw, dict):
        return False
    return filter.raw.get("case_insensitive") is True


def _one_line(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def split_flag(text: str) -> tuple[str, str]:
    """Split `Status=complete` into ("Status", "complete"), `Price>=10` into ("Price", ">=10").

    The name ends at the first operator. Raises FilterTextError if the name or the value is missing.
    """
    hint = "Write a filter's label or ID and its value, as in “Status=complete” or “Price>=10”."
    sign = _SIGNS.search(text)
    if sign is None:
        raise FilterTextError(f"“{text}” has no “=”.", hint)
    name, rest = text[: sign.start()].strip(), text[sign.end() :].strip()
    if not name:
        raise FilterTextError(f"“{text}” has no filter name before “{sign[0]}”.", hint)
    if not rest:
        raise FilterTextError(f"“{text}” has no value after “{sign[0]}”.", "Use “any” for any value.")
    return name, rest if sign[0] == "=" else sign[0] + rest


def find(filters: Sequence[Filter], name: str) -> Filter:
    """Return the filter with that ID, else with that label, ignoring case; visible ones before hidden ones.

    Raises FilterTextError if none or several match, and lists what there is.
    """
    found = named(filters, name)
    if len(found) == 1:
        return found[0]
    name = name.strip()
    if found:
        ids = listed(each.id for each in found)
        raise FilterTextError(f"{len(found)} filters are named “{name}”: {ids}.", "Use the ID.")
    if not filters:
        raise FilterTextError(f"Unknown filter “{name}”: this dashboard has no filters.")
    labels = listed(dict.fromkeys(each.label for each in filters))
    raise FilterTextError(f"Unknown filter “{name}”.", f"Available: {labels}.")


# Operators whose value is clear without the operator's name.
_PLAIN = frozenset({"is", "=", "on"})


def value_words(filter: Filter, edit: Edit) -> str:
    """Return a filter's value in short form for a file name: without operator or case."""
    if isinstance(edit, Condition) and edit.operator in _PLAIN and len(edit.values) == 1:
        return edit.values[0]
    return _CASE_MARK.sub("", text_of(filter, edit))


# after --filter: `Status=complete`


def flag_names(filters: Sequence[Filter]) -> list[str]:
    """Return what each filter is called before the `=`: its label if that is clear, else its ID."""
    return [each.own_label if _is_clear(filters, each) else each.id for each in filters]


def _is_clear(filters: Sequence[Filter], filter_: Filter) -> bool:
    label = filter_.own_label
    try:
        return split_flag(f"{label}=x")[0] == label and find(filters, label) == filter_
    except FilterTextError:
        return False


def flag_text(filters: Sequence[Filter], filter_: Filter, edit: Edit) -> str:
    """Return what to type after `--filter` for that edit: by the label if that is clear, else by the ID."""
    ways = _ways(filter_, edit)
    shown = (typed for typed in ways if plain_line(typed) == typed)  # what a screen shows unchanged
    return next((typed for typed in shown if _is_read_as(typed, filters, filter_, edit)), ways[-1])


def common_flag_text(dashboards: Sequence[Sequence[Filter]], filters: Sequence[Filter], edit: Edit) -> str:
    """Return what to type for that edit of one filter on each dashboard; empty if no text fits all."""
    for typed in dict.fromkeys(way for filter_ in filters for way in _ways(filter_, edit)):
        pairs = zip(dashboards, filters, strict=True)
        if all(_is_read_as(typed, all_filters, filter_, edit) for all_filters, filter_ in pairs):
            return typed
    return ""


def _ways(filter_: Filter, edit: Edit) -> list[str]:
    text = text_of(filter_, edit)
    return [f"{name}{sign}{text}" for name in (filter_.own_label, filter_.id) for sign in _signs_before(text)]


def _signs_before(text: str) -> tuple[str, ...]:
    """`Price>=10` reads better than `Price=>=10`; both mean the same."""
    return ("", "=") if text[:1] in ("<", ">") else ("=",)


def _is_read_as(typed: str, filters: Sequence[Filter], filter_: Filter, edit: Edit) -> bool:
    """Return whether it is read as that edit of that filter."""
    try:
        name, text = split_flag(typed)
        return find(filters, name) == filter_ and parse(filter_, text) == edit
    except FilterTextError:
        return False
