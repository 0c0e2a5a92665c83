"""Convert the result of a comparison to JSON and back."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Convert dataclasses, lists and plain values for `json.dumps`."""
    if is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def from_json(kind: type[T], found: Any) -> T:
    """Convert back from `to_json`. Raises TypeError, ValueError or LookupError for other input."""
    made: T = _made(kind, found)
    return made


def _made(kind: Any, found: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if arguments[-1] is ...:
            return tuple(_made(arguments[0], each) for each in found)
        return tuple(_made(each, value) for each, value in zip(arguments, found, strict=True))
    if origin in (types.UnionType, typing.Union):
        if found is None:
            return None
        rest = [each for each in arguments if each is not type(None)]
        return _made(rest[0], found) if len(rest) == 1 else found
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        return kind(**{name: _made(hints[name], value) for name, value in found.items()})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(found)
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
