"""Check a ZIP or XLSX file: read every member and verify its checksum, within limits.

All of it blocks: call it in a thread.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from typing import IO

from omni_tui.downloads.errors import WrongFile, cut_off, damaged
from omni_tui.downloads.files.row_count import Table, counter_for
from omni_tui.downloads.files.zip.open_zip import BOUNDED_METHODS, ZIP_ERRORS, open_zip
from omni_tui.downloads.files.zip.sheet_names import sheet_names

PIECE_BYTES = 1024 * 1024
# How much any archive may unpack to, and how many times its own size beyond that. Deflate compresses a
# thousand to one at best, and tables about ten to one.
ALWAYS_UNPACKED_BYTES = 2 * 1024**3
MAX_UNPACKED_RATIO = 100
_CONTENT_TYPES = "[Content_Types].xml"  # every workbook has it
_ERRORS = (*ZIP_ERRORS, OSError)


class CheckCanceled(Exception):
    """The check was canceled."""


class Archive:
    """Checks an xlsx or zip file; raises CheckCanceled if `is_wanted` returns False."""

    def __init__(self, extension: str, is_wanted: Callable[[], bool]) -> None:
        self._extension = extension
        self._is_wanted = is_wanted
        self._left_bytes = 0  # how much may still be unpacked

    def feed(self, piece: bytes) -> None:
        """Do nothing: a ZIP is read from its end."""

    def incomplete_warning(self) -> str:
        """Return no warning: the list of members marks the end."""
        return ""

    def finish(self, file: IO[bytes]) -> tuple[Table, ...]:
        """Read all members; return the tables among them. Raises WrongFile."""
        size = file.seek(0, os.SEEK_END)
        self._left_bytes = max(ALWAYS_UNPACKED_BYTES, MAX_UNPACKED_RATIO * size)
        try:
            archive = open_zip(file)
        except _ERRORS as error:
            raise cut_off() from error
        with archive:
            if self._extension == "xlsx" and _CONTENT_TYPES not in archive.namelist():
                raise damaged("it isn't a workbook")
            tables = [self._table_in(archive, member) for member in archive.infolist()]
            # all members were unpacked in bounded steps before, so this is safe
            names = sheet_names(archive) if self._extension == "xlsx" else {}
        return tuple(
            Table(names.get(table.name, table.name), table.rows) for table in tables if table is not None
        )

    def _table_in(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Table | None:
        if member.compress_type not in BOUNDED_METHODS:
            raise unsafe("it uses a compression method other than Deflate")
        counter = counter_for(member.filename)
        try:
            with archive.open(member) as stream:
                while piece := stream.read(PIECE_BYTES):
                    self._count(len(piece))
                    if counter is not None:
                        counter.feed(piece)
        except _ERRORS as error:
            raise damaged("a part of the archive can't be read") from error
        return Table(member.filename, counter.rows) if counter is not None else None

    def _count(self, unpacked_bytes: int) -> None:
        if not self._is_wanted():
            raise CheckCanceled
        self._left_bytes -= unpacked_bytes
        if self._left_bytes < 0:
            raise unsafe("it unpacks to far more than a real export")


def unsafe(why: str) -> WrongFile:
    """Return the error for an archive that can't be checked safely. Retrying won't help."""
    return WrongFile(f"This archive may be unsafe: {why}.", "Check where it comes from before you open it.")
