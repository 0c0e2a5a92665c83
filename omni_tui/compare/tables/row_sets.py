"""Find the rows of two tables without an equal row in the other, by hashes.

Rows are a multiset: two equal rows in one table need two in the other. Different rows with equal 64-bit
hashes count as equal, which happens once in about 20 million comparisons of a million rows.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable

# Small enough for one part's hashes to fit in the processor's cache; a power of two.
PART_COUNT = 64


class RowHashes:
    """The hashes of a table's rows, in parts by their value: 16 bytes per row."""

    def __init__(self) -> None:
        self.count = 0
        self._hashes = [array("q") for _ in range(PART_COUNT)]
        self._numbers = [array("Q") for _ in range(PART_COUNT)]
        self.order = hashlib.blake2b()
        """A hash of all rows in order."""

    def add(self, hashes: array[int]) -> None:
        """Add the hashes of the next rows."""
        put_hash = [part.append for part in self._hashes]
        put_number = [part.append for part in self._numbers]
        mask = PART_COUNT - 1
        for number, value in enumerate(hashes, self.count):
            part = value & mask
            put_hash[part](value)
            put_number[part](number)
        self.order.update(hashes)
        self.count += len(hashes)

    def part(self, index: int) -> tuple[array[int], array[int]]:
        """Return the hashes of one part and their row numbers, from 0."""
        return self._hashes[index], self._numbers[index]


def unmatched(old: RowHashes, new: RowHashes) -> tuple[bytearray, bytearray]:
    """Return a flag for each row of both tables: 1 if the other table has no equal row left."""
    old_flags, new_flags = bytearray(old.count), bytearray(new.count)
    for index in range(PART_COUNT):
        _flag_part(old.part(index), new.part(index), old_flags, new_flags)
    return old_flags, new_flags


def _flag_part(
    old: tuple[array[int], array[int]],
    new: tuple[array[int], array[int]],
    old_flags: bytearray,
    new_flags: bytearray,
) -> None:
    old_rows, new_rows = dict(zip(*old, strict=True)), dict(zip(*new, strict=True))
    if len(old_rows) == len(old[0]) and len(new_rows) == len(new[0]):
        for value in old_rows.keys() - new_rows.keys():
            old_flags[old_rows[value]] = 1
        for value in new_rows.keys() - old_rows.keys():
            new_flags[new_rows[value]] = 1
        return
    old_counts, new_counts = Counter(old[0]), Counter(new[0])
    _flag_surplus(zip(*old, strict=True), old_counts - new_counts, old_flags)
    _flag_surplus(zip(*new, strict=True), new_counts - old_counts, new_flags)


def _flag_surplus(rows: Iterable[tuple[int, int]], surplus: Counter[int], flags: bytearray) -> None:
    """Flag the surplus rows of each hash; of equal rows, the first ones."""
    if not surplus:
        return
    for value, number in rows:
        if value in surplus:
            flags[number] = 1
            if surplus[value] == 1:
                del surplus[value]
            else:
                surplus[value] -= 1
