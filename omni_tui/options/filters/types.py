"""The words in which filters are spoken of: a filter, its type, its operators, and an edit of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from omni_tui.options.spec import JsonValue


class FilterType(Enum):
    """What a filter compares; decides its operators. What is not known is OTHER."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    NULL = "null"
    OTHER = "other"


class ValueCount(Enum):
    """How many values an operator takes; MANY takes any number of them."""

    NONE = "none"
    ONE = "one"
    TWO = "two"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare: `key` stands in conditions, `label` is for people."""

    key: str
    label: str
    value_count: ValueCount


@dataclass(frozen=True, slots=True)
class Condition:
    """What a filter asks for: the key of an operator, and the values exactly as typed (they may be wrong).

    A date's "past" has one value, "6 months"; "span" has two, the length and the start ("6 months",
    "1 year ago"). `ignores_case` is for texts that are compared.
    """

    operator: str
    values: tuple[str, ...] = ()
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class JsonText:
    """The text of a filter that is edited as JSON; it may be wrong."""

    text: str


Edit: TypeAlias = Condition | JsonText


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a dashboard: its id on the wire, its name for people, and the server's own object.

    `label` tells it from the dashboard's other filters: where a label repeats, the id stands behind it.
    `own_label` is the label alone. `field` is the field that it filters (`orders.status`), else its id.
    """

    id: str
    label: str
    type: FilterType
    raw: JsonValue
    field: str
    is_required: bool = False
    is_hidden: bool = False
    own_label: str = ""
