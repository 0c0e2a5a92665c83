"""Open a ZIP without trusting its list of members."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, cast

# The list of members is held in memory: enough for about ten thousand of them.
MAX_DIRECTORY_BYTES = 4 * 1024**2
# Only these are unpacked in bounded steps: one read of bzip2 or LZMA may need gigabytes of memory.
BOUNDED_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# The exceptions by which zipfile and its libraries report invalid bytes.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """Return the archive of an open file. Raises ZIP_ERRORS and OSError."""
    return zipfile.ZipFile(cast("IO[bytes]", _BoundedReads(file)))


class _BoundedReads:
    """A file for zipfile, which would otherwise read a member list of any length at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read that many bytes; without a size, the rest, whose length is limited. Raises BadZipFile."""
        if size > MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile("too many members")
        return self._file.read(size if size >= 0 else MAX_DIRECTORY_BYTES)
