"""`--filter` and `--each`: what was typed, and what it means for the filters that a dashboard has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from omni_tui.commands.shared.errors import UsageError
from omni_tui.options.filters.editing import (
    Edit,
    Filter,
    JsonText,
    ValueCount,
    condition_of,
    edit_of,
    edit_problem,
    is_changed,
    operators,
    with_one_value,
)
from omni_tui.options.filters.text.quoting import QUOTED
from omni_tui.options.filters.text.text_syntax import (
    FilterTextError,
    find,
    parse,
    split_flag,
    text_of,
    value_words,
)
from omni_tui.options.spec import OptionValue


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """A filter as it was typed: by its label or id, and what it should be, in the grammar of filters."""

    flag: str
    typed: str
    name: str
    text: str

    def error(self, message: str, hint: str = "") -> UsageError:
        """What is wrong with it, with the words that were typed before it."""
        return UsageError(f"{self.flag} {self.typed!r}: {message}", hint)

    def find(self, filters: Sequence[Filter]) -> Filter:
        """The filter that is meant. Raises UsageError, with what there is."""
        try:
            return find(filters, self.name)
        except FilterTextError as error:
            raise self.error(error.message, error.hint) from error

    def read(self, filter_: Filter, text: str | None = None) -> Edit:
        """What it asks of that filter. Raises UsageError, with the ways to write it."""
        try:
            edit = parse(filter_, self.text if text is None else text)
        except FilterTextError as error:
            raise self.error(error.message, error.hint) from error
        if problem := edit_problem(filter_, edit):
            raise self.error(problem)
        return edit


@dataclass(frozen=True, slots=True)
class FanOut:
    """One export for each of these: a filter, and what each file has of it."""

    filter: Filter
    edits: tuple[Edit, ...]


def typed_filter(flag: str, typed: str) -> TypedFilter:
    """Read `Status=complete`. Raises UsageError when it names no filter or says nothing of it."""
    try:
        name, text = split_flag(typed)
    except FilterTextError as error:
        raise UsageError(f"{flag} {typed!r}: {error.message}", error.hint) from error
    return TypedFilter(flag, typed, name, text)


def edits_of(
    filters: Sequence[Filter], typed: Iterable[TypedFilter]
) -> tuple[dict[str, Edit], list[UsageError]]:
    """What was typed, by filter id; and what is wrong with the rest of it."""
    edits: dict[str, Edit] = {}
    errors: list[UsageError] = []
    for each in typed:
        try:
            filter_ = each.find(filters)
            if filter_.id in edits:
                hint = "Several values go into one, with commas between them."
                raise each.error(f"{filter_.label} was given before.", hint)
            edits[filter_.id] = each.read(filter_)
        except UsageError as error:
            errors.append(error)
    return edits, errors


def fan_out_of(filters: Sequence[Filter], each: TypedFilter) -> FanOut:
    """The filter and its values, each once and in order. Raises UsageError."""
    filter_ = each.find(filters)
    return FanOut(filter_, tuple(dict.fromkeys(_one_by_one(filter_, each))))


def shown_texts(
    filters: Sequence[Filter], edits: Mapping[str, Edit], raw: OptionValue | None
) -> dict[str, str]:
    """Return all filters as they will be, by label, for file names; `raw` is what was typed as JSON."""
    shown = {**_raw_edits(filters, raw), **edits}
    return {each.label: value_words(each, shown.get(each.id) or edit_of(each)) for each in filters}


def set_texts(
    filters: Sequence[Filter], edits: Mapping[str, Edit], raw: OptionValue | None, fanned_out: Filter | None
) -> dict[str, str]:
    """Return the filters that were changed or fanned out, by label; those typed as JSON, by ID."""
    if isinstance(raw, Mapping):
        return {id_: json.dumps(filter_, separators=(",", ":")) for id_, filter_ in raw.items()}
    return {
        each.label: text_of(each, edits[each.id])
        for each in filters
        if each.id in edits and (each == fanned_out or is_changed(each, edits[each.id]))
    }


def _raw_edits(filters: Sequence[Filter], raw: OptionValue | None) -> dict[str, Edit]:
    """Return filters typed as JSON, as edits to be put in words; they are sent as they were typed."""
    if not isinstance(raw, Mapping):
        return {}
    given = [(filter_, raw[filter_.id]) for filter_ in filters if filter_.id in raw]
    return {filter_.id: condition_of(filter_, each) or JsonText(json.dumps(each)) for filter_, each in given}


def _one_by_one(filter_: Filter, each: TypedFilter) -> list[Edit]:
    """A list of values is taken apart; anything else is read again, comma by comma (`yes, no`)."""
    try:
        whole = parse(filter_, each.text)
    except FilterTextError:
        whole = None
    if isinstance(whole, JsonText):
        raise each.error(
            f"{filter_.label} has no list of values.", "Use --filter, and one run for each file."
        )
    if whole is not None and whole.values and _takes_many(filter_, whole.operator):
        return [with_one_value(whole, value) for value in whole.values]
    parts = _parts(each.text)
    if not parts:
        raise each.error("There is no value.", f"Separate values by commas: {each.name}=ONE,ANOTHER.")
    return [each.read(filter_, part) for part in parts]


def _takes_many(filter_: Filter, operator: str) -> bool:
    return any(known.key == operator and known.value_count is ValueCount.MANY for known in operators(filter_))


def _parts(text: str) -> list[str]:
    """The text at its commas, but not at those between quotation marks, which stay where they are."""
    parts = re.findall(rf"(?:{QUOTED}|[^,])+", text)
    return [part.strip() for part in parts if part.strip()]
