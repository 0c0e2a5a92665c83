"""Read workbooks through `sheet_worker`, a process that can be killed, which prints a sheet as CSV."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from omni_tui.preview.byte_sources import BUFFER_BYTES, ByteSource
from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.readers.sheet_worker import MAX_SECONDS

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_SHEET_BYTES = 2 * 1024**3  # as CSV
_MAX_REPLY_BYTES = 4 * 1024**2
_COPIED_BYTES = 1024**2


def sheet_names(path: Path) -> list[str]:
    """Return a workbook's sheet names, in order. Blocks; raises PreviewError."""
    with _WorkerOutput(path) as output:
        reply = output.read(_MAX_REPLY_BYTES)
        output.read(1)
    try:
        names = json.loads(reply)
    except ValueError as error:
        raise damaged(path.name) from error
    return [str(name) for name in names]


class SheetSource(ByteSource):
    """A sheet, by its number, as CSV in UTF-8. Raises PreviewError.

    For `open_at`, it is converted into an unnamed temporary file, which is deleted by `close`.
    """

    def __init__(self, path: Path, number: int, name: str) -> None:
        super().__init__(name)
        self._path = path
        self._number = number
        self._copy: IO[bytes] | None = None

    def open(self) -> IO[bytes]:
        """Open at the start, for one pass. Closing it early ends the process."""
        return io.BufferedReader(_WorkerOutput(self._path, str(self._number)), BUFFER_BYTES)

    def open_for_index(self) -> IO[bytes]:
        """Open the converted sheet."""
        return self.open_at(0)

    def open_at(self, position: int) -> IO[bytes]:
        """Open at a position in bytes; the first call converts the whole sheet."""
        self._copy = self._copy or self._converted()
        return io.BufferedReader(_SharedFileReader(self._copy, position))

    def close(self) -> None:
        """Delete the temporary file."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _converted(self) -> IO[bytes]:
        try:
            with ExitStack() as on_failure:
                copy = on_failure.enter_context(tempfile.TemporaryFile(prefix="omni-tui-"))
                with self.open() as output:
                    while piece := output.read(_COPIED_BYTES):
                        copy.write(piece)
                        if copy.tell() > MAX_SHEET_BYTES:
                            raise PreviewError("The sheet is too large to preview.")
                copy.flush()
                on_failure.pop_all()
        except OSError as error:
            raise PreviewError("The temporary folder has no space left for the sheet's rows.") from error
        return copy


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
        except ValueError as error:  # it was closed
            raise Stopped from error
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


class _WorkerOutput(io.RawIOBase):
    """A worker's standard output. `close` ends the worker. Raises PreviewError at the end if it failed."""

    def __init__(self, path: Path, *arguments: str) -> None:
        super().__init__()
        module = "omni_tui.preview.readers.sheet_worker"
        command = [sys.executable, "-P", "-m", module, str(path.absolute()), *arguments]
        self._name = path.name
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        # the worker's own limit counts processor time: one that waits would never end
        self._limit = threading.Timer(MAX_SECONDS, self._process.kill)
        self._limit.daemon = True
        self._limit.start()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        output = cast("io.BufferedReader", self._process.stdout)
        size = output.readinto(buffer)
        if not size and self._process.wait(MAX_SECONDS):
            raise damaged(self._name)
        return size

    def close(self) -> None:
        if not self.closed:
            self._limit.cancel()
            self._process.kill()
            self._process.wait()
            cast("IO[bytes]", self._process.stdout).close()
        super().close()


def damaged(name: str) -> PreviewError:
    """Return the error for a workbook that can't be read."""
    return PreviewError(f"{name} is damaged or too large to preview.", "Export it again.")
