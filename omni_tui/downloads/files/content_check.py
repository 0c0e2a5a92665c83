"""Check that a file is complete and undamaged: while it is downloaded, and again from the disk at the end.

No file is ever completely in memory. All of it blocks: call it in a thread.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from omni_tui.downloads.errors import cut_off, damaged
from omni_tui.downloads.files.row_count import INCOMPLETE, CsvRows, Table

# Where PDF readers look for the end mark.
_PDF_END_BYTES = 1024
_PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_PDF_INDEX = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
_PNG_SIGNATURE_BYTES = 8


class ContentCheck(Protocol):
    """Checks one file. `feed` and `finish` raise WrongFile if it is incomplete or damaged."""

    def feed(self, piece: bytes) -> None:
        """Check the next bytes."""
        ...

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        """Check the complete file, which can be read from `file`; return its tables if known."""
        ...

    def incomplete_warning(self) -> str:
        """Return why a checked file may still be incomplete, or "" if its type marks its own end."""
        return ""


def content_check_for(extension: str, is_wanted: Callable[[], bool] = lambda: True) -> ContentCheck:
    """Return the check for a file type. Raises `archive_check.CheckCanceled` if `is_wanted` returns False."""
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
            from omni_tui.downloads.files.zip.archive_check import Archive  # only ZIP and XLSX need it

            return Archive(extension, is_wanted)


class _Pdf(ContentCheck):
    """Checks the end mark and the cross-reference table that it points to."""

    def feed(self, piece: bytes) -> None:
        pass

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _PDF_END_BYTES))
        tail = file.read()
        if b"%%EOF" not in tail:
            raise cut_off()
        if found := list(_PDF_END.finditer(tail)):
            # a linearized PDF also has an end mark near its start, which points to no index
            file.seek(int(found[-1][1]))
            if not _PDF_INDEX.match(file.read(64)):
                raise cut_off()
        return ()


class _Png(ContentCheck):
    """Checks all chunks and their checksums up to the last one."""

    def __init__(self) -> None:
        self._skipped = 0
        self._held = bytearray()  # part of a chunk's length and name, or of its checksum
        self._name = b""
        self._left = 0  # bytes of the chunk's data that are still missing
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


class _Json(ContentCheck):
    """Parses the file as it arrives. The items of a list count as rows."""

    def __init__(self) -> None:
        # takes 30 ms to import, and only JSON needs it
        from omni_tui.downloads.files.json_check import JsonRows, NotJson

        self._rows = JsonRows()
        self._not_json = NotJson

    def feed(self, piece: bytes) -> None:
        try:
            self._rows.feed(piece)
        except self._not_json as error:
            raise damaged("it isn't JSON") from error

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        try:
            is_whole = self._rows.close()
        except self._not_json:
            is_whole = False
        if not is_whole:
            raise cut_off()
        return (Table("", self._rows.items),) if self._rows.is_list else ()


class _Csv(ContentCheck):
    """Checks that no quoted field is open at the end; CSV has no end mark."""

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

    def incomplete_warning(self) -> str:
        if self._is_empty:
            return f"{INCOMPLETE}: the server sent neither bytes nor a length."
        if self._rows.is_in_row:
            return f"{INCOMPLETE}: the last line isn't terminated, and the server didn't send a length."
        return ""
