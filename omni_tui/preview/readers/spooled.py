"""Spool the rows that a process prints to an unnamed file, so that they can be read again."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import IO, TYPE_CHECKING, cast

from omni_tui.preview.byte_sources import ByteSource
from omni_tui.preview.errors import BrokenFile, Stopped

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_SPOOLED_BYTES = 2 * 1024**3


class SpooledSource(ByteSource):
    """The output of a process as a source of bytes. The index reads it from the process."""

    is_growing = True

    def __init__(self, name: str, opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> None:
        super().__init__(name)
        self._opened = opened
        self._file = tempfile.TemporaryFile(prefix="omni-tui-")  # noqa: SIM115 - closed by `close`

    def open_for_index(self) -> IO[bytes]:
        """Start the process; closing ends it."""
        return cast("IO[bytes]", _TeeReader(self._opened(), self._file))

    def open_at(self, position: int) -> IO[bytes]:
        """Open what was received so far at a position in bytes."""
        return io.BufferedReader(_SharedFileReader(self._file, position))

    def close(self) -> None:
        """Delete the file."""
        with suppress(ValueError):
            self._file.close()


class _TeeReader:
    """A process's output that is written to a file as it is read."""

    def __init__(self, opened: AbstractContextManager[IO[bytes]], file: IO[bytes]) -> None:
        self._opened = opened
        self._output = opened.__enter__()
        self._file = file
        self._bytes = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._output.read(size) if size else b""
        try:
            self._file.write(piece)
            self._file.flush()
        except (OSError, ValueError) as error:  # the disk is full, or the preview was closed
            raise BrokenFile("The temporary folder has no space left for the sheet's rows.") from error
        self._bytes += len(piece)
        if self._bytes > MAX_SPOOLED_BYTES:
            raise BrokenFile("The sheet is too large to preview.")
        return piece

    def close(self) -> None:
        self._opened.__exit__(None, None, None)


class _SharedFileReader(io.RawIOBase):
    """A file with several readers, each at its own position."""

    def __init__(self, file: IO[bytes], position: int) -> None:
        super().__init__()
        self._file = file
        self._position = position

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        try:
            piece = os.pread(self._file.fileno(), len(view), self._position)
        except ValueError as error:
            raise Stopped from error
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
