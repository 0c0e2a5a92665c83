"""Detect a text file's encoding and delimiter from its beginning."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass

# How many bytes of the beginning are read.
SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 50
_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, as it begins with the same mark
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Windows-1252, the most common encoding in which nearly every byte is a character.
FALLBACK_ENCODING = "cp1252"
# Bytes that can't be decoded are shown as \xe9, so that two different ones never look the same.
ENCODING_ERRORS = "backslashreplace"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A text's encoding and the delimiter of its fields. `mark_bytes`: the byte order mark's length."""

    encoding: str = "utf-8"
    separator: str = ","
    mark_bytes: int = 0

    @property
    def is_ascii_compatible(self) -> bool:
        """Return whether line breaks and quotes are one byte, and no other character contains that byte."""
        return not self.encoding.startswith(("utf-16", "utf-32"))


def text_format_of(sample: bytes, *, has_more: bool = True, separator: str = "") -> TextFormat:
    """Return the format of a text that begins with `sample`; `has_more`: the text continues after it."""
    encoding, mark_bytes = _encoding_of(sample, has_more=has_more)
    text = sample[mark_bytes:].decode(encoding, "replace")
    return TextFormat(encoding, separator or _separator_of(text, has_more=has_more), mark_bytes)


def _encoding_of(sample: bytes, *, has_more: bool) -> tuple[str, int]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding, len(mark)
    half = len(sample) // 2
    if half:
        # in UTF-16, nearly every second byte of Western text is 0
        if sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.1 * half:
            return "utf-16-le", 0
        if sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
            return "utf-16-be", 0
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=not has_more)
    except UnicodeDecodeError:
        return FALLBACK_ENCODING, 0
    return "utf-8", 0


def _separator_of(text: str, *, has_more: bool) -> str:
    """Return the delimiter with the most columns, whose number must be nearly constant, or a comma."""
    best, most = ",", 1
    lines = text.splitlines(keepends=True)
    if has_more and len(lines) > 1:
        lines.pop()
    for separator in _SEPARATORS:
        if separator not in text:
            continue
        try:
            rows = [
                row
                for row, _ in zip(csv.reader(lines, delimiter=separator), range(_SAMPLE_ROWS), strict=False)
                if row
            ]
        except csv.Error:
            continue
        if not rows:
            continue
        columns = len(rows[0])
        is_regular = sum(len(row) == columns for row in rows) >= 0.8 * len(rows)
        if is_regular and columns > most:
            best, most = separator, columns
    return best
