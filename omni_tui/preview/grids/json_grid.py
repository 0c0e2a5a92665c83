"""A JSON list of objects with rows at any position, through an index of blocks of whole objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from omni_tui.preview.byte_sources import ByteSource
from omni_tui.preview.grids.grid import BLOCK_BYTES, Grid, holds
from omni_tui.preview.readers.json_records import JsonText, columns_of, record_row, value_text

_FIRST_RECORDS = 200
_AS_WRITTEN = re.compile(r"[\w .-]+", re.ASCII)


class JsonGrid(Grid):
    """The objects of a list. Raises NotAList if the file isn't a list of objects.

    Columns are the objects' names in order of first use; more may be added while the index is built.
    """

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source
        self._columns: dict[str, int] = {}
        with source.open_at(0) as file:
            text = JsonText(file)
            self._is_empty = not text.enter_list()
            self._encoding, self._is_lines = text.encoding, text.is_lines
            self._add_block(text.byte_position, 0)
            if not self._is_empty:
                self._columns = columns_of(islice(text.items(), _FIRST_RECORDS))

    def header(self) -> list[str]:
        """Return the columns found so far."""
        return list(self._columns)

    def _index(self) -> Iterator[int]:
        if self._is_empty:
            yield 0
            return
        with closing(self._source.open_for_index()) as file:
            begin = self._offsets[0]
            file.read(begin)
            text = JsonText(file, self._encoding, is_lines=self._is_lines)
            columns = dict(self._columns)
            rows, last = 0, 0
            has_more = True
            while has_more:
                record = text.value()
                if not isinstance(record, dict) or not record.keys() <= columns.keys():
                    columns_of((record,), columns)
                has_more = text.skip_item_end()
                rows += 1
                if text.position - last >= BLOCK_BYTES and has_more:
                    last = text.position
                    self._columns = dict(columns)
                    self._add_block(begin + text.byte_position, rows)
                    yield rows
            self._columns = columns
            yield rows

    def _read_from(self, block: int) -> Iterator[list[str]]:
        if self._is_empty:
            return
        columns = self._columns
        with self._source.open_at(self._offsets[block]) as file:
            for record in JsonText(file, self._encoding, is_lines=self._is_lines).items():
                is_object = isinstance(record, dict)
                yield record_row(record, columns) if is_object else [value_text(record)]

    def _may_hold(self, block: int, last: int, needle: str, *, is_exact: bool) -> bool:
        # a text that may be escaped in the file is searched in the parsed rows
        if self._encoding != "utf-8" or not _AS_WRITTEN.fullmatch(needle):
            return True
        begin, end = self._span(block, last)
        with self._source.open_at(begin) as file:
            data = file.read(end - begin)
        if b"\\u" in data:
            return True
        wanted = needle.encode()
        return holds(data, wanted, is_exact=is_exact)
