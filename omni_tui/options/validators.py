"""Check whether one option's value is valid, without looking at other options."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from omni_tui.formatting import listed
from omni_tui.options.spec import Fix, JsonValue, Kind, OptionSpec, Problem, Severity
from omni_tui.options.whole_numbers import whole_number


def value_problem(spec: OptionSpec, value: object) -> Problem | None:
    """Return what is wrong with a value for `spec`, or None. Takes any value and never raises."""
    return _CHECKS[spec.kind](spec, value)


def leave_out(spec: OptionSpec) -> Fix:
    """Return a fix that unsets an option: "back to the dashboard's name", "leave it out"."""
    return Fix(f"back to {spec.unset_label}" if spec.unset_label else "leave it out", {spec.wire_name: None})


def plain_json(value: object) -> JsonValue:
    """Return a copy of a value in JSON types: mappings become dicts, sequences become lists.

    Raises ValueError if it can't be sent as JSON in UTF-8: another type, a key that is not text, a number
    that is not finite, a lone surrogate, or unlimited nesting.
    """
    try:
        copy = _copied(value)
        json.dumps(copy, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return copy


def _copied(value: object) -> JsonValue:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key is not text")
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_copied(item) for item in value]
    raise ValueError(f"{type(value).__name__} is not JSON")


def _switch_problem(spec: OptionSpec, value: object) -> Problem | None:
    if isinstance(value, bool):
        return None
    return error_of(spec, f"{spec.label} must be on or off.", leave_out(spec))


def _choice_problem(spec: OptionSpec, value: object) -> Problem | None:
    if isinstance(value, str) and value in spec.choices:
        return None
    return error_of(spec, f"{spec.label} must be one of {listed(spec.choices, 'or')}.", leave_out(spec))


def _integer_problem(spec: OptionSpec, value: object) -> Problem | None:
    if isinstance(value, str) and whole_number(value) is None:
        return error_of(spec, f"“{value.strip()}” isn't a number. {_range_message(spec)}", leave_out(spec))
    if isinstance(value, bool) or not isinstance(value, int):
        return error_of(spec, _range_message(spec), leave_out(spec))
    if spec.minimum is not None and value < spec.minimum:
        return error_of(spec, _range_message(spec), _use_number(spec, spec.minimum))
    if spec.maximum is not None and value > spec.maximum:
        return error_of(spec, _range_message(spec), _use_number(spec, spec.maximum))
    return None


def _text_problem(spec: OptionSpec, value: object) -> Problem | None:
    """Check for text that can be sent, of `minimum` to `maximum` code points, as JSON Schema counts."""
    if not isinstance(value, str):
        return error_of(spec, f"{spec.label} must be text.", leave_out(spec))
    if not _is_sendable(value):
        return error_of(spec, f"{spec.label} contains a character that can't be sent.", leave_out(spec))
    if spec.minimum is not None and len(value) < spec.minimum:
        return error_of(spec, f"{spec.label} is empty.", leave_out(spec))
    if spec.maximum is not None and len(value) > spec.maximum:
        message = f"{spec.label} can have at most {spec.maximum:,} characters; this has {len(value):,}."
        return error_of(spec, message, Fix("shorten it", {spec.wire_name: value[: spec.maximum]}))
    return None


def _tile_problem(spec: OptionSpec, value: object) -> Problem | None:
    """Report an empty key: a tile is wanted but not chosen yet."""
    if isinstance(value, str) and not value:
        return error_of(spec, "No tile is chosen.", Fix("choose a tile"))
    return _text_problem(spec, value)


def _user_problem(spec: OptionSpec, value: object) -> Problem | None:
    if isinstance(value, str) and not value:
        return error_of(spec, "No user is chosen.", leave_out(spec))
    return _text_problem(spec, value)


def _filters_problem(spec: OptionSpec, value: object) -> Problem | None:
    if not isinstance(value, Mapping):
        return error_of(spec, f"{spec.label} must be an object of filters by ID.", leave_out(spec))
    if not _is_sendable(value):
        return error_of(spec, f"{spec.label} contain a value that JSON can't represent.", leave_out(spec))
    return None


_CHECKS: Mapping[Kind, Callable[[OptionSpec, object], Problem | None]] = {
    Kind.SWITCH: _switch_problem,
    Kind.CHOICE: _choice_problem,
    Kind.INTEGER: _integer_problem,
    Kind.TEXT: _text_problem,
    Kind.TILE: _tile_problem,
    Kind.FILTERS: _filters_problem,
    Kind.USER: _user_problem,
}


def _use_number(spec: OptionSpec, number: int) -> Fix:
    return Fix(f"use {number:,}", {spec.wire_name: number})


def _range_message(spec: OptionSpec) -> str:
    low = "" if spec.minimum is None else f" from {spec.minimum:,}"
    high = "" if spec.maximum is None else f" to {spec.maximum:,}"
    return f"{spec.label} must be a whole number{low}{high}."


def error_of(spec: OptionSpec, message: str, fix: Fix | None) -> Problem:
    """Return an error of an option."""
    return Problem(spec.wire_name, Severity.ERROR, message, fix)


def _is_sendable(value: object) -> bool:
    try:
        plain_json(value)
    except ValueError:
        return False
    return True
