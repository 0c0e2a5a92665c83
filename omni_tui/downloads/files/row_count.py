"""Count the rows of data files while they are downloaded, without the header rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from omni_tui.downloads.files.csv_lines import lines_outside_quotes, opens_field, without_doubled_quotes

_SEPARATORS = b",;\t"
_ROOT = re.compile(rb"<(\w{1,16}:)?worksheet[\s/>]")
_MAX_HEAD_BYTES = 4096
_ENDS_OF_NAME = (b">", b" ", b"/", b"\n", b"\r", b"\t")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


# The start of the note on a file that may be incomplete.
INCOMPLETE = "May be incomplete"


@dataclass(frozen=True, slots=True)
class Table:
    """The number of data rows in a file's only table (`name` is empty), an archive member or a sheet."""

    name: str
    rows: int


class CsvRows:
    """Counts CSV rows. Line breaks in quoted fields don't count; any common separator works."""

    def __init__(self) -> None:
        self._lines = 0
        self._last = b""  # the byte before the next piece, or "x" instead of a quote
        self._is_open = False  # within a quoted field
        self._ends_with_quote = False
        self._has_held = False  # the last quote may be the first half of a doubled one

    @property
    def rows(self) -> int:
        """Return the number of lines without the first one; an unfinished last line counts."""
        return max(0, self._lines + self.is_in_row - 1)

    @property
    def is_in_row(self) -> bool:
        """Return whether the last line isn't terminated."""
        return self._ends_with_quote or self._last not in (b"", b"\n", b"\r")

    @property
    def is_in_quotes(self) -> bool:
        """Return whether a quoted field isn't closed."""
        if not self._has_held:
            return self._is_open
        return not self._is_open and opens_field(self._last + b'"', _SEPARATORS)

    def feed(self, piece: bytes) -> None:
        """Count the rows of the next bytes."""
        if not self._last and not self._ends_with_quote:
            piece = piece.removeprefix(_BYTE_ORDER_MARK)
        if not piece:
            return
        is_after_quote = self._ends_with_quote
        text = b'"' + piece if self._has_held else piece
        body = text.rstrip(b'"')
        self._ends_with_quote = len(text) != len(body)
        self._has_held = (len(text) - len(body)) % 2 == 1
        body = without_doubled_quotes(body)
        if body:
            self._feed_text(body, is_after_quote=is_after_quote)

    def _feed_text(self, text: bytes, *, is_after_quote: bool) -> None:
        """Process text without doubled quotes and without a quote at its end."""
        begin = len(self._last)
        if self._is_open:
            end = text.find(b'"')
            if end < 0:
                return
            # a quote right after a closed field opens no other
            text, begin = b"x" + text[end + 1 :], 1
            self._is_open = False
        else:
            if self._last == b"\r" and text.startswith(b"\n") and not is_after_quote:
                begin += 1  # its CR was counted
            text = self._last + text
        lines, self._is_open = lines_outside_quotes(text, begin, _SEPARATORS)
        self._lines += lines
        self._last = b"x" if self._is_open else text[-1:]


class SheetRows:
    """Counts the `<row>` elements of a worksheet's XML without the first, the header."""

    def __init__(self) -> None:
        self._found = 0
        self._head: bytes | None = b""  # until the root element shows the names' prefix
        self._tag = b"<row"
        self._rest = b""  # a tag that may continue in the next piece

    @property
    def rows(self) -> int:
        """Return the number of rows without the first one."""
        return max(0, self._found + self._count(self._head or b"") - 1)

    def feed(self, piece: bytes) -> None:
        """Count the rows of the next bytes."""
        if self._head is not None:
            self._head += piece
            root = _ROOT.search(self._head, 0, _MAX_HEAD_BYTES)
            if root is None and len(self._head) < _MAX_HEAD_BYTES:
                return
            self._tag = b"<" + ((root and root[1]) or b"") + b"row"
            piece, self._head = self._head, None
        text = self._rest + piece
        self._found += self._count(text)
        self._rest = text[max(0, len(text) - len(self._tag)) :]

    def _count(self, text: bytes) -> int:
        return sum(text.count(self._tag + end) for end in _ENDS_OF_NAME)


def counter_for(member: str) -> CsvRows | SheetRows | None:
    """Return a row counter for an archive member, or None if it isn't a table."""
    name = member.lower()
    if name.endswith(".csv"):
        return CsvRows()
    return SheetRows() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
