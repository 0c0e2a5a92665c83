"""Align columns of plain text, the same on a terminal and in a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from omni_tui.formatting import plain_line

GAP = "  "


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows below their heads, each column as wide as its widest cell. Empty columns are omitted.

    Untrusted text in cells is made safe.
    """
    cells = [[plain_line(cell) for cell in row] for row in rows]
    shown = [index for index in range(len(heads)) if any(row[index] for row in cells)]
    lines = [[heads[index] for index in shown], *([row[index] for index in shown] for row in cells)]
    widths = [max(map(_cell_count, column)) for column in zip(*lines, strict=True)]
    return [
        GAP.join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _padded(text: str, cell_count: int) -> str:
    return text + " " * (cell_count - _cell_count(text))


def _cell_count(text: str) -> int:
    """Return a text's width in terminal cells: Chinese characters and most emoji take two, accents none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
