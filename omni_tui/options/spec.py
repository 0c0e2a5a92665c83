"""The words in which options are spoken of: what an option is, what is asked for, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
OptionValue: TypeAlias = "bool | int | str | Mapping[str, JsonValue]"


class Format(StrEnum):
    """What a dashboard can be exported as; the value is the word on the wire and the file's extension."""

    PDF = "pdf"
    PNG = "png"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def label(self) -> str:
        """As it is written on the screen: PDF, PNG …"""
        return self.value.upper()


class Kind(Enum):
    """What kind of value an option takes; decides the widget and the flag."""

    SWITCH = "switch"  # bool
    CHOICE = "choice"  # one of `choices`
    INTEGER = "integer"  # whole number, minimum to maximum
    TEXT = "text"  # minimum to maximum characters
    TILE = "tile"  # the key of a tile of the dashboard
    FILTERS = "filters"  # {filter id: filter}
    USER = "user"  # a membership id


class Section(Enum):
    """The part of the form that an option stands in; the value is its heading."""

    CONTENT = "Content"
    PAGE = "Page"
    DATA = "Data"
    FILTERS = "Filters"
    FILE = "File"


class Place(Enum):
    """Where on the wire an option goes."""

    BODY = "body"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option: all that form, command line, payload and rules need to know of it.

    `default` is what the server does when nothing is sent (None: the page names no default).
    `minimum` and `maximum` bound an INTEGER's value and a TEXT's length in characters.
    `one_dashboard_only`: its value belongs to one dashboard, so it is not offered for several at once.
    """

    wire_name: str
    label: str
    kind: Kind
    section: Section
    formats: frozenset[Format]
    help: str
    default: OptionValue | None = None
    unset_label: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    place: Place = Place.BODY
    required_for: frozenset[Format] = frozenset()
    needs_tile_for: frozenset[Format] = frozenset()
    organization_key_only: bool = False
    one_dashboard_only: bool = False


class Severity(Enum):
    """An error holds the export back; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out that can be offered: `label` in words ("use letter"), and what it would set.

    `changes` is by wire name; None unsets. A fix without changes only points at the field to fill
    ("choose a tile").
    """

    label: str
    changes: Mapping[str, OptionValue | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a request, and where: `field` is a wire name, or empty when it fits no field.

    `part` is the part of the field that it is about: a filter's id.
    """

    field: str
    severity: Severity
    message: str
    fix: Fix | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One export that is asked for.

    `values` holds, by wire name, what the user set, also what the present format does not have: that
    is kept for when the format comes back, and never sent. No tile key means the whole dashboard; an
    empty one means that one tile is wanted and not chosen yet.
    """

    dashboard_id: str
    format: Format
    values: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))
