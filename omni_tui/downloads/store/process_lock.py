"""Which programs are alive: each holds the lock of a file of its own, which its death lets go of."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import uuid
from pathlib import Path

from omni_tui.settings.locations import make_private_folder

_HELD = frozenset({errno.EACCES, errno.EAGAIN})


class ProcessLock:
    """Says for as long as this process lives that its jobs are looked after.

    The lock is the kernel's: however the process ends, it is free from then on. A process that only sleeps
    (`ctrl+z`) keeps it. Raises OSError where the folder cannot be written, or its disk knows no locks.
    """

    def __init__(self, folder: Path) -> None:
        self.name = uuid.uuid4().hex
        self._path = make_private_folder(folder) / self.name
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.end()
            raise

    def end(self) -> None:
        """Nothing is looked after any more."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._handle)
            self._handle = -1


def is_alive(folder: Path, name: str) -> bool:
    """Whether the process of that lease lives. The file of a dead one is removed."""
    path = folder / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # what cannot be told is left alone
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _HELD
    else:
        with contextlib.suppress(OSError):
            path.unlink()
        return False
    finally:
        os.close(handle)


def remove_dead_locks(folder: Path) -> None:
    """Remove the files of dead processes. None may be about to take its lease meanwhile: hold a lock."""
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(folder):
            is_alive(folder, name)


def any_alive(folder: Path) -> bool:
    """Whether any process with a lease there lives."""
    try:
        return any(is_alive(folder, name) for name in os.listdir(folder))
    except FileNotFoundError:
        return False
