"""Align columns of plain text, the same on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.formatting import plain_line
from omni_tui.preview.grids.cell_width import cell_width

GAP = "  "


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows below their heads, each column as wide as its widest cell. Empty columns are omitted.

    Untrusted text in cells is made safe.
    """
    cells = [[plain_line(cell) for cell in row] for row in rows]
    shown = [index for index in range(len(heads)) if any(row[index] for row in cells)]
    lines = [[heads[index] for index in shown], *([row[index] for index in shown] for row in cells)]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    return [GAP.join(map(_padded, line, widths)).rstrip() for line in lines]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_width(text))
