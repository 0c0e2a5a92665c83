"""An export of any length, generated while it is sent: CSV and JSON in blocks, never fully in memory.

A block of a thousand rows is written once; others differ only in their number and day. Values are not
formatted, so that all rows are equally long.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from omni_tui.demo.data.tile_table import Row, Table
from omni_tui.demo.files.models import HUGE_ROW_BYTES
from omni_tui.demo.sample_data.data_model import Field, Kind

BLOCK_ROWS = 1000
PREVIEW_ROWS = 1000
_LAST_DAY = date(2026, 10, 31)

FIELDS = (
    Field("events.event_id", "Event", Kind.TEXT),
    Field("events.occurred_on", "Occurred on", Kind.DATE),
    Field("events.kind", "Kind", Kind.TEXT),
    Field("events.country", "Country", Kind.TEXT),
    Field("events.milliseconds", "Milliseconds", Kind.WHOLE),
    Field("events.message", "Message", Kind.TEXT),
    Field("events.shard", "Shard", Kind.WHOLE, hidden=True),
)
_KINDS = ("view", "click", "export", "login")
_COUNTRIES = ("DE", "US", "BR", "JP", "TR", "FR", "PL")
# Placeholders, as long as what replaces them, for the block's number and day in the template block.
_BLOCK_MARK, _DAY_MARK = b"@BLK", b"@DAY-@DAY-"


@dataclass(frozen=True, slots=True)
class EndlessExport:
    """Endless rows, cut off at `row_count`."""

    row_count: int
    hides_hidden: bool = False

    def csv_chunks(self) -> Iterator[bytes]:
        """Yield the header and the rows."""
        yield self._csv_lines([self._labels()])
        yield from self._blocks(self._csv_rows)

    def csv_length(self) -> int:
        """Return the length of `csv_chunks` in bytes."""
        blocks, rest = divmod(self.row_count, BLOCK_ROWS)
        header = len(self._csv_lines([self._labels()]))
        return header + blocks * len(self._csv_rows(BLOCK_ROWS)) + len(self._csv_rows(rest))

    def json_chunks(self) -> Iterator[bytes]:
        """Yield one array with an object per row."""
        yield b"["
        for number, block in enumerate(self._blocks(self._json_rows)):
            yield block if number == 0 else b",\n" + block
        yield b"]\n"

    def zip_chunks(self, member_name: str) -> Iterator[bytes]:
        """Yield an archive that contains only the CSV, uncompressed."""
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            with archive.open(zipfile.ZipInfo(member_name), "w", force_zip64=True) as member:
                for block in self.csv_chunks():
                    member.write(block)
                    yield sink.taken()
            yield sink.taken()
        yield sink.taken()

    def _fields(self) -> list[Field]:
        return [field for field in FIELDS if not (field.hidden and self.hides_hidden)]

    def _labels(self) -> list[str]:
        return [field.label for field in self._fields()]

    def _blocks(self, rows: Callable[[int], bytes]) -> Iterator[bytes]:
        pattern = rows(BLOCK_ROWS)
        blocks, rest = divmod(self.row_count, BLOCK_ROWS)
        yield from (self._numbered(pattern, block) for block in range(blocks))
        if rest:
            yield self._numbered(rows(rest), blocks)

    def _numbered(self, pattern: bytes, block: int) -> bytes:
        day = (_LAST_DAY - timedelta(days=block // 5)).isoformat()
        return pattern.replace(_BLOCK_MARK, b"%04d" % block).replace(_DAY_MARK, day.encode())

    def _rows(self, count: int) -> Iterator[list[str | int]]:
        hidden = {column for column, field in enumerate(FIELDS) if field.hidden and self.hides_hidden}
        for row in range(count):
            values = _values(row)
            yield [value for column, value in enumerate(values) if column not in hidden]

    def _csv_rows(self, count: int) -> bytes:
        return self._csv_lines(self._rows(count))

    def _json_rows(self, count: int) -> bytes:
        names = [field.name for field in self._fields()]
        rows = (json.dumps(dict(zip(names, row, strict=True))) for row in self._rows(count))
        return ",\n".join(rows).encode()

    @staticmethod
    def _csv_lines(rows: Iterator[list[str | int]] | list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()


def beginning(row_count: int) -> Table:
    """Return the first rows, for a page."""
    rows: list[Row] = []
    for row in range(min(row_count, PREVIEW_ROWS)):
        values = _values(row)
        rows.append((str(values[0]).replace(_BLOCK_MARK.decode(), "0000"), _LAST_DAY, *values[2:]))
    return Table(FIELDS, rows, row_count)


def _values(row: int) -> list[str | int]:
    """Return a row of the template; the message fills it up to `HUGE_ROW_BYTES` of CSV."""
    values: list[str | int] = [
        f"evt-{_BLOCK_MARK.decode()}-{row:03d}",
        _DAY_MARK.decode(),
        _KINDS[row * 7 % len(_KINDS)],
        _COUNTRIES[row * 5 % len(_COUNTRIES)],
        20 + row * 37 % 900,
        "",
        row % 16,
    ]
    message = f"{values[2]} from {values[3]} request {row:03d} of a block answered and logged "
    length = HUGE_ROW_BYTES - len(",".join(str(value) for value in values)) - 1
    values[5] = (message + "blob " * 40)[: length - 1] + "."
    return values


class _Sink(io.RawIOBase):
    """A buffer that an archive is written to; its content is taken out at once."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        content = bytes(chunk)  # type: ignore[call-overload]
        self._chunks.append(content)
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)
