"""Read a table's rows in batches, repeatedly, all of them or the flagged ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import compress, islice
from operator import itemgetter

from omni_tui.compare.tables.column_matching import Row, fitted
from omni_tui.compare.tables.raw_records import Batch, parsed
from omni_tui.preview.readers.text_format import TextFormat
from omni_tui.preview.tables import CsvTable, Table

_BATCH_ROWS = 1024
_SAMPLE_ROWS = 2_000


class Reader:
    """A table with its `header`, and its first rows as a `sample`. Blocks; raises PreviewError.

    If `raw` is set, rows are the records of `raw_records.py`, and reading them may raise NeedsParser.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.raw: TextFormat | None = None
        with table.open() as rows:
            self.header = rows.header
            self.width = len(self.header)
            self.sample = [fitted(row, self.width) for row in islice(filter(None, rows), _SAMPLE_ROWS)]

    def batches(self, flags: bytearray | None = None) -> Iterator[Batch]:
        """Yield rows with their numbers from 0, each as long as the header, without blank lines."""
        if self.raw is not None and isinstance(self.table, CsvTable):
            found = parsed(self.table, self.raw, flags)
        else:
            found = self._parsed(flags)
        width = {self.width}
        for numbers, rows in found:
            if set(map(len, rows)) != width:
                rows = [list(fitted(row, self.width)) for row in rows]
            yield numbers, rows

    def rows(self) -> Iterator[Sequence[str]]:
        """Yield all rows."""
        for _, rows in self.batches():
            yield from rows

    def chosen(self, flags: bytearray, project: Callable[[Sequence[str]], Row]) -> Iterator[tuple[int, Row]]:
        """Yield the flagged rows with their numbers, reduced to some columns."""
        for numbers, rows in self.batches(flags):
            yield from zip(numbers, map(project, rows), strict=True)

    def _parsed(self, flags: bytearray | None) -> Iterator[Batch]:
        start = 0
        with self.table.open() as rows:
            filled = filter(None, rows)
            while batch := list(islice(filled, _BATCH_ROWS)):
                end = start + len(batch)
                numbers: Sequence[int] = range(start, end)
                if flags is not None:
                    numbers = list(compress(numbers, flags[start:end]))
                    batch = list(compress(batch, flags[start:end]))
                start = end
                if batch:
                    yield numbers, batch


def projection(positions: Sequence[int], width: int) -> Callable[[Sequence[str]], Row]:
    """Return a function that selects the cells at `positions` from a row of `width` cells."""
    if tuple(positions) == tuple(range(width)):
        return tuple
    if len(positions) == 1:
        only = positions[0]
        return lambda row: (row[only],)
    if not positions:
        return lambda row: ()
    return itemgetter(*positions)
