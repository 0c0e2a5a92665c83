"""Read the rows of a CSV as a stream, in bounded memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, TextIO

from omni_tui.preview.errors import PreviewError
from omni_tui.preview.readers.text_format import ENCODING_ERRORS, SAMPLE_BYTES, TextFormat, text_format_of

# The longest row, in characters: 10,000 columns of 400 each. Otherwise an unclosed quote would make the rest
# of the file one row.
MAX_ROW_BYTES = 4 * 1024**2


def allow_long_fields() -> None:
    """Raise the csv module's limit for a field (128 kB), for the whole process."""
    if csv.field_size_limit() < MAX_ROW_BYTES:
        csv.field_size_limit(MAX_ROW_BYTES)


def sniffed(file: IO[bytes], name: str = "") -> TextFormat:
    """Detect the format of an open CSV by reading its beginning."""
    sample = file.read(SAMPLE_BYTES)
    separator = "\t" if name.lower().endswith(".tsv") else ""
    return text_format_of(sample, has_more=len(sample) == SAMPLE_BYTES, separator=separator)


def csv_rows(file: IO[bytes], format_: TextFormat, *, prefix: str = "") -> Iterator[list[str]]:
    """Yield rows from an open file's position, each a list of its fields as written; then close the file.

    A blank line is an empty list. `prefix` is prepended to the text. Raises PreviewError if a row is longer
    than MAX_ROW_BYTES.
    """
    allow_long_fields()
    with io.TextIOWrapper(file, format_.encoding, ENCODING_ERRORS, newline="") as text:
        lines = _Lines(text)
        try:
            for row in csv.reader(lines.after(prefix), delimiter=format_.separator):
                lines.begin_row()
                yield row
        except csv.Error as error:
            raise too_long() from error


class _Lines:
    """Splits text into lines at CR LF, CR and LF; counts the characters of a row."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._left = MAX_ROW_BYTES

    def begin_row(self) -> None:
        """Reset the count."""
        self._left = MAX_ROW_BYTES

    def after(self, prefix: str) -> Iterator[str]:
        """Yield the lines, with a text before the first."""
        while line := self._text.readline(self._left):
            self._left -= len(line)
            if self._left <= 0:
                raise too_long()
            yield prefix + line
            prefix = ""


def too_long() -> PreviewError:
    """Return the error for a row longer than MAX_ROW_BYTES."""
    return PreviewError("A row is longer than 4 MB: a closing quote may be missing.")
