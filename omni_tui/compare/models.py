"""The result of a comparison. Immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Number = int | float


class ChangeKind(StrEnum):
    """What happened to a row; the value is shown to users and scripts."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a changed row, by its column's name in the newer table; None if there is no cell."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs. Row numbers start at 1, without the header.

    `key`: its values in the key columns; empty without a key. `cells`: the changed ones, or all cells of an
    added or removed row.
    """

    kind: ChangeKind
    key: tuple[str, ...]
    old_row: int | None
    new_row: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ColumnDiff:
    """How the columns differ. `renamed`: the old and new names of columns with the same content."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    is_reordered: bool = False

    @property
    def is_same(self) -> bool:
        """Return whether both tables have the same columns, in any order."""
        return not (self.added or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of a numeric column in both tables."""

    column: str
    old: Number
    new: Number


@dataclass(frozen=True, slots=True)
class TableDiff:
    """Two tables. `added`, `removed` and `changed` count rows; `changes` has the first of them.

    `key`: the columns that match rows. `repeated_keys`: how many keys are shared by several of the differing
    rows, so that how they are paired is a guess. `is_reordered`: the same rows in a different order.
    """

    name: str
    old_rows: int
    new_rows: int
    columns: ColumnDiff = field(default_factory=ColumnDiff)
    key: tuple[str, ...] = ()
    is_key_given: bool = False
    added: int = 0
    removed: int = 0
    changed: int = 0
    changed_columns: tuple[tuple[str, int], ...] = ()
    totals: tuple[Total, ...] = ()
    changes: tuple[Change, ...] = ()
    repeated_keys: int = 0
    is_reordered: bool = False

    @property
    def is_same(self) -> bool:
        """Return whether both have the same columns and rows, in any order."""
        return self.columns.is_same and not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a page that differs, as fractions of the page's width and height from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageDiff:
    """A page that differs, counted from 1. `share` is None if only one file has the page.

    `share`: the fraction of its pixels that differ, 0 to 1. `removed`, `added`: lines of its text.
    """

    page: int
    share: float | None
    areas: tuple[Area, ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagesDiff:
    """The pages of two PDFs or pictures; `pages` has those that differ."""

    old_pages: int
    new_pages: int
    pages: tuple[PageDiff, ...] = ()

    @property
    def is_same(self) -> bool:
        """Return whether all pages are equal."""
        return not self.pages and self.old_pages == self.new_pages


@dataclass(frozen=True, slots=True)
class FileDiff:
    """Two files. `is_identical`: byte for byte. `only_old`, `only_new`: tables that one file lacks."""

    is_identical: bool = False
    tables: tuple[TableDiff, ...] = ()
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    pages: PagesDiff | None = None

    @property
    def is_same(self) -> bool:
        """Return whether both files have the same content."""
        has_same_tables = all(table.is_same for table in self.tables)
        has_same_pages = self.pages is None or self.pages.is_same
        return has_same_tables and has_same_pages and not (self.only_old or self.only_new)
