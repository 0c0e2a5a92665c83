"""Store packed documents in a few blocks of memory: 100,000 separate ones take 12 MB more."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate


class Rows:
    """Lines of bytes by number.

    The lines of the initial block stay in it, and appended lines are stored in a second block. Only a
    replaced line is an object of its own.
    """

    def __init__(self, block: bytes = b"") -> None:
        """Take a block of lines that each end with a line feed."""
        self._block = block
        self._ends = array("I" if len(block) < 2**32 else "Q", accumulate(map(len, BytesIO(block))))
        self._tail = bytearray()
        self._tail_ends = array("Q")
        self._others: dict[int, bytes] = {}

    def __len__(self) -> int:
        return len(self._ends) + len(self._tail_ends)

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < len(self):
            raise IndexError(number)
        other = self._others.get(number)
        if other is not None:
            return other
        if number < len(self._ends):
            return self._block[self._ends[number - 1] if number else 0 : self._ends[number] - 1]
        number -= len(self._ends)
        return bytes(self._tail[self._tail_ends[number - 1] if number else 0 : self._tail_ends[number]])

    def __setitem__(self, number: int, row: bytes) -> None:
        if not 0 <= number < len(self):
            raise IndexError(number)
        self._others[number] = row

    def __iter__(self) -> Iterator[bytes]:
        if not self._others and not self._tail_ends:
            return (line[:-1] for line in BytesIO(self._block))
        return map(self.__getitem__, range(len(self)))

    def append(self, row: bytes) -> None:
        """Append a line."""
        self._tail += row
        self._tail_ends.append(len(self._tail))
