"""Read rows until they take too much memory: a packed file can have 200 rows of 4 MB in a few kB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

MAX_BYTES = 24 * 1024**2
# What a cell takes besides its text.
_CELL_BYTES = 64


def rows_within_memory(rows: Iterable[list[str]], count: int) -> Iterator[list[str]]:
    """Yield up to `count` rows: fewer if they are huge, but at least one."""
    taken = 0
    for row in islice(rows, count):
        yield row
        taken += sum(map(len, row)) + _CELL_BYTES * len(row)
        if taken > MAX_BYTES:
            return
