"""The words for what a dashboard's data is made of: fields, columns and how they are filled, measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | None


class Kind(Enum):
    """What a field holds, and so how it is formatted and filtered."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"  # 0.125 is 12.5 %
    DATE = "date"
    BOOLEAN = "boolean"

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return self in (Kind.WHOLE, Kind.DECIMAL, Kind.MONEY, Kind.PERCENT)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table as the user meets it; `name` is `view.field`."""

    name: str
    label: str
    kind: Kind
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the base rows, and how it is filled.

    Texts come from `choices` (the earlier, the more often) or count up after `pattern`; numbers lie between
    `low` and `high`, more of them low when `skewed`; a boolean is true for `share` of the rows.
    `null_share` of the values are missing.
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
    """How a measure is made of rows."""

    TOTAL = "total"
    AVERAGE = "average"
    COUNT = "count"
    SHARE = "share"  # of the rows where a boolean is true


@dataclass(frozen=True, slots=True)
class Measure:
    """A number over rows; `column` is the field's short name, empty for a count."""

    field: Field
    how: Sum
    column: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a dashboard is about: base rows of `view`, and what is measured. The first column is the date."""

    view: str
    noun: str
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...]

    def column(self, name: str) -> Column:
        """The column with that short name, or with its whole name (`view.field`)."""
        whole = name if "." in name else f"{self.view}.{name}"
        return next(column for column in self.columns if column.field.name == whole)

    def dimensions(self) -> tuple[str, ...]:
        """The short names of what one can group by: texts with choices, that are not hidden."""
        return tuple(
            column.field.name.partition(".")[2]
            for column in self.columns
            if column.choices and not column.field.hidden
        )

    def measure(self, name: str) -> Measure:
        """The measure with that short name."""
        return next(each for each in self.measures if each.field.name == f"{self.view}.{name}")
