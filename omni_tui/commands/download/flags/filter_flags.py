"""`--filter` and `--each`: parse them, and resolve them for a dashboard's filters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.editing import edit_of, edit_problem, is_changed, operators
from omni_tui.options.filters.grammar import QUOTED
from omni_tui.options.filters.text_syntax import (
    FilterTextError,
    find,
    parse,
    split_flag,
    text_of,
    value_words,
)
from omni_tui.options.filters.types import Edit, Filter, JsonText, ValueCount
from omni_tui.options.spec import OptionValue


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """A filter flag as typed: a filter's label or ID, and its condition in the grammar of filters."""

    flag: str
    typed: str
    name: str
    text: str

    def error(self, message: str, hint: str = "") -> UsageError:
        """Return an error that begins with the flag as typed."""
        return UsageError(f"{self.flag} {self.typed!r}: {message}", hint)

    def find(self, filters: Sequence[Filter]) -> Filter:
        """Find the filter. Raises UsageError that lists the filters."""
        try:
            return find(filters, self.name)
        except FilterTextError as error:
            raise self.error(error.message, error.hint) from error

    def read(self, filter_: Filter, text: str | None = None) -> Edit:
        """Parse the condition for that filter. Raises UsageError with the valid forms."""
        try:
            edit = parse(filter_, self.text if text is None else text)
        except FilterTextError as error:
            raise self.error(error.message, error.hint) from error
        if problem := edit_problem(filter_, edit):
            raise self.error(problem)
        return edit


@dataclass(frozen=True, slots=True)
class FanOut:
    """One export for each variant: a filter, and its edit for each file."""

    filter: Filter
    edits: tuple[Edit, ...]


def typed_filter(flag: str, typed: str) -> TypedFilter:
    """Parse `Status=complete`. Raises UsageError if it has no filter or no condition."""
    try:
        name, text = split_flag(typed)
    except FilterTextError as error:
        raise UsageError(f"{flag} {typed!r}: {error.message}", error.hint) from error
    return TypedFilter(flag, typed, name, text)


def edits_of(
    filters: Sequence[Filter], typed: Iterable[TypedFilter]
) -> tuple[dict[str, Edit], list[UsageError]]:
    """Resolve typed filters; return the edits by filter ID, and the errors."""
    edits: dict[str, Edit] = {}
    errors: list[UsageError] = []
    for each in typed:
        try:
            filter_ = each.find(filters)
            if filter_.id in edits:
                hint = "Give several values at once, separated by commas."
                raise each.error(f"{filter_.label} is set twice.", hint)
            edits[filter_.id] = each.read(filter_)
        except UsageError as error:
            errors.append(error)
    return edits, errors


def fan_out_of(filters: Sequence[Filter], each: TypedFilter) -> FanOut:
    """Return the filter and its values, without repetition and in order. Raises UsageError."""
    filter_ = each.find(filters)
    return FanOut(filter_, tuple(dict.fromkeys(_one_by_one(filter_, each))))


def shown_texts(
    filters: Sequence[Filter], edits: Mapping[str, Edit], raw: OptionValue | None
) -> dict[str, str]:
    """Return the text of all filters by label, for file names; `raw` are filters typed as JSON."""
    shown = {**_raw_edits(filters, raw), **edits}
    return {each.label: value_words(each, shown.get(each.id) or edit_of(each)) for each in filters}


def set_texts(
    filters: Sequence[Filter], edits: Mapping[str, Edit], raw: OptionValue | None, fanned_out: Filter | None
) -> dict[str, str]:
    """Return the text of the changed or fanned-out filters, by label; those typed as JSON, by ID."""
    if isinstance(raw, Mapping):
        return {id_: json.dumps(filter_, separators=(",", ":")) for id_, filter_ in raw.items()}
    return {
        each.label: text_of(each, edits[each.id])
        for each in filters
        if each.id in edits and (each == fanned_out or is_changed(each, edits[each.id]))
    }


def _raw_edits(filters: Sequence[Filter], raw: OptionValue | None) -> dict[str, Edit]:
    """Return filters typed as JSON as edits, to describe them; they are sent as typed."""
    if not isinstance(raw, Mapping):
        return {}
    given = [(filter_, raw[filter_.id]) for filter_ in filters if filter_.id in raw]
    return {filter_.id: read_condition(each) or JsonText(json.dumps(each)) for filter_, each in given}


def _one_by_one(filter_: Filter, each: TypedFilter) -> list[Edit]:
    """Split a list into one edit per value. Other conditions are parsed at each comma (`yes, no`)."""
    try:
        whole = parse(filter_, each.text)
    except FilterTextError:
        whole = None
    if isinstance(whole, JsonText):
        raise each.error(f"{filter_.label} has no list of values.", "Use --filter, and run it once per file.")
    if whole is not None and whole.operator == "any":
        raise each.error("“any” isn't a list of values.", f"Name the values: {each.name}=ONE,ANOTHER.")
    lists = [known.key for known in operators(filter_) if known.value_count is ValueCount.MANY]
    if whole is not None and whole.values and whole.operator in lists:
        return [replace(whole, values=(value,)) for value in whole.values]
    # split at commas, but not inside quotes, which are kept
    parts = [part.strip() for part in re.findall(rf"(?:{QUOTED}|[^,])+", each.text) if part.strip()]
    if not parts:
        raise each.error("There are no values.", f"Separate values by commas: {each.name}=ONE,ANOTHER.")
    return [each.read(filter_, part) for part in parts]
