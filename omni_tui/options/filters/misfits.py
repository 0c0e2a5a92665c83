"""Find filters whose keys don't fit their type: the server drops them and exports all rows [V]."""

from __future__ import annotations

from collections.abc import Mapping

from omni_tui.options.filters.date_conditions import AFTER, BEFORE, DAY_OF_WEEK, INTERVAL, RANGES, UNIT
from omni_tui.options.filters.from_api import TEXT_KINDS, type_of, value_texts
from omni_tui.options.filters.types import FilterType
from omni_tui.options.spec import JsonValue

# How many dates each kind needs, on which sides.
_SIDES: Mapping[str, tuple[bool, bool]] = {
    **dict.fromkeys((*RANGES, INTERVAL), (True, True)),
    **dict.fromkeys((AFTER, UNIT, DAY_OF_WEEK), (True, False)),
    BEFORE: (False, True),
}
# How many values each kind of number needs; any number if it isn't here.
_NUMBERS = {"BETWEEN": 2, "GREATER_THAN": 1, "LESS_THAN": 1}


def misfit(raw: Mapping[str, JsonValue]) -> str:
    """Return what is certainly wrong with a filter's object, as a sentence, or "".

    Unknown types and kinds are never wrong, and neither is a filter without any value, which matches all.
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
