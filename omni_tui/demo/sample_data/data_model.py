"""The model of a dashboard's data: fields, columns and how they are filled, measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | None


class Kind(Enum):
    """What a field contains, which determines its format and filter."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"  # 0.125 is 12.5%
    DATE = "date"
    BOOLEAN = "boolean"

    @property
    def is_number(self) -> bool:
        """Return whether values can be added up."""
        return self in (Kind.WHOLE, Kind.DECIMAL, Kind.MONEY, Kind.PERCENT)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table as users see it; `name` is `view.field`."""

    name: str
    label: str
    kind: Kind
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the base rows, and how it is filled.

    Texts come from `choices` (earlier ones more often) or count up after `pattern`; numbers are between `low`
    and `high`, mostly low if `skewed`; a boolean is true for `share` of the rows. `null_share` of the values
    are missing.
    """

    field: Field
    choices: tuple[str, ...] = ()
    pattern: str = ""
    low: float = 0.0
    high: float = 1.0
    share: float = 0.5
    skewed: bool = True
    null_share: float = 0.0


class Sum(StrEnum):
    """How a measure is computed from rows."""

    TOTAL = "total"
    AVERAGE = "average"  # of a boolean: the share of rows where it is true
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number computed from rows; `column` is the field's short name, empty for a count."""

    field: Field
    how: Sum
    column: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A dashboard's topic: base rows of `view`, and measures. The first column is the date."""

    view: str
    noun: str
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...]

    def column(self, name: str) -> Column:
        """Return the column with that short or full name (`view.field`)."""
        whole = name if "." in name else f"{self.view}.{name}"
        return next(column for column in self.columns if column.field.name == whole)

    def dimensions(self) -> tuple[str, ...]:
        """Return the short names of the fields to group by: visible texts with choices."""
        return tuple(
            column.field.name.partition(".")[2]
            for column in self.columns
            if column.choices and not column.field.hidden
        )

    def measure(self, name: str) -> Measure:
        """Return the measure with that short name."""
        return next(each for each in self.measures if each.field.name == f"{self.view}.{name}")
