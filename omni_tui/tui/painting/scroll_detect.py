"""Which lines of a screen have only moved, so that the terminal can be told to move them itself."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import NamedTuple

# As far as a key or a wheel moves a list. A page shares nothing with the page before.
_SHIFTS = (1, -1, 2, -2, 3, -3)
# So many of the changed lines tell whether anything moved, before all of them are looked at.
_SAMPLES = 5
_LEAST_LINES = 4


class Scroll(NamedTuple):
    """Lines `top` to `bottom` (from 0, both included) move up by `lines`, or down where that is negative."""

    top: int
    bottom: int
    lines: int


def find_scroll(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]]) -> Scroll | None:
    """The scroll that brings most of `before` to where it stands in `after`; both are lines of cells.

    What it leaves wrong has still to be written: whether it is worth it, the caller finds out by doing so.
    """
    changed = [row for row, cells in enumerate(after) if cells != before[row]]
    if len(changed) < _LEAST_LINES:
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
    if last - first + 1 < _LEAST_LINES:
        return None
    return Scroll(min(first, first + lines), max(last, last + lines), lines)


def _gain(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]], row: int, lines: int) -> int:
    """How many more cells of a line are right if what stood `lines` below it is moved there."""
    return _moved(before, after, row, lines) - _alike(before[row], after[row])


def _moved(
    before: Sequence[Sequence[object]], after: Sequence[Sequence[object]], row: int, lines: int
) -> int:
    """How many cells are right then; where nothing stood, none."""
    return _alike(before[row + lines], after[row]) if 0 <= row + lines < len(before) else 0


def _alike(some: Sequence[object], others: Sequence[object]) -> int:
    return sum(map(is_, some, others))


def _best_run(gains: Sequence[int]) -> tuple[int, int]:
    """First and last of the neighbors with the greatest sum."""
    best, best_run, here, start = 0, (0, -1), 0, 0
    for row, gain in enumerate(gains):
        if here <= 0:
            here, start = 0, row
        here += gain
        if here > best:
            best, best_run = here, (start, row)
    return best_run


def move_lines(scroll: Scroll) -> str:
    """The sequence that has the terminal move them; after it, where the cursor is is not known.

    Within margins, lines are deleted or inserted at their top: older terminals know no other way.
    """
    top, bottom, lines = scroll
    return f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{abs(lines)}{'M' if lines > 0 else 'L'}\x1b[r"
