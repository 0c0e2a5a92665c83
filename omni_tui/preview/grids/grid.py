"""A table with rows at any position, which the preview shows, searches and sorts.

`build_index` runs once, in a thread of the caller, and fills the index of blocks. All other methods may be
called from other threads meanwhile, and see the rows indexed so far.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from omni_tui.preview.errors import PreviewError, Stopped

BLOCK_BYTES = 128 * 1024
_BLOCKS_AT_ONCE = 8
_FOLDED_BYTES = 96 * 1024
_TELL_EVERY_BLOCKS = 64
# The most that is read at once: a packed file can have 200 rows of 4 MB in a few kB.
MAX_BYTES = 24 * 1024**2
# What a cell takes besides its text.
_CELL_BYTES = 64


@dataclass(frozen=True, slots=True)
class Progress:
    """The index's progress. `rows` counts data rows; `fault` says why it ends early, or is empty."""

    rows: int
    is_complete: bool
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A match: a data row and its column."""

    row: int
    column: int


class Grid(ABC):
    """A table's header and rows. Rows and columns count from 0, without the header."""

    # the number of rows in the file before the first data row
    _header_rows = 0

    def __init__(self) -> None:
        # for each block: its position in bytes, and how many rows of the file end before it
        self._offsets = array("q")
        self._starts = array("q")
        self._changed = threading.Condition()
        self._file_rows = 0
        self._is_complete = False
        self._fault = ""
        self._is_stopped = False

    # implemented by each kind of file

    @abstractmethod
    def header(self) -> list[str]:
        """Return the names of the columns known so far. Blocks at first; raises PreviewError."""

    @abstractmethod
    def _index(self) -> Iterator[int]:
        """Read to the end and add blocks; yield the number of known rows after each. Raises PreviewError."""

    @abstractmethod
    def _read_from(self, block: int) -> Iterator[list[str]]:
        """Yield rows from the row in which a block begins; of the first one, only the part in the block."""

    @abstractmethod
    def _may_hold(self, block: int, last: int, needle: str, *, is_exact: bool) -> bool:
        """Return whether a cell that ends in blocks `block` to `last` may contain a text.

        Fast; never wrongly False.
        """

    # for each kind of file

    def _span(self, block: int, last: int) -> tuple[int, int]:
        """Return where blocks `block` to `last` begin and end, in bytes.

        The end of the last known block is a guess that is never too small.
        """
        following = last + 1
        is_known = following < len(self._offsets)
        end = self._offsets[following] if is_known else self._offsets[last] + 2 * BLOCK_BYTES
        return self._offsets[block], end

    # for callers

    @property
    def progress(self) -> Progress:
        """Return the index's progress."""
        with self._changed:
            return Progress(max(0, self._file_rows - self._header_rows), self._is_complete, self._fault)

    def build_index(self, tell: Callable[[], None] = lambda: None) -> None:
        """Read the whole table once. `tell` is called regularly and at the end. Ends soon after stop()."""
        fault = ""
        try:
            for number, rows in enumerate(self._index()):
                with self._changed:
                    self._file_rows = rows
                    self._changed.notify_all()
                    if self._is_stopped:
                        return
                if number % _TELL_EVERY_BLOCKS == 0:
                    tell()
        except PreviewError as error:
            fault = error.message
        except Stopped:
            return
        finally:
            with self._changed:
                self._is_complete, self._fault = True, fault
                self._changed.notify_all()
        tell()

    def stop(self) -> None:
        """Stop the index and all searches soon."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def close(self) -> None:
        """Stop all work and release resources."""
        self.stop()

    def wait_for_row(self, row: int) -> None:
        """Wait until a data row is indexed or the table has ended."""
        wanted = row + self._header_rows
        with self._changed:
            self._changed.wait_for(lambda: self._file_rows > wanted or self._is_complete or self._is_stopped)

    def rows(self, start: int, count: int) -> list[list[str]]:
        """Return up to `count` rows from a position; fewer at the end of the known rows, or if they are huge.

        Raises PreviewError if the first of them can't be read, and Stopped.
        """
        found: list[list[str]] = []
        try:
            found.extend(rows_within_memory(self._read(start + self._header_rows), count))
        except PreviewError:
            if not found:
                raise
        return found

    def read_all(self) -> Iterator[list[str]]:
        """Yield all data rows. Raises PreviewError."""
        return self._read(self._header_rows)

    def find(
        self, needle: str, start: int, *, backward: bool = False, is_wanted: Callable[[], bool] = lambda: True
    ) -> Match | None:
        """Return the nearest row, from `start` on or backward, with a cell that contains the text, or None.

        Case matters only if the text has a capital letter. Waits for the index. Raises Stopped and
        PreviewError.
        """
        is_exact = needle != needle.lower()
        raw_start = start + self._header_rows
        # backward, from the last block that has a part of the row
        block = self._block_of(raw_start + 1 if backward else raw_start)
        while block >= 0 and self._wait_for_block(block):
            if not is_wanted():
                raise Stopped
            # several blocks at once: opening the file for each takes as long as reading it
            low, high = self._several_from(block, backward=backward)
            if high > low and not self._may_hold(low, high, needle, is_exact=is_exact):
                block = low - 1 if backward else high + 1
                continue
            if self._may_hold(block, block, needle, is_exact=is_exact):
                first, last = self._rows_of(block)
                first = max(first, self._header_rows)
                if backward:
                    last = min(last, raw_start)
                else:
                    first = max(first, raw_start)
                match = self._find_within(needle, first, last, is_exact=is_exact, is_last=backward)
                if match is not None:
                    return match
            block += -1 if backward else 1
        return None

    def _several_from(self, block: int, *, backward: bool) -> tuple[int, int]:
        """Return the first and the last of up to _BLOCKS_AT_ONCE indexed blocks to search next."""
        if backward:
            return max(0, block - _BLOCKS_AT_ONCE + 1), block
        with self._changed:
            return block, max(block, min(block + _BLOCKS_AT_ONCE - 1, len(self._starts) - 2))

    # index

    def _read(self, raw_row: int) -> Iterator[list[str]]:
        block = self._block_of(raw_row)
        with self._changed:
            if self._is_stopped:
                raise Stopped
            first = self._starts[block]
        return islice(self._read_from(block), raw_row - first, None)

    def _block_of(self, raw_row: int) -> int:
        """Return the last block that begins at or before a row."""
        with self._changed:
            return max(0, bisect_left(self._starts, raw_row) - 1)

    def _rows_of(self, block: int) -> tuple[int, int]:
        """Return the first and the last row that are partly in a block."""
        with self._changed:
            is_last = block + 1 >= len(self._starts)
            return self._starts[block], self._file_rows if is_last else self._starts[block + 1]

    def _find_within(
        self, needle: str, first: int, last: int, *, is_exact: bool, is_last: bool
    ) -> Match | None:
        match = None
        for raw_row, cells in enumerate(islice(self._read(first), max(0, last - first + 1)), first):
            for column, cell in enumerate(cells):
                if needle in (cell if is_exact else cell.lower()):
                    match = Match(raw_row - self._header_rows, column)
                    break
            if match is not None and not is_last:
                return match
        return match

    def _add_block(self, offset: int, rows: int) -> None:
        with self._changed:
            self._offsets.append(offset)
            self._starts.append(rows)

    def _wait_for_block(self, block: int) -> bool:
        """Wait until a block is fully indexed; return False if the table ends before it. Raises Stopped."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._starts) > block + 1 or self._is_complete or self._is_stopped
            )
            if self._is_stopped:
                raise Stopped
            return len(self._starts) > block


def holds(data: bytes, wanted: bytes, *, is_exact: bool) -> bool:
    """Return whether bytes contain others; unless `is_exact`, whatever the case of ASCII letters."""
    if is_exact:
        return wanted in data
    wanted = wanted.lower()
    # piece by piece: a copy that is larger than the processor's cache takes three times as long
    size = max(_FOLDED_BYTES, 4 * len(wanted))
    return any(wanted in data[at : at + size].lower() for at in range(0, len(data), size - len(wanted)))


def rows_within_memory(rows: Iterable[list[str]], count: int) -> Iterator[list[str]]:
    """Yield up to `count` rows: fewer if they take more than MAX_BYTES, but at least one."""
    taken = 0
    for row in islice(rows, count):
        yield row
        taken += sum(map(len, row)) + _CELL_BYTES * len(row)
        if taken > MAX_BYTES:
            return
