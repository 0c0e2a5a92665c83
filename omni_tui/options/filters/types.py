"""Types: a filter, its type, its operators, and an edit of it."""

from __future__ import annotations

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
