"""The filters that a dashboard's URL carries, read and laid over the dashboard's own filters.

The web app writes `?f--FILTER_ID=JSON&c--CONTROL=…` [D]. The JSON may be partial (`{"values": ["Complete"]}`)
or a whole filter. Filters that the URL doesn't name keep the dashboard's values.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from omni_tui.options.filters.editing import (
    Edit,
    Filter,
    FilterType,
    JsonText,
    same_json,
    with_condition,
)
from omni_tui.options.filters.from_api import read_condition, type_of
from omni_tui.options.spec import JsonValue
from omni_tui.options.validators import plain_json

FILTER_PREFIX, CONTROL_PREFIX = "f--", "c--"
# The web app's own note in a URL; no part of a filter.
_LABELS = "appliedLabels"
# What belongs to one kind of date. Under another kind, the server drops a filter that still has them [V].
_DATE_KEYS = frozenset({"values", "left_side", "right_side", "ui_type", "offset_interval_string", "isFiscal"})
# And to one type.
_TYPE_KEYS = _DATE_KEYS | {"kind", "is_negative", "is_inclusive", "case_insensitive"}
# A longer value is no filter that somebody chose in a browser.
MOST_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class UrlFilters:
    """What a URL says of filters. `texts` are by filter ID, decoded but not yet checked, in their order.

    An ID may come more than once. `controls` are the IDs of controls that it sets.
    """

    texts: tuple[tuple[str, str], ...] = ()
    controls: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.controls)


@dataclass(frozen=True, slots=True)
class UrlEdits:
    """What a URL asks of one dashboard. `edits` are by filter ID, also of filters that it leaves as they are.

    `errors` say by filter ID what can't be applied: leaving it out would export other rows than the URL
    shows. `warnings` say what an export can't do at all.
    """

    edits: Mapping[str, Edit] = field(default_factory=lambda: MappingProxyType({}))
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that can't be applied."""
        return (*self.errors.values(), *self.warnings)


def url_filters(text: str) -> UrlFilters:
    """Return what a dashboard's URL says of filters; nothing for an ID alone. Raises nothing."""
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
    """Lay a URL's filters over a dashboard's. Filters that are `replaced` (IDs) are set in another way."""
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
                warnings.append(f"The URL sets the filter “{id_}” more than once. The last value counts.")
            given[id_] = {**before, **found}
    edits = {id_: _edit(by_id[id_], each) for id_, each in given.items() if id_ not in errors}
    return UrlEdits(edits, errors, (*dict.fromkeys(warnings), *_about_controls(url.controls)))


def _about_controls(controls: Sequence[str]) -> list[str]:
    if not controls:
        return []
    named = ", ".join(f"“{each}”" for each in controls)
    what = f"the control {named}" if len(controls) == 1 else f"the controls {named}"
    them = "it" if len(controls) == 1 else "them"
    return [f"The URL sets {what}. An export can't set controls: it uses {them} as saved in the dashboard."]


def _object(text: str) -> dict[str, JsonValue] | str:
    """Return the object that a value of the URL is, else what is wrong with it (after the filter's name)."""
    if not text.strip():
        return "has no value."
    if len(text) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS:,} characters."
    # a link that another program has encoded once more: no JSON begins with a percent sign
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


def _edit(filter_: Filter, given: Mapping[str, JsonValue]) -> Edit:
    """Return the edit that makes the filter what `given` on top of it says.

    A condition, as if it had been typed, where that says all of it; else the object itself, as JSON.
    """
    whole = _laid_over(filter_.raw, given)
    condition = read_condition(whole) if type_of(whole) is filter_.type else None
    if condition is not None:
        written = with_condition(filter_, condition)
        if isinstance(written, dict) and all(_says(written, key, value) for key, value in given.items()):
            return condition
    return JsonText(json.dumps(whole, ensure_ascii=False, indent=2))


def _laid_over(raw: JsonValue, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Lay the keys over a filter's object. Another kind or type takes the old one's keys out."""
    own = raw if isinstance(raw, dict) else {}
    gone: Collection[str] = ()
    if "type" in given and not same_json(given["type"], own.get("type")):
        gone = _TYPE_KEYS
    elif (
        "kind" in given and not same_json(given["kind"], own.get("kind")) and type_of(own) is FilterType.DATE
    ):
        gone = _DATE_KEYS
    return {**{key: value for key, value in own.items() if key not in gone}, **given}


def _says(written: Mapping[str, JsonValue], key: str, value: JsonValue) -> bool:
    """Whether the written filter says this. `ui_type` is for the web page; null and false say nothing."""
    nothing = (None, False)
    if key == "ui_type" or (value in nothing and written.get(key) in nothing):
        return True
    return same_json(written.get(key), value)
