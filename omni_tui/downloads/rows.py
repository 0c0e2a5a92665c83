"""How many rows a data file holds, counted while it streams: the headings of a table are no row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

# A field in quotes, all of it: quotes count only where a field begins, and double ones inside it not at all.
# The quote stands first, so that whatever has none is skipped fast; what is before it is looked at then.
_QUOTED = re.compile(rb'"(?<![^,;\t\r\n]")[^"]*(?:""[^"]*)*"(?!")')
_OPENING = re.compile(rb'"(?<![^,;\t\r\n]")')
_SHEET_ROW = re.compile(rb"<(?:\w{1,16}:)?row[\s/>]")
_LONGEST_ROW_TAG = 24  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows of data a table has: the file's only one (`name` is empty), or a member of an archive."""

    name: str
    rows: int


class RowCounter(Protocol):
    """Counts the rows of one table that is fed to it in pieces of any size."""

    @property
    def rows(self) -> int:
        """The rows of data so far; a last line without its end counts."""
        ...

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        ...


class CsvRows:
    """Rows of CSV: a line break in a quoted field ends none. Any common separator will do."""

    def __init__(self) -> None:
        self.is_in_quotes = False
        self._lines = 0
        self._last = b""  # the byte before the next piece
        self._has_just_closed = False

    @property
    def rows(self) -> int:
        """The lines but the first one."""
        has_rest = self._last not in (b"", b"\n")
        return max(0, self._lines + has_rest - 1)

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if not self._last:
            piece = piece.removeprefix(_BYTE_ORDER_MARK)
        if not piece:
            return
        rest = self._behind_quotes(piece)
        if rest is not None:
            self._feed_outside(rest)
        self._last = piece[-1:]

    def _behind_quotes(self, piece: bytes) -> bytes | None:
        """What comes behind a quoted field that an earlier piece began, with the byte before it."""
        start = 0
        if self._has_just_closed and piece.startswith(b'"'):  # it was the first of two: no end
            self.is_in_quotes, start = True, 1
        self._has_just_closed = False
        if not self.is_in_quotes:
            return self._last + piece
        while (end := piece.find(b'"', start)) >= 0:
            if piece[end + 1 : end + 2] == b'"':
                start = end + 2
                continue
            self.is_in_quotes = False
            self._has_just_closed = end + 1 == len(piece)
            # a stand-in for the field: what follows a closed one opens none
            return b"x" + piece[end + 1 :]
        return None

    def _feed_outside(self, text: bytes) -> None:
        """`text` begins with a byte that was counted before, unless it is the very first."""
        begin = 1 if self._last else 0
        if b'"' not in text:
            self._lines += text.count(b"\n", begin)
            return
        if self._last != b"" and _OPENING.match(text):  # that quote was seen: it is not the field's own
            text = b"x" + text[1:]
        bare = _QUOTED.sub(b"x", text)
        opening = _OPENING.search(bare, begin)
        if opening is not None:
            self.is_in_quotes = True
            bare = bare[: opening.start()]
        else:
            self._has_just_closed = text.endswith(b'"') and bare.endswith(b"x")
        self._lines += bare.count(b"\n", begin)


class SheetRows:
    """Rows of a worksheet's XML: its `<row>` elements but the first, which holds the headings."""

    def __init__(self) -> None:
        self._found = 0
        self._rest = b""

    @property
    def rows(self) -> int:
        """The rows but the first one."""
        return max(0, self._found - 1)

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        text = self._rest + piece
        end = 0
        for match in _SHEET_ROW.finditer(text):
            self._found += 1
            end = match.end()
        self._rest = text[max(end, len(text) - _LONGEST_ROW_TAG) :]


def counter_for(member: str) -> RowCounter | None:
    """What counts the rows of an archive's member; None when that is no table."""
    name = member.lower()
    if name.endswith(".csv"):
        return CsvRows()
    return SheetRows() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
