"""How many rows a data file holds, counted while it streams: the headings of a table are no row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

# Quotes count only where a field begins; any other is text. Double ones are gone before these are used.
_BEGINS = rb'(?<![^,;\t\r\n])"'
_STRAY = rb'(?:(?<=[^,;\t\r\n])"[^"]*+)*+'
_QUOTED = re.compile(_BEGINS + rb'[^"]*+"')
_OPENING = re.compile(_BEGINS)
# As far as no quoted field has a line break in it: nearly always all of a piece, in one go.
_ON_ONE_LINE = re.compile(rb'[^"]*+' + _STRAY + rb"(?:" + _BEGINS + rb'[^"\n]*+"[^"]*+' + _STRAY + rb")*+")
# As far as no quote is mere text.
_PROPER = re.compile(rb'[^"]*+(?:' + _BEGINS + rb'[^"]*+"[^"]*+)*+')
_ROOT = re.compile(rb"<(\w{1,16}:)?worksheet[\s/>]")
_LONGEST_HEAD_BYTES = 4096
_ENDS_OF_NAME = (b">", b" ", b"/", b"\n", b"\r", b"\t")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


# How the note on a file begins whose end nothing marks.
INCOMPLETE = "May be incomplete"


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows of data a table has: the file's only one (`name` is empty), a member, or a sheet."""

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
        self._lines = 0
        self._last = b""  # the byte before the next piece, or a stand-in for it; never a quote
        self._is_open = False  # in a quoted field
        self._ends_with_quote = False
        self._has_held = False  # one of those, which may be the first half of a double one

    @property
    def rows(self) -> int:
        """The lines but the first one."""
        return max(0, self._lines + self.is_in_row - 1)

    @property
    def is_in_row(self) -> bool:
        """Whether the last line has no end."""
        return self._ends_with_quote or self._last not in (b"", b"\n")

    @property
    def is_in_quotes(self) -> bool:
        """Whether a quoted field has not ended."""
        if not self._has_held:
            return self._is_open
        return not self._is_open and _OPENING.search(self._last + b'"') is not None

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if not self._last and not self._ends_with_quote:
            piece = piece.removeprefix(_BYTE_ORDER_MARK)
        if not piece:
            return
        text = b'"' + piece if self._has_held else piece
        body = text.rstrip(b'"')
        self._ends_with_quote = len(text) != len(body)
        self._has_held = (len(text) - len(body)) % 2 == 1
        # two quotes are one within a field, and an empty field elsewhere
        body = body.replace(b'""', b"")
        if body:
            self._feed_text(body)

    def _feed_text(self, text: bytes) -> None:
        """`text` has no double quotes, and does not end with one."""
        begin = len(self._last)
        if self._is_open:
            end = text.find(b'"')
            if end < 0:
                return
            # what follows a closed field opens none
            text, begin = b"x" + text[end + 1 :], 1
            self._is_open = False
        else:
            text = self._last + text
        self._count(text, begin)
        self._last = b"x" if self._is_open else text[-1:]

    def _count(self, text: bytes, begin: int) -> None:
        """Count the lines outside of quotes; `text` begins outside, and was counted up to `begin`."""
        if b'"' not in text:
            self._lines += text.count(b"\n", begin)
            return
        end = _end(_ON_ONE_LINE, text)
        if self._is_rest_open(text, end):
            self._lines += text.count(b"\n", begin, end)
            return
        end = _end(_PROPER, text)
        if self._is_rest_open(text, end):
            outside = b"".join(text[begin:end].split(b'"')[::2])
        else:
            bare = _QUOTED.sub(b"x", text)
            opening = _OPENING.search(bare, begin)
            self._is_open = opening is not None
            outside = bare[begin : opening.start() if opening else None]
        self._lines += outside.count(b"\n")

    def _is_rest_open(self, text: bytes, end: int) -> bool:
        """Whether `text` ends there, or nothing but a field that has no end follows."""
        if end == len(text):
            return True
        self._is_open = _OPENING.match(text, end) is not None and text.find(b'"', end + 1) < 0
        return self._is_open


class SheetRows:
    """Rows of a worksheet's XML: its `<row>` elements but the first, which holds the headings."""

    def __init__(self) -> None:
        self._found = 0
        self._head: bytes | None = b""  # until the root element has told the prefix of the names
        self._tag = b"<row"
        self._rest = b""  # a tag that may be cut

    @property
    def rows(self) -> int:
        """The rows but the first one."""
        return max(0, self._found + self._count(self._head or b"") - 1)

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if self._head is not None:
            self._head += piece
            root = _ROOT.search(self._head, 0, _LONGEST_HEAD_BYTES)
            if root is None and len(self._head) < _LONGEST_HEAD_BYTES:
                return
            self._tag = b"<" + ((root and root[1]) or b"") + b"row"
            piece, self._head = self._head, None
        text = self._rest + piece
        self._found += self._count(text)
        self._rest = text[max(0, len(text) - len(self._tag)) :]

    def _count(self, text: bytes) -> int:
        return sum(text.count(self._tag + end) for end in _ENDS_OF_NAME)


def _end(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Where a pattern that may match nothing ends."""
    found = pattern.match(text)
    return found.end() if found else 0


def counter_for(member: str) -> RowCounter | None:
    """What counts the rows of an archive's member; None when that is no table."""
    name = member.lower()
    if name.endswith(".csv"):
        return CsvRows()
    return SheetRows() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
