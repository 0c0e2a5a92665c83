"""Store the request logs of the latest runs in the state folder, limited in size and private.

Each run has a file of JSON lines, named after its start and process, and a second file with an earlier part
if the first is full. They contain the request log without secrets and without the content of exported files.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any

from omni_tui.api.request_log.log import Exchange
from omni_tui.settings.locations import make_private_folder, state_folder

# How many runs are stored, and the size of each of the two files of a run.
MAX_RUNS = 5
MAX_PART_BYTES = 4 * 1024 * 1024
_SUFFIX, _EARLIER_SUFFIX = ".jsonl", ".earlier"
_NAMES = tuple(field.name for field in fields(Exchange))


def requests_folder() -> Path:
    """Return the folder of the stored logs. It may not exist."""
    return state_folder() / "requests"


# This run's name. Names sort by start time.
RUN_NAME = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}"


class StoredLog:
    """Appends to one run's log. It blocks; the methods raise OSError."""

    def __init__(self, folder: Path, name: str, most_bytes: int = MAX_PART_BYTES) -> None:
        self._path = folder / f"{name}{_SUFFIX}"
        self._most_bytes = most_bytes
        self._file: IO[bytes] | None = None

    def write(self, exchange: Exchange) -> None:
        """Append a finished exchange, without the content of a file."""
        if self._file is None:
            make_private_folder(self._path.parent)
            self._file = self._opened()
            _forget_old_runs(self._path.parent)
        elif self._file.tell() >= self._most_bytes:
            self._file.close()
            self._path.replace(self._path.with_suffix(_EARLIER_SUFFIX))
            self._file = self._opened()
        self._file.write(json.dumps(asdict(exchange.without_file)).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> IO[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(self._path, flags, 0o600), "ab")


def last_run(folder: Path | None = None) -> tuple[Exchange, ...]:
    """Return the requests of the latest run that sent any, in order.

    Empty if none are stored. Skips lines that can't be read. Blocks. Raises OSError.
    """
    folder = folder or requests_folder()
    latest = max(folder.glob(f"*{_SUFFIX}"), default=None)
    if latest is None:
        return ()
    exchanges: list[Exchange] = []
    for path in (latest.with_suffix(_EARLIER_SUFFIX), latest):
        with suppress(FileNotFoundError):
            exchanges += _read(path)
    return tuple(sorted(exchanges, key=lambda exchange: exchange.started_at))


def _read(path: Path) -> Iterator[Exchange]:
    with open(path, "rb") as file:
        for line in file:
            with suppress(KeyError, TypeError, ValueError):
                yield _exchange(json.loads(line))


def _exchange(values: dict[str, Any]) -> Exchange:
    """Parse one exchange. Raises KeyError, TypeError or ValueError for other objects."""
    known = {name: values[name] for name in _NAMES if name in values}
    known["started_at"] = float(known["started_at"])
    for name in ("request_headers", "response_headers"):
        known[name] = tuple((str(key), str(value)) for key, value in known[name])
    return Exchange(**known)


def _forget_old_runs(folder: Path) -> None:
    for path in sorted(folder.glob(f"*{_SUFFIX}"))[:-MAX_RUNS]:
        with suppress(OSError):
            path.unlink()
            path.with_suffix(_EARLIER_SUFFIX).unlink(missing_ok=True)
