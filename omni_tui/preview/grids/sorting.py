"""Sort a table by one column, if it is small enough."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from itertools import islice

from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.grids.grid import Grid, Match, Progress, rows_within_memory

MAX_ROWS = 200_000
_NOT_DIGITS = re.compile(r"[^0-9.eE+-]")
_SUFFIX = re.compile(r"[0-9] ?([KkMBT])\)?\s*\Z")
_FACTORS = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


class SortedGrid:
    """The rows of a grid in sorted order. Equal rows keep their order; blank cells come last.

    Creating it blocks. Raises PreviewError, also if there are too many rows, and Stopped.
    """

    def __init__(
        self, grid: Grid, column: int, *, is_descending: bool, is_wanted: Callable[[], bool]
    ) -> None:
        grid.wait_for_row(MAX_ROWS)
        if grid.progress.rows > MAX_ROWS:
            raise PreviewError(f"Only tables of up to {MAX_ROWS:,} rows can be sorted.")
        self._grid = grid
        keys: list[str] = []
        for row in islice(grid.read_all(), MAX_ROWS):
            keys.append(row[column][:200] if column < len(row) else "")
            if not len(keys) % 5000 and not is_wanted():
                raise Stopped
        blank = [number for number, key in enumerate(keys) if not key]
        filled = [number for number, key in enumerate(keys) if key]
        numbers = [_number(key) for key in keys]
        if all(numbers[each] is not None for each in filled):
            filled.sort(key=lambda each: numbers[each] or 0.0, reverse=is_descending)
        else:
            filled.sort(key=lambda each: keys[each].casefold(), reverse=is_descending)
        self._order = array("l", filled + blank)

    @property
    def progress(self) -> Progress:
        """Return a complete progress."""
        return Progress(len(self._order), True, self._grid.progress.fault)

    def header(self) -> list[str]:
        """Return the names of the columns."""
        return self._grid.header()

    def wait_for_row(self, row: int) -> None:
        """Return at once."""

    def rows(self, start: int, count: int) -> list[list[str]]:
        """Return up to `count` rows in this order. Raises PreviewError."""
        wanted = self._order[start : start + count]
        found = (row for number in wanted for row in self._grid.rows(number, 1))
        return list(rows_within_memory(found, count))

    def find(
        self, needle: str, start: int, *, backward: bool = False, is_wanted: Callable[[], bool] = lambda: True
    ) -> Match | None:
        """Return the nearest row in this order with a cell that contains the text; see `Grid.find`."""
        columns: dict[int, int] = {}
        row = 0
        while (match := self._grid.find(needle, row, is_wanted=is_wanted)) is not None:
            columns[match.row] = match.column
            row = match.row + 1
        places = range(start, -1, -1) if backward else range(start, len(self._order))
        for place in places:
            if (number := self._order[place]) in columns:
                return Match(place, columns[number])
        return None


def _number(text: str) -> float | None:
    """Return a number for sorting only; None for other text."""
    is_negative = text.startswith(("(", "−")) or text.rstrip().endswith("-")
    bare = _NOT_DIGITS.sub("", text.replace(",", ""))
    if not bare or len(bare) > 60 or sum(map(str.isalpha, text)) > 4:
        return None
    try:
        value = float(bare)
    except ValueError:
        return None
    if suffix := _SUFFIX.search(text):
        value *= _FACTORS[suffix[1]]
    return -value if is_negative else value
