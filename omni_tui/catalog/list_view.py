"""Lists of documents in some order: they have row numbers of a table, and unpack documents on access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from omni_tui.api.documents import Document
from omni_tui.catalog.table import Table


class Listing(Sequence[Document]):
    """Documents in the order of their row numbers. The order is fixed; each document is the current one."""

    def __init__(self, table: Table, rows: Sequence[int]) -> None:
        self.table = table
        self._rows = rows

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Listing:
        """Return a list with a table of its own, in the given order, without duplicate IDs."""
        listed = tuple(documents)
        table = Table(listed)
        rows = [table.row(document.identifier) for document in listed]
        return cls(table, list(dict.fromkeys(row for row in rows if row is not None)))

    @property
    def rows(self) -> Sequence[int]:
        """The row numbers of all, in order."""
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        if isinstance(index, slice):
            return [self.table.document(row) for row in self._rows[index]]
        return self.table.document(self._rows[index])

    def __repr__(self) -> str:
        return f"Listing of {len(self):,}"

    def position(self, identifier: str) -> int | None:
        """Return the position of the document with that ID, or None, without unpacking any."""
        row = self.table.row(identifier)
        try:
            return None if row is None else self.rows.index(row)
        except ValueError:
            return None


class RankedListing(Listing):
    """A list that is ranked only as far as it is accessed; its length is known.

    `tiers` yields the row numbers in order, some at a time, `count` in all.
    """

    def __init__(self, table: Table, tiers: Iterator[Sequence[int]], count: int) -> None:
        self._ranked: list[int] = []
        super().__init__(table, self._ranked)
        self._tiers = tiers
        self._count = count

    @property
    def rows(self) -> Sequence[int]:
        """The row numbers of all, in order."""
        return self._ranked_to(self._count)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count)
            ranked = self._ranked_to(stop if step > 0 else start + 1)
            return [self.table.document(ranked[at]) for at in range(start, stop, step)]
        wanted = index if index >= 0 else self._count + index
        if not 0 <= wanted < self._count:
            raise IndexError(index)
        return self.table.document(self._ranked_to(wanted + 1)[wanted])

    def _ranked_to(self, count: int) -> list[int]:
        while len(self._ranked) < count:
            tier = next(self._tiers, None)
            if tier is None:
                break
            self._ranked.extend(tier)
        return self._ranked
