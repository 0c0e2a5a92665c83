"""Finds lines that only moved, so that the terminal can scroll them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import NamedTuple

# How far a key or the mouse wheel scrolls a list. Pages share no lines.
_SHIFTS = (1, -1, 2, -2, 3, -3)
# The number of changed lines sampled before all are compared.
_SAMPLES = 5
_MIN_LINES = 4


class Scroll(NamedTuple):
    """Lines `top` to `bottom` (from 0, inclusive) move up by `lines`, or down if negative."""

    top: int
    bottom: int
    lines: int


def find_scroll(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]]) -> Scroll | None:
    """Return the scroll that turns most of `before` into `after` (lines of cells), or None.

    Cells that are still wrong have to be written; the caller checks whether that is shorter.
    """
    changed = [row for row, cells in enumerate(after) if cells != before[row]]
    if len(changed) < _MIN_LINES:
        return None
    samples = changed[:: max(1, len(changed) // _SAMPLES)]
    stayed = {row: _alike(before[row], after[row]) for row in samples}
    gains = {
        lines: sum(_moved(before, after, row, lines) - stayed[row] for row in samples) for lines in _SHIFTS
    }
    lines = max(_SHIFTS, key=lambda shift: gains[shift])
    if gains[lines] <= 0:
        return None
    first, last = _best_run([_gain(before, after, row, lines) for row in range(len(after))])
    if last - first + 1 < _MIN_LINES:
        return None
    return Scroll(min(first, first + lines), max(last, last + lines), lines)


def _gain(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]], row: int, lines: int) -> int:
    """Return how many more cells of a row are right after a scroll by `lines`."""
    return _moved(before, after, row, lines) - _alike(before[row], after[row])


def _moved(
    before: Sequence[Sequence[object]], after: Sequence[Sequence[object]], row: int, lines: int
) -> int:
    """Return how many cells of a row are right after a scroll by `lines`; 0 beyond the screen."""
    return _alike(before[row + lines], after[row]) if 0 <= row + lines < len(before) else 0


def _alike(some: Sequence[object], others: Sequence[object]) -> int:
    return sum(map(is_, some, others))


def _best_run(gains: Sequence[int]) -> tuple[int, int]:
    """Return the first and last index of the range with the largest sum."""
    best, best_run, here, start = 0, (0, -1), 0, 0
    for row, gain in enumerate(gains):
        if here <= 0:
            here, start = 0, row
        here += gain
        if here > best:
            best, best_run = here, (start, row)
    return best_run


def move_lines(scroll: Scroll) -> str:
    """Return the sequence that scrolls the lines; the cursor's position is unknown after it.

    Deletes or inserts lines within margins, because older terminals support nothing else.
    """
    top, bottom, lines = scroll
    return f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{abs(lines)}{'M' if lines > 0 else 'L'}\x1b[r"
