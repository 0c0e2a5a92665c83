"""Split a CSV into records without parsing: equal bytes are equal rows, in a third of the time."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from itertools import compress
from operator import methodcaller
from typing import IO

from omni_tui.compare.tables.row_sets import RowHashes
from omni_tui.preview.readers.csv_rows import MAX_ROW_BYTES, allow_long_fields
from omni_tui.preview.readers.text_format import ENCODING_ERRORS, TextFormat
from omni_tui.preview.tables import CsvTable

# Rows and their numbers, from 0.
Batch = tuple[Sequence[int], list[list[str]]]

_BLOCK_BYTES = 256 * 1024

_count_quotes = methodcaller("count", b'"')


class NeedsParser(Exception):
    """The text's lines aren't its rows: it needs a parser."""


def hash_records(table: CsvTable, format_: TextFormat, hashes: RowHashes) -> None:
    """Add a hash of each record's bytes, except the header. Blocks; raises PreviewError and NeedsParser."""
    for records in _batches(table, format_):
        hashes.add(array("q", map(hash, records)))


def parsed(table: CsvTable, format_: TextFormat, flags: bytearray | None = None) -> Iterator[Batch]:
    """Yield the rows of the flagged records, or all without flags, in batches with their numbers from 0.

    Raises PreviewError and NeedsParser.
    """
    start = 0
    for records in _batches(table, format_):
        end = start + len(records)
        numbers: Sequence[int] = range(start, end)
        if flags is not None:
            flagged = flags[start:end]
            numbers = list(compress(numbers, flagged))
            records = list(compress(records, flagged))
        start = end
        if records:
            rows = _rows(records, format_)
            if len(rows) != len(numbers):  # an unclosed quote
                raise NeedsParser
            yield numbers, rows


def _batches(table: CsvTable, format_: TextFormat) -> Iterator[list[bytes]]:
    """Yield the records in batches, without the header and blank lines."""
    if not format_.is_ascii_compatible:
        raise NeedsParser
    with table.source.open() as file:
        file.read(format_.mark_bytes)
        is_first = True
        for records in _split(file, format_):
            if b"" in records or b"\r" in records:
                records = [record for record in records if record not in (b"", b"\r")]
            if is_first and records:
                del records[0]
                is_first = False
            if records:
                yield records


def _split(file: IO[bytes], format_: TextFormat) -> Iterator[list[bytes]]:
    rest = b""
    while block := file.read(_BLOCK_BYTES):
        block = rest + block
        lines = block.split(b"\n")
        rest = lines.pop()
        if b"\r" in block and block.count(b"\r") != block.count(b"\r\n") + rest.endswith(b"\r"):
            raise NeedsParser
        if b'"' in block:
            lines, open_record = _joined(lines, format_)
            rest = open_record + rest
        if len(rest) > MAX_ROW_BYTES:
            raise NeedsParser
        yield lines
    if rest:
        if rest.count(b'"') % 2:
            raise NeedsParser
        yield [rest]


def _joined(lines: list[bytes], format_: TextFormat) -> tuple[list[bytes], bytes]:
    """Join the lines of quoted fields with line breaks; also return the incomplete record at the end."""
    if not any(count & 1 for count in set(map(_count_quotes, lines))):
        return lines, b""
    records: list[bytes] = []
    pending: list[bytes] = []
    for line in lines:
        is_odd = line.count(b'"') & 1
        if pending:
            pending.append(line)
            if is_odd:
                record = b"\n".join(pending)
                if len(_rows([record], format_)) != 1:  # a quote inside an unquoted field
                    raise NeedsParser
                records.append(record)
                pending = []
        elif is_odd:
            pending.append(line)
        else:
            records.append(line)
    return records, b"\n".join(pending) + b"\n" if pending else b""


def _rows(records: Sequence[bytes], format_: TextFormat) -> list[list[str]]:
    """Parse some records. Raises NeedsParser."""
    text = b"\n".join(records).decode(format_.encoding, ENCODING_ERRORS)
    if '"' not in text and "\r" not in text:  # in half the time
        return [line.split(format_.separator) for line in text.split("\n")]
    allow_long_fields()
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=format_.separator))
    except csv.Error as error:
        raise NeedsParser from error
