"""The types of options, export requests and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
OptionValue: TypeAlias = "bool | int | str | Mapping[str, JsonValue]"


class Format(StrEnum):
    """An export format; the value is its wire name and the file's extension."""

    PDF = "pdf"
    PNG = "png"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def label(self) -> str:
        """The display name: PDF, PNG …"""
        return self.value.upper()


class Kind(Enum):
    """The kind of an option's value; determines its widget and its flag."""

    SWITCH = "switch"  # bool
    CHOICE = "choice"  # one of `choices`
    INTEGER = "integer"  # whole number, minimum to maximum
    TEXT = "text"  # minimum to maximum characters
    TILE = "tile"  # the key of a tile of the dashboard
    FILTERS = "filters"  # {filter id: filter}
    USER = "user"  # a membership ID


class Section(Enum):
    """The section of the form that shows an option; the value is its heading."""

    CONTENT = "Content"
    PAGE = "Page"
    DATA = "Data"
    FILTERS = "Filters"
    FILE = "File"


class Place(Enum):
    """Where an option goes in the request."""

    BODY = "body"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option: all that form, command line, payload and rules need to know about it.

    `default` is the server's behavior if nothing is sent (None: the API page names no default).
    `minimum` and `maximum` limit an INTEGER's value and a TEXT's length in characters.
    `one_dashboard_only`: the value belongs to one dashboard, so it isn't offered for several at once.
    `sent_as` is the key and the value that a SWITCH sends when it is on, if not its own name and true; off,
    it sends nothing.
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
    sent_as: tuple[str, str] | None = None
    required_for: frozenset[Format] = frozenset()
    needs_tile_for: frozenset[Format] = frozenset()
    organization_key_only: bool = False
    one_dashboard_only: bool = False


class Severity(Enum):
    """An error blocks the export; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fix:
    """A suggested fix: `label` says what it does ("use letter"), `changes` what it sets.

    `changes` is by wire name; None unsets. A fix without changes only points at the field to fill
    ("choose a tile").
    """

    label: str
    changes: Mapping[str, OptionValue | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a request, and where: `field` is a wire name, or empty if it fits no field.

    `part` is the part of the field that it is about: a filter's ID.
    """

    field: str
    severity: Severity
    message: str
    fix: Fix | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class OptionWarning:
    """A doubt about `field`, for exports in `formats` that set it and have the values in `when`.

    `when` is by wire name; the values are set or the server's default. Never an error: the API page allows
    it, so the server decides.
    """

    field: str
    message: str
    when: Mapping[str, OptionValue]
    formats: frozenset[Format] = frozenset(Format)
    whole_dashboard_only: bool = False
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One requested export.

    `values` holds what the user set, by wire name. It may include options that the current format doesn't
    have: they are kept in case the format comes back, and never sent. Without a tile key it exports the whole
    dashboard; an empty key means that a tile is wanted but not chosen yet.
    """

    dashboard_id: str
    format: Format
    values: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))
