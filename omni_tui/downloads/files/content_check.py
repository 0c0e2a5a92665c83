"""Is a file whole inside? Looked at while it streams, and once more from the disk when it has all come.

Nothing holds a file whole in memory, and all of it blocks: call it in a thread.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from omni_tui.downloads.errors import cut_off, damaged
from omni_tui.downloads.files.row_count import INCOMPLETE, CsvRows, Table

# Where readers of a PDF look for its end.
_PDF_END_BYTES = 1024
_PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_PDF_INDEX = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
_PNG_SIGNATURE_BYTES = 8


class Structure(Protocol):
    """Looks at one file. Both raise WrongFile, as not whole."""

    def feed(self, piece: bytes) -> None:
        """The file's next bytes."""
        ...

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        """All has come, and can be read from `file`: the tables in it, where they can be told."""
        ...

    def doubt(self) -> str:
        """Say why a finished file may still be cut if nothing marked its end; empty if it can't be."""
        ...


class _Proven:
    """A kind of file that has an end of its own."""

    def doubt(self) -> str:
        return ""


def structure_of(extension: str, is_wanted: Callable[[], bool] = lambda: True) -> Structure:
    """What looks at a file of that kind; it stops with `archives.Unwanted` when `is_wanted` says no."""
    match extension:
        case "pdf":
            return _Pdf()
        case "png":
            return _Png()
        case "json":
            return _Json()
        case "csv":
            return _Csv()
        case _:
            from omni_tui.downloads.files.archive_check import Archive  # only these two kinds need it

            return Archive(extension, is_wanted)


class _Pdf(_Proven):
    """Its end mark, and before that the place of its index, which must be one."""

    def feed(self, piece: bytes) -> None:
        pass

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _PDF_END_BYTES))
        tail = file.read()
        if b"%%EOF" not in tail:
            raise cut_off()
        if found := list(_PDF_END.finditer(tail)):
            # a PDF made to be read while it loads has an end mark near its start too, which names no index
            file.seek(int(found[-1][1]))
            if not _PDF_INDEX.match(file.read(64)):
                raise cut_off()
        return ()


class _Png(_Proven):
    """Its chunks one after the other, each with its checksum, up to the last one."""

    def __init__(self) -> None:
        self._skipped = 0
        self._held = bytearray()  # of a chunk's length and name, or of its checksum
        self._name = b""
        self._left = 0  # bytes of the chunk's data that are to come
        self._checksum = 0
        self._is_at_end = False

    def feed(self, piece: bytes) -> None:
        view = memoryview(piece)
        if self._skipped < _PNG_SIGNATURE_BYTES:
            start = min(len(view), _PNG_SIGNATURE_BYTES - self._skipped)
            self._skipped += start
            view = view[start:]
        while view and not self._is_at_end:
            view = self._take(view)

    def _take(self, view: memoryview) -> memoryview:
        if self._name and self._left:
            data = view[: self._left]
            self._checksum = zlib.crc32(data, self._checksum)
            self._left -= len(data)
            return view[len(data) :]
        wanted = 4 if self._name else 8
        part = view[: wanted - len(self._held)]
        self._held += part
        if len(self._held) == wanted:
            held, self._held = bytes(self._held), bytearray()
            if self._name:
                self._end_chunk(held)
            else:
                self._left, self._name = int.from_bytes(held[:4], "big"), held[4:]
                self._checksum = zlib.crc32(self._name)
        return view[len(part) :]

    def _end_chunk(self, checksum: bytes) -> None:
        if int.from_bytes(checksum, "big") != self._checksum:
            raise damaged("a checksum of the image is wrong")
        self._is_at_end = self._name == b"IEND"
        self._name = b""

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        if not self._is_at_end:
            raise cut_off()
        return ()


class _Json(_Proven):
    """Read it as it comes. The items of a list are its rows."""

    def __init__(self) -> None:
        from omni_tui.downloads.files.json_check import (
            JsonRows,
            NotJson,
        )  # takes 30 ms to import; only JSON needs it

        self._rows = JsonRows()
        self._not_json = NotJson

    def feed(self, piece: bytes) -> None:
        try:
            self._rows.feed(piece)
        except self._not_json as error:
            raise damaged("it is not JSON") from error

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        try:
            is_whole = self._rows.close()
        except self._not_json:
            is_whole = False
        if not is_whole:
            raise cut_off()
        return (Table("", self._rows.items),) if self._rows.is_list else ()


class _Csv:
    """Text has no end that can be looked for, but a quoted field has."""

    def __init__(self) -> None:
        self._rows = CsvRows()
        self._is_empty = True

    def feed(self, piece: bytes) -> None:
        self._is_empty = self._is_empty and not piece
        self._rows.feed(piece)

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        if self._rows.is_in_quotes:
            raise cut_off()
        return (Table("", self._rows.rows),)

    def doubt(self) -> str:
        if self._is_empty:
            return f"{INCOMPLETE}: the server sent neither bytes nor a length."
        if self._rows.is_in_row:
            return f"{INCOMPLETE}: the last line has no end, and the server didn't send a length."
        return ""
