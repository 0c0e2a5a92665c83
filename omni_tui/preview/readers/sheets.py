"""Read workbooks through `sheet_worker`, a process that can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, cast

from omni_tui.preview.errors import BrokenFile
from omni_tui.preview.readers.sheet_worker import MAX_SECONDS

_MAX_REPLY_BYTES = 4 * 1024**2


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
