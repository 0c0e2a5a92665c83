"""What a comparison found. Immutable; `codec.py` turns it into JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Number = int | float


class ChangeKind(StrEnum):
    """What happened to a row; the value is what users and scripts read."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a changed row, by its column's name in the newer table; None where there is no cell."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs. Row numbers count from 1, without the header.

    `key`: its values in the key columns; empty without a key. `cells`: those that changed; of an added or
    removed row, all of them.
    """

    kind: ChangeKind
    key: tuple[str, ...]
    old_row: int | None
    new_row: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ColumnDiff:
    """How the columns differ. `renamed`: the old and the new name of columns with the same content."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    is_reordered: bool = False

    @property
    def is_same(self) -> bool:
        """Whether both tables have the same columns; their order doesn't matter."""
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

    `key`: the columns that rows were matched by. `repeated_keys`: how many keys several of the differing
    rows share, so that their pairing is a guess. `is_reordered`: the same rows in another order.
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
    all_columns: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both have the same columns and rows, in any order."""
        return self.columns.is_same and not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a page that differs: fractions of the page's width and height, from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageDiff:
    """A page, counted from 1, that differs. None for `share` where only one file has it.

    `share`: the part of its pixels that differ, 0 to 1. `removed`, `added`: lines of its text.
    """

    page: int
    share: float | None
    areas: tuple[Area, ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagesDiff:
    """The pages of two PDFs, or two pictures; `pages` has those that differ."""

    old_pages: int
    new_pages: int
    pages: tuple[PageDiff, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether no page differs."""
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
        """Whether both files have the same content."""
        has_same_tables = all(table.is_same for table in self.tables)
        has_same_pages = self.pages is None or self.pages.is_same
        return has_same_tables and has_same_pages and not (self.only_old or self.only_new)
