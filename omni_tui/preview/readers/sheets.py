"""Read workbooks through `sheet_worker`, a process that can be killed, which prints a sheet as CSV."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from omni_tui.preview.byte_sources import ByteSource
from omni_tui.preview.errors import BrokenFile, Stopped
from omni_tui.preview.readers.sheet_worker import MAX_SECONDS

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_SHEET_BYTES = 2 * 1024**3  # as CSV
_MAX_REPLY_BYTES = 4 * 1024**2
_COPIED_BYTES = 1024**2


def sheet_names(path: Path) -> list[str]:
    """Return a workbook's sheet names, in order. Blocks; raises BrokenFile."""
    with _worker(path) as output:
        reply = output.read(_MAX_REPLY_BYTES)
        output.read(1)
    try:
        names = json.loads(reply)
    except ValueError as error:
        raise damaged(path.name) from error
    return [str(name) for name in names]


def opened_sheet(path: Path, number: int) -> AbstractContextManager[IO[bytes]]:
    """Open a sheet by its number as CSV in UTF-8. Leaving early ends the process. Raises BrokenFile."""
    return _worker(path, str(number))


class SheetSource(ByteSource):
    """A sheet as CSV in UTF-8, in an unnamed temporary file until `close`."""

    def __init__(self, path: Path, number: int, name: str) -> None:
        """Convert the sheet. Blocks; raises BrokenFile."""
        super().__init__(name)
        self._file = tempfile.TemporaryFile(prefix="omni-tui-")  # noqa: SIM115 - closed by `close`
        try:
            with opened_sheet(path, number) as output:
                while piece := output.read(_COPIED_BYTES):
                    self._file.write(piece)
                    if self._file.tell() > MAX_SHEET_BYTES:
                        raise BrokenFile("The sheet is too large to preview.")
            self._file.flush()
        except OSError as error:
            self.close()
            raise BrokenFile("The temporary folder has no space left for the sheet's rows.") from error
        except BaseException:
            self.close()
            raise

    def open_at(self, position: int) -> IO[bytes]:
        """Open at a position in bytes."""
        return io.BufferedReader(_SharedFileReader(self._file, position))

    def close(self) -> None:
        """Delete the file."""
        with suppress(OSError):
            self._file.close()


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


class _Output:
    """A worker's output. At its end, raises BrokenFile if the worker failed."""

    def __init__(self, process: subprocess.Popen[bytes], name: str) -> None:
        self._process = process
        self._name = name

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; empty at the end."""
        assert self._process.stdout is not None
        piece = self._process.stdout.read(size)
        if not piece and self._process.wait(MAX_SECONDS):
            raise damaged(self._name)
        return piece


@contextmanager
def _worker(path: Path, *arguments: str) -> Iterator[IO[bytes]]:
    module = "omni_tui.preview.readers.sheet_worker"
    command = [sys.executable, "-P", "-m", module, str(path.absolute()), *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    # the worker's own limit counts processor time: one that waits would never end
    limit = threading.Timer(MAX_SECONDS, process.kill)
    limit.daemon = True
    limit.start()
    try:
        yield cast("IO[bytes]", _Output(process, path.name))
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def damaged(name: str) -> BrokenFile:
    """Return the error for a workbook that can't be read."""
    return BrokenFile(f"{name} is damaged or too large to preview.", "Export it again.")
