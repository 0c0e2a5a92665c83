"""Parse the numbers in cells, plain or formatted, and add up columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import fsum, isfinite

from omni_tui.compare.models import Number

_NUMBER = re.compile(
    r"\s*(?P<open>\()?(?P<sign>[-−+]?)[$€£¥]?\s?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?P<part>\.\d+)?(?P<power>[eE][-+]?\d{1,3})?"
    r"\s?[%€]?(?P<close>\))?\s*"
)
_DECIMAL = re.compile(r"\s*\(?[-−+]?[$€£¥]?\s?[\d,]*\.\d+\s?%?\)?\s*")


def number_of(text: str) -> Number | None:
    """Return the number that a cell shows ("1204", "$1,204.50", "(12)", "3.5%": 3.5), or None."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found["whole"] or found["part"]):
        return None
    if bool(found["open"]) != bool(found["close"]):
        return None
    plain = (found["whole"] or "0").replace(",", "") + (found["part"] or "") + (found["power"] or "")
    is_whole = not (found["part"] or found["power"])
    value: Number = int(plain) if is_whole and len(plain) < 1_000 else float(plain)
    if not isfinite(value):
        return None
    return -value if found["sign"] in ("-", "−") or found["open"] else value


def is_decimal(text: str) -> bool:
    """Return whether a cell shows a decimal number, like a measure and unlike a key."""
    return _DECIMAL.fullmatch(text) is not None


def numeric_positions(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the columns whose cells are numbers or empty in a sample; codes like 00123 aren't numbers."""
    return [position for position in range(width) if _is_numeric([row[position] for row in rows])]


def _is_numeric(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(number_of(cell) is not None and not _is_code(cell) for cell in filled)


def _is_code(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text.isdigit()


class ColumnTotals:
    """The totals of some columns, added batch by batch. Cells that aren't numbers are ignored."""

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        self._parts: list[list[Number]] = [[] for _ in self.positions]

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Add a batch of rows, all equally long."""
        for parts, position in zip(self._parts, self.positions, strict=True):
            parts.append(_sum([row[position] for row in rows]))

    @property
    def totals(self) -> list[Number]:
        """Return the totals in the order of the positions; whole numbers are exact, others to 14 digits."""
        return list(map(_total, self._parts))

    @staticmethod
    def combined(plus: ColumnTotals, also: ColumnTotals, minus: ColumnTotals) -> list[Number]:
        """Return the totals of the first two without those of the third."""
        parts = zip(plus._parts, also._parts, minus._parts, strict=True)
        return [_total([*a, *b, *(-part for part in c)]) for a, b, c in parts]


def _total(parts: Sequence[Number]) -> Number:
    if all(isinstance(part, int) for part in parts):
        return sum(parts)
    return float(f"{fsum(parts):.14g}")


def _sum(cells: list[str]) -> Number:
    try:
        return sum(map(int, cells))
    except ValueError:
        pass
    try:
        total = fsum(map(float, filter(None, cells)))
    except (ValueError, OverflowError):
        total = float("nan")
    if isfinite(total):
        return total
    numbers = [number for cell in cells if (number := number_of(cell)) is not None]
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return fsum(numbers)
