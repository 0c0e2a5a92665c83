"""Lay out a table's columns: their widths and alignment, determined once from the first rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.formatting import plain_line
from omni_tui.preview.grids.cell_width import cell_width, chopped

SAMPLE_ROWS = 200
MAX_COLUMN_CELLS = 40
MIN_COLUMN_CELLS = 1
GAP = "  "
# No terminal line shows more characters of a cell.
_MAX_SHOWN_LENGTH = 1000
_NUMBER = re.compile(r"[-+−(]?[$€£¥₹]?[-+−]?[0-9][0-9.,  ']*(?:[eE][-+]?[0-9]+)?[%kKmMbB]?\)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's width in cells, and whether it is right-aligned."""

    name: str
    width: int
    is_number: bool


def is_number(text: str) -> bool:
    """Return whether a cell looks like a formatted number; nothing is converted."""
    return _NUMBER.fullmatch(text.strip()) is not None


def shown(text: str) -> str:
    """Return a cell as one safe line."""
    return plain_line(text[:_MAX_SHOWN_LENGTH])


def columns_of(
    header: Sequence[str], rows: Sequence[Sequence[str]], first: int = 0, count: int | None = None
) -> list[Column]:
    """Return the layout of the columns from `first` on, based on sample rows.

    A column without a name in the header is labeled with its number.
    """
    total = max(len(header), max(map(len, rows), default=0))
    last = total if count is None else min(total, first + count)
    result = []
    for index in range(first, last):
        name = shown(header[index]) if index < len(header) else f"({index + 1})"
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        widths = [cell_width(name), *(cell_width(shown(cell)) for cell in cells)]
        has_numbers = bool(cells) and all(map(is_number, cells))
        result.append(Column(name, max(MIN_COLUMN_CELLS, min(MAX_COLUMN_CELLS, max(widths))), has_numbers))
    return result


def fitted(text: str, column: Column) -> str:
    """Return a cell in exactly the column's width. A number that is too long isn't shown partially."""
    line = shown(text)
    length = cell_width(line)
    if length > column.width:
        is_hidden = is_number(text)
        line = "…" if is_hidden or column.width <= 1 else chopped(line, column.width - 1) + "…"
        length = cell_width(line)
    blanks = " " * (column.width - length)
    return blanks + line if column.is_number else line + blanks


def row_text(row: Sequence[str], columns: Sequence[Column]) -> str:
    """Return a row's cells as one line; missing cells are blank.

    A number that is longer than those in the sample may exceed its column.
    """
    cells = [row[index] if index < len(row) else "" for index in range(len(columns))]
    texts = (
        shown(cell) if len(cell) > column.width and is_number(cell) else fitted(cell, column)
        for cell, column in zip(cells, columns, strict=True)
    )
    return GAP.join(texts)
