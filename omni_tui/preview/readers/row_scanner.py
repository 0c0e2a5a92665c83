"""Count the rows of a CSV block by block, like the csv module but without parsing rows."""

from __future__ import annotations

import re
from functools import lru_cache

# Bytes that must not end a block: the next byte may change their meaning.
AMBIGUOUS_BYTES = b'"\r'


class RowScanner:
    """Tracks line ends and quotes through blocks that don't end in AMBIGUOUS_BYTES bytes.

    Quotes count only at the start of a field; others are text. A row ends with CR LF, CR or LF outside of
    quotes. (A pair of quotes is one quote in a field, and an empty field elsewhere: pairs are removed first.)
    """

    def __init__(self, separator: bytes) -> None:
        self.rows = 0  # completed rows
        self.is_in_quotes = False
        self.last = b"\n"  # the last byte outside of quotes, or a substitute
        self._ends_with_quote = False
        self._patterns = _patterns(separator)

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
        text = block.replace(b'""', b"")
        if self.is_in_quotes:
            end = text.find(b'"')
            if end < 0:
                return
            text = b"x" + text[end + 1 :]  # text after a closed field doesn't open one
            self.is_in_quotes = False
        else:
            text = self.last + text
        self._count(text)
        self.last = b"x" if self.is_in_quotes else text[-1:]

    def _count(self, text: bytes) -> None:
        """Count the line ends outside of quotes. `text` begins outside, with an already counted byte."""
        on_one_line, proper, quoted, opening = self._patterns
        if b'"' not in text:
            self.rows += line_ends(text, 1)
            return
        end = _end(on_one_line, text)
        if self._is_rest_open(opening, text, end):
            self.rows += line_ends(text, 1, end)
            return
        end = _end(proper, text)
        if self._is_rest_open(opening, text, end):
            outside = b"x".join(text[1:end].split(b'"')[::2])
        else:
            bare = quoted.sub(b"x", text)
            found = opening.search(bare, 1)
            self.is_in_quotes = found is not None
            outside = bare[1 : found.start() if found else None]
        self.rows += line_ends(outside)

    def _is_rest_open(self, opening: re.Pattern[bytes], text: bytes, end: int) -> bool:
        """Return whether only an unclosed field, or nothing, follows in `text` from that position."""
        if end == len(text):
            return True
        self.is_in_quotes = opening.match(text, end) is not None and text.find(b'"', end + 1) < 0
        return self.is_in_quotes


def line_ends(text: bytes, begin: int = 0, end: int | None = None) -> int:
    """Count CR LF, CR and LF."""
    lines = text.count(b"\n", begin, end)
    if text.find(b"\r", begin, end) >= 0:
        lines += text.count(b"\r", begin, end) - text.count(b"\r\n", begin, end)
    return lines


@lru_cache
def _patterns(separator: bytes) -> tuple[re.Pattern[bytes], ...]:
    before = re.escape(separator) + rb"\r\n"
    begins = rb"(?<![^" + before + rb'])"'
    stray = rb"(?:(?<=[^" + before + rb'])"[^"]*+)*+'
    # up to the first quoted field with a line break: nearly always the whole block at once
    on_one_line = rb'[^"]*+' + stray + rb"(?:" + begins + rb'[^"\r\n]*+"[^"]*+' + stray + rb")*+"
    # up to the first quote that is only text
    proper = rb'[^"]*+(?:' + begins + rb'[^"]*+"[^"]*+)*+'
    quoted = begins + rb'[^"]*+"'
    return re.compile(on_one_line), re.compile(proper), re.compile(quoted), re.compile(begins)


def _end(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Return where a pattern that may match nothing ends."""
    found = pattern.match(text)
    return found.end() if found else 0
