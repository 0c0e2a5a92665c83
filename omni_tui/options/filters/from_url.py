"""Read the filters in a dashboard's URL, and apply them to the dashboard's own filters.

The web app writes `?f--FILTER_ID=JSON&c--CONTROL=…` [D]. The JSON may be partial (`{"values": ["Complete"]}`)
or a whole filter. Filters that the URL doesn't name keep the dashboard's values.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from omni_tui.options.filters.conditions import TEXT_KINDS, read_condition, type_of, value_texts
from omni_tui.options.filters.date_conditions import (
    AFTER,
    BEFORE,
    DAY_OF_WEEK,
    INTERVAL,
    KIND_KEYS,
    RANGES,
    UNIT,
)
from omni_tui.options.filters.editing import same_json, with_condition
from omni_tui.options.filters.types import Edit, Filter, FilterType, JsonText
from omni_tui.options.spec import JsonValue
from omni_tui.options.validators import plain_json

FILTER_PREFIX, CONTROL_PREFIX = "f--", "c--"
# The web app's own marker in a URL, not part of a filter.
_LABELS = "appliedLabels"
_DATE_SIDES = frozenset({"left_side", "right_side", "values"})
# Keys of one type.
_TYPE_KEYS = {*KIND_KEYS, "kind", "is_negative", "is_inclusive", "case_insensitive"}
# How many dates each kind needs, on which sides.
_SIDES: Mapping[str, tuple[bool, bool]] = {
    **dict.fromkeys((*RANGES, INTERVAL), (True, True)),
    **dict.fromkeys((AFTER, UNIT, DAY_OF_WEEK), (True, False)),
    BEFORE: (False, True),
}
# How many values each kind of number needs; any number if it isn't here.
_NUMBERS = {"BETWEEN": 2, "GREATER_THAN": 1, "LESS_THAN": 1}
# A filter chosen in a browser is never longer.
MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class UrlFilters:
    """The filters in a URL. `texts` are by filter ID, decoded but not yet checked, in order.

    An ID may occur more than once. `controls` are the IDs of the controls that the URL sets.
    """

    texts: tuple[tuple[str, str], ...] = ()
    controls: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.controls)


@dataclass(frozen=True, slots=True)
class UrlEdits:
    """A URL's filters for one dashboard. `edits` are by filter ID, also for filters that it leaves unchanged.

    `errors` say by filter ID what can't be applied: ignoring it would export other rows than the URL shows.
    `warnings` say what an export can't do at all.
    """

    edits: Mapping[str, Edit] = field(default_factory=lambda: MappingProxyType({}))
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return all errors and warnings."""
        return (*self.errors.values(), *self.warnings)


def url_filters(text: str) -> UrlFilters:
    """Return the filters in a dashboard's URL; none for an ID. Raises nothing."""
    typed = text.strip().strip("<>\"'").replace("&amp;", "&")
    try:
        query = urlsplit(typed).query
    except ValueError:  # brackets in the host
        query = typed.partition("?")[2].partition("#")[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    texts = [
        (key.removeprefix(FILTER_PREFIX), value) for key, value in pairs if key.startswith(FILTER_PREFIX)
    ]
    controls = (key.removeprefix(CONTROL_PREFIX) for key, _ in pairs if key.startswith(CONTROL_PREFIX))
    return UrlFilters(tuple(texts), tuple(dict.fromkeys(controls)))


def url_edits(url: UrlFilters, filters: Sequence[Filter], replaced: Collection[str] = ()) -> UrlEdits:
    """Apply a URL's filters to a dashboard's. Filters in `replaced` (IDs) are set in another way."""
    by_id = {each.id: each for each in filters}
    given: dict[str, dict[str, JsonValue]] = {}
    errors: dict[str, str] = {}
    warnings: list[str] = []
    for id_, text in url.texts:
        if id_ in replaced:
            continue
        if id_ not in by_id:
            errors[id_] = f"The URL sets the filter “{id_}”, which this dashboard doesn't have."
        elif isinstance(found := _object(text), str):
            errors[id_] = f"The URL's filter “{id_}” {found}"
        else:
            before = given.get(id_, {})
            if any(key in before and not same_json(before[key], value) for key, value in found.items()):
                warnings.append(f"The URL sets the filter “{id_}” more than once. The last value is used.")
            given[id_] = {**before, **found}
    wholes = {id_: _laid_over(by_id[id_].raw, each) for id_, each in given.items() if id_ not in errors}
    for id_, whole in wholes.items():
        if (problem := _misfit(whole)) and not same_json(whole, by_id[id_].raw):
            errors[id_] = f"The URL's filter “{id_}” can't be applied: {problem}"
    edits = {id_: _edit(by_id[id_], given[id_], each) for id_, each in wholes.items() if id_ not in errors}
    return UrlEdits(edits, errors, (*dict.fromkeys(warnings), *_about_controls(url.controls)))


def _about_controls(controls: Sequence[str]) -> list[str]:
    if not controls:
        return []
    named = ", ".join(f"“{each}”" for each in controls)
    what = f"the control {named}" if len(controls) == 1 else f"the controls {named}"
    them = "it" if len(controls) == 1 else "them"
    return [f"The URL sets {what}. An export can't set controls: it uses {them} as saved in the dashboard."]


def _object(text: str) -> dict[str, JsonValue] | str:
    """Return the object in a URL's value, or what is wrong with it (to follow the filter's name)."""
    if not text.strip():
        return "has no value."
    if len(text) > MAX_CHARACTERS:
        return f"is longer than {MAX_CHARACTERS:,} characters."
    # a link that another program has encoded again: no JSON begins with a percent sign
    text = unquote(text) if text.lstrip().startswith("%") else text
    try:
        found = plain_json(json.loads(text))
    except (ValueError, RecursionError):
        return f"isn't valid JSON: “{_cut(text)}”."
    if not isinstance(found, dict):
        return f"isn't a JSON object: “{_cut(text)}”."
    return {key: value for key, value in found.items() if key != _LABELS}


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _edit(filter_: Filter, given: Mapping[str, JsonValue], whole: dict[str, JsonValue]) -> Edit:
    """Return the edit that changes the filter by the keys in `given`, which make it `whole`.

    A condition as if it were typed, if that expresses all of it; otherwise the object itself, as JSON.
    """
    condition = read_condition(whole) if type_of(whole) is filter_.type else None
    if condition is not None:
        written = with_condition(filter_, condition)
        is_date = filter_.type is FilterType.DATE
        keys = (
            given.keys() - _DATE_SIDES if is_date else given.keys()
        )  # the dashboard may have them as values
        if isinstance(written, dict) and all(_says(written, key, given[key]) for key in keys):
            return condition
    return JsonText(json.dumps(whole, ensure_ascii=False, indent=2))


def _laid_over(raw: JsonValue, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Merge the keys into a filter's object. Another kind or type removes the old one's keys."""
    own = raw if isinstance(raw, dict) else {}
    gone: Collection[str] = ()
    if "type" in given and not same_json(given["type"], own.get("type")):
        gone = _TYPE_KEYS
    elif type_of(own) is FilterType.DATE:
        if "kind" in given and not same_json(given["kind"], own.get("kind")):
            gone = KIND_KEYS
        elif given.get("values"):
            gone = _DATE_SIDES
        elif given.get("left_side") or given.get("right_side"):
            gone = ("values",)
    return {**{key: value for key, value in own.items() if key not in gone}, **given}


def _says(written: Mapping[str, JsonValue], key: str, value: JsonValue) -> bool:
    """Return whether the written filter contains this. Ignores `ui_type` (for the web page), null, false."""
    is_nothing = (value is None or value is False) and not written.get(key)
    return key == "ui_type" or is_nothing or same_json(written.get(key), value)


def _misfit(raw: Mapping[str, JsonValue]) -> str:
    """Return what is certainly wrong with a filter's object, as a sentence, or "".

    The server drops a filter whose keys don't fit its type, and exports all rows [V]. Unknown types and kinds
    are never wrong, and neither is a filter without any value, which matches all.
    """
    kind = raw.get("kind")
    if kind is not None and not isinstance(kind, str):
        return "its kind isn't a text."
    match type_of(raw):
        case FilterType.DATE:
            return _date_misfit(raw, kind) if kind and kind in _SIDES else ""
        case FilterType.NUMBER:
            return _values_misfit(raw, _NUMBERS.get(kind or "", 0))
        case FilterType.TEXT if kind in TEXT_KINDS:
            return _values_misfit(raw, 0)
        case FilterType.YES_NO | FilterType.NULL if kind or raw.get("values"):
            return "its type takes neither a kind nor values."
    return ""


def _date_misfit(raw: Mapping[str, JsonValue], kind: str) -> str:
    sides = (bool(raw.get("left_side")), bool(raw.get("right_side")))
    values = raw.get("values")
    if values and any(sides):
        return "it has its dates twice, as sides and as values."
    count = len(values) if isinstance(values, list) and values else sum(sides)
    fits = sides == _SIDES[kind] if any(sides) else count == sum(_SIDES[kind])
    if fits or (not count and raw.get("ui_type") == "ANY_TIME"):
        return ""
    return f"{kind} takes {'two dates' if sum(_SIDES[kind]) == 2 else 'one date'}."


def _values_misfit(raw: Mapping[str, JsonValue], count: int) -> str:
    values = raw.get("values")
    if values is None:
        return ""
    texts = value_texts(values)
    if texts is None:
        return "its values aren't a list of texts or numbers."
    if texts and count and len(texts) != count:
        return f"{raw.get('kind')} takes {'two values' if count == 2 else 'one value'}."
    return ""
