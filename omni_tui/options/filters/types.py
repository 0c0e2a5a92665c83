"""Types: a filter, its type, an edit of it, and the operators of each type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from omni_tui.options.spec import JsonValue


class FilterType(Enum):
    """What a filter compares; determines its operators. Unknown types are OTHER."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    NULL = "null"
    OTHER = "other"


class ValueCount(Enum):
    """How many values an operator takes; MANY is any number."""

    NONE = "none"
    ONE = "one"
    TWO = "two"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare: `key` is used in conditions, `label` is displayed."""

    key: str
    label: str
    value_count: ValueCount


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter's condition: the key of an operator, and the values exactly as typed (they may be invalid).

    A date's "past" has one value, "6 months"; "span" has two, the length and the start ("6 months",
    "1 year ago"). `ignores_case` is for text comparisons.
    """

    operator: str
    values: tuple[str, ...] = ()
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class JsonText:
    """The text of a filter edited as JSON; it may be invalid."""

    text: str


Edit: TypeAlias = Condition | JsonText


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a dashboard: its ID on the wire, its display name, and the server's own object.

    `label` is unique in the dashboard: if a label repeats, the ID is appended. `own_label` is the plain
    label. `field` is the field that it filters (`orders.status`), else its ID.
    """

    id: str
    label: str
    type: FilterType
    raw: JsonValue
    field: str
    is_required: bool = False
    is_hidden: bool = False
    own_label: str = ""


ANY = Operator("any", "any", ValueCount.NONE)

_TEXT = (
    Operator("is", "is", ValueCount.MANY),
    Operator("not", "is not", ValueCount.MANY),
    Operator("contains", "contains", ValueCount.MANY),
    Operator("not contains", "does not contain", ValueCount.MANY),
    Operator("starts with", "starts with", ValueCount.MANY),
    Operator("not starts with", "does not start with", ValueCount.MANY),
    Operator("ends with", "ends with", ValueCount.MANY),
    Operator("not ends with", "does not end with", ValueCount.MANY),
    Operator("empty", "is empty", ValueCount.NONE),
    Operator("not empty", "is not empty", ValueCount.NONE),
    ANY,
)
_NUMBER = (
    Operator("=", "=", ValueCount.MANY),
    Operator("!=", "≠", ValueCount.MANY),
    Operator("<", "<", ValueCount.ONE),
    Operator("<=", "≤", ValueCount.ONE),
    Operator(">", ">", ValueCount.ONE),
    Operator(">=", "≥", ValueCount.ONE),
    Operator("between", "between", ValueCount.TWO),
    Operator("not between", "not between", ValueCount.TWO),
    ANY,
)
_DATE = (
    Operator("past", "past", ValueCount.ONE),
    Operator("between", "between", ValueCount.TWO),
    Operator("on or after", "on or after", ValueCount.ONE),
    Operator("before", "before", ValueCount.ONE),
    Operator("on", "is", ValueCount.ONE),
    ANY,
)
_YES_NO = (Operator("yes", "yes", ValueCount.NONE), Operator("no", "no", ValueCount.NONE), ANY)
_NULL = (
    Operator("null", "is null", ValueCount.NONE),
    Operator("not null", "is not null", ValueCount.NONE),
)

OFFERED: Mapping[FilterType, tuple[Operator, ...]] = {
    FilterType.TEXT: _TEXT,
    FilterType.NUMBER: _NUMBER,
    FilterType.DATE: _DATE,
    FilterType.YES_NO: _YES_NO,
    FilterType.NULL: _NULL,
    FilterType.OTHER: (),
}

# Read from a server and kept, but offered only if the filter already uses them.
READ_ONLY: Mapping[FilterType, tuple[Operator, ...]] = {
    FilterType.NUMBER: (
        Operator("not <", "not <", ValueCount.ONE),
        Operator("not <=", "not ≤", ValueCount.ONE),
        Operator("not >", "not >", ValueCount.ONE),
        Operator("not >=", "not ≥", ValueCount.ONE),
    ),
    FilterType.DATE: (
        Operator("span", "a span of", ValueCount.TWO),
        Operator("not past", "not past", ValueCount.ONE),
        Operator("not between", "not between", ValueCount.TWO),
        Operator("not on or after", "not on or after", ValueCount.ONE),
        Operator("not before", "not before", ValueCount.ONE),
        Operator("not on", "is not", ValueCount.ONE),
        Operator("not span", "not a span of", ValueCount.TWO),
    ),
}


def operator(type_: FilterType, key: str) -> Operator | None:
    """Return the operator with that key, offered or read-only; None if the type has none."""
    known = (*OFFERED[type_], *READ_ONLY.get(type_, ()))
    return next((each for each in known if each.key == key), None)
