"""Count the rows of a CSV block by block, like the csv module but without parsing rows."""

from __future__ import annotations

from omni_tui.downloads.files.csv_lines import line_ends, lines_outside_quotes, without_doubled_quotes

# Bytes that must not end a block: the next byte may change their meaning.
AMBIGUOUS_BYTES = b'"\r'


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
