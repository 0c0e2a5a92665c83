"""A CSV with rows at any position, through an index of blocks with the rows and quotes before each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from omni_tui.downloads.files.csv_lines import line_ends, lines_outside_quotes, without_doubled_quotes
from omni_tui.preview.byte_sources import ByteSource
from omni_tui.preview.grids.grid import BLOCK_BYTES, Grid, holds
from omni_tui.preview.readers.csv_rows import csv_rows, too_long
from omni_tui.preview.readers.text_format import TextFormat

# Where a block begins: before a field, in one, or in quotes. And the text to prepend before parsing it.
_PREFIXES = ("", "x", '"')
# A block that doesn't end within this size consists only of quotes.
_MAX_BLOCK_BYTES = 8 * 1024**2
# Bytes that must not end a block: the next byte may change their meaning.
AMBIGUOUS_BYTES = b'"\r'


class CsvGrid(Grid):
    """The rows of a CSV from any source."""

    _header_rows = 1

    def __init__(self, source: ByteSource, format_: TextFormat) -> None:
        super().__init__()
        self._source = source
        self._states = bytearray(b"\0")
        self.format = format_
        self._add_block(format_.mark_bytes, 0)

    def header(self) -> list[str]:
        """Return the first row. Raises PreviewError."""
        return next(self._read_from(0), [])

    def close(self) -> None:
        """Stop all work; delete a sheet's rows."""
        super().close()
        self._source.close()

    def _index(self) -> Iterator[int]:
        width = 1 if self.format.is_ascii_compatible else 4 if "32" in self.format.encoding else 2
        scanner = RowScanner(self.format.separator.encode())
        offset = self.format.mark_bytes
        held = b""
        with closing(self._source.open_for_index()) as file:
            file.read(offset)
            while True:
                piece = file.read(BLOCK_BYTES)
                block = held + piece
                is_end = not piece
                body, held = _decided(block, self.format.encoding, width, is_end=is_end)
                if len(held) > _MAX_BLOCK_BYTES:
                    raise too_long()
                if body:
                    scanner.feed(body)
                    offset += len(block) - len(held)
                if is_end:
                    yield scanner.rows + scanner.is_in_row
                    return
                if body:
                    self._states.append(_state_of(scanner, self.format))
                    self._add_block(offset, scanner.rows)
                    yield scanner.rows

    def _read_from(self, block: int) -> Iterator[list[str]]:
        with self._source.open_at(self._offsets[block]) as file:
            yield from csv_rows(file, self.format, prefix=_PREFIXES[self._states[block]])

    def _may_hold(self, block: int, last: int, needle: str, *, is_exact: bool) -> bool:
        encoding = self.format.encoding
        try:
            wanted = needle.encode(encoding)
        except UnicodeEncodeError:
            return True  # it may represent bytes that can't be decoded
        if not (is_exact or needle.isascii()) or set(needle) & set('"\\\r\n'):
            return True
        begin, end = self._span(block, last)
        with self._source.open_at(begin) as file:
            data = file.read(end - begin + len(wanted))
        return holds(data, wanted, is_exact=is_exact)


class RowScanner:
    """Tracks line ends and quotes through blocks that don't end in AMBIGUOUS_BYTES bytes."""

    def __init__(self, separator: bytes) -> None:
        self.rows = 0  # completed rows
        self.is_in_quotes = False
        self.last = b"\n"  # the last byte outside of quotes, or a substitute
        self._ends_with_quote = False
        self._separator = separator

    @property
    def is_in_row(self) -> bool:
        """Return whether the last row has no end yet."""
        return self.is_in_quotes or self._ends_with_quote or self.last not in (b"\n", b"\r")

    def feed(self, block: bytes) -> None:
        """Scan the next block."""
        self._ends_with_quote = block.endswith(b'"')  # for the last block only
        if not self.is_in_quotes and b'"' not in block:
            self.rows += line_ends(block)
            self.last = block[-1:] or self.last
            return
        text = without_doubled_quotes(block)
        if self.is_in_quotes:
            end = text.find(b'"')
            if end < 0:
                return
            text = b"x" + text[end + 1 :]  # text after a closed field doesn't open one
            self.is_in_quotes = False
        else:
            text = self.last + text
        lines, self.is_in_quotes = lines_outside_quotes(text, 1, self._separator)
        self.rows += lines
        self.last = b"x" if self.is_in_quotes else text[-1:]


def _decided(block: bytes, encoding: str, width: int, *, is_end: bool) -> tuple[bytes, bytes]:
    """Split a block into the part to scan, in an ASCII-compatible encoding, and the part to scan later."""
    if width == 1:
        body = block if is_end else block.rstrip(AMBIGUOUS_BYTES)
        return body, block[len(body) :]
    whole = len(block) - len(block) % width
    text = block[:whole].decode(encoding, "surrogatepass" if encoding.startswith("utf-16") else "replace")
    kept = text if is_end else text.rstrip(AMBIGUOUS_BYTES.decode())
    held_bytes = (len(text) - len(kept)) * width
    return kept.encode("utf-8", "surrogatepass"), block[whole - held_bytes :]


def _state_of(scanner: RowScanner, format_: TextFormat) -> int:
    if scanner.is_in_quotes:
        return 2
    return 0 if scanner.last in (b"\n", b"\r", format_.separator.encode()) else 1
