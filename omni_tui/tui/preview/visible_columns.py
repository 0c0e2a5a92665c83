"""Find the visible columns of a wide table: the frozen ones, then those from the leftmost one on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omni_tui.preview.grids.table_layout import GAP, MAX_COLUMN_CELLS, Column, columns_of, is_number


class VisibleColumns:
    """Columns by index from 0, laid out when they first become visible: a table may have 10,000.

    `width` is the room in cells. `current` is the cursor's column, which is always visible.
    """

    def __init__(self, header: Sequence[str] = (), sample: Sequence[list[str]] = (), width: int = 0) -> None:
        self.header = list(header)
        self._sample = list(sample)
        self.width = width
        self.total = max(len(self.header), max(map(len, self._sample), default=0))
        self.current = self.left = self.frozen = 0
        self._columns: dict[int, Column] = {}

    def name_of(self, index: int) -> str:
        """Return a column's name."""
        return self.header[index] if index < len(self.header) else f"({index + 1})"

    def set_header(self, header: Sequence[str]) -> bool:
        """Use a header that was extended later; return whether it has more columns."""
        if len(header) <= len(self.header):
            return False
        self.header = list(header)
        self.total = max(self.total, len(self.header))
        return True

    def layout_of(self, index: int) -> Column:
        """Return a column's layout, by its name and the first rows."""
        if index not in self._columns:
            [self._columns[index]] = columns_of(self.header, self._sample, index, 1) or [Column("", 1, False)]
        return self._columns[index]

    def widen(self, rows: Sequence[list[str]]) -> None:
        """Widen the columns for numbers that are longer than those in the first rows."""
        for index, column in self._columns.items():
            cells = [row[index] for row in rows if index < len(row) and len(row[index]) > column.width]
            width = min(MAX_COLUMN_CELLS, max(map(len, filter(is_number, cells)), default=0))
            if width > column.width:
                self._columns[index] = replace(column, width=width)

    def go_to(self, column: int) -> None:
        """Move the cursor, and scroll until its column is completely visible."""
        self.current = max(0, min(column, self.total - 1))
        self.frozen = min(self.frozen, self.total)
        self.left = max(self.left, self.frozen)
        if self.current >= self.frozen:
            self.left = min(self.left, self.current)
            width = self.layout_of(self.current).width
            if (self.current, width) not in [(index, shown) for index, _, shown in self.places()]:
                self.left = max(self.left, self._leftmost_with(self.current))

    def toggle_freeze(self) -> None:
        """Freeze the columns up to the cursor's, or unfreeze them."""
        self.frozen = 0 if self.frozen else self.current + 1
        self.go_to(self.current)

    def places(self) -> list[tuple[int, int, int]]:
        """Return the visible columns: index, start and width in cells."""
        places = []
        x = 0
        frozen = range(min(self.frozen, self.total))
        for index in (*frozen, *range(max(self.left, len(frozen)), self.total)):
            width = min(self.layout_of(index).width, self.width - x)
            if width <= 0:
                break
            places.append((index, x, width))
            x += width + len(GAP)
        return places

    def _leftmost_with(self, column: int) -> int:
        """Return the leftmost column with which another one is still whole."""
        taken = self.layout_of(column).width
        for index in (*range(self.frozen), *range(column - 1, self.frozen - 1, -1)):
            taken += self.layout_of(index).width + len(GAP)
            if taken > self.width:
                return column if index < self.frozen else index + 1
        return self.frozen
