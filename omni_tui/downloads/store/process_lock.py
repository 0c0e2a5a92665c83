"""Find out which programs are running: each locks its own file, and its end releases the lock."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import uuid
from pathlib import Path

from omni_tui.settings.locations import make_private_folder

_HELD = frozenset({errno.EACCES, errno.EAGAIN})

_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


class ProcessLock:
    """A locked file that shows that this process is running and works on its jobs.

    The kernel releases the lock however the process ends; a suspended process (Ctrl+Z) keeps it. Raises
    OSError if the folder can't be written, or its file system has no locks.
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
        """Release the lock and remove its file."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._handle)
            self._handle = -1


def is_alive(folder: Path, name: object) -> bool:
    """Return whether the process with that lock is running. Removes the file of one that has ended.

    `name` may come from a damaged download list: no other file is opened or removed.
    """
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        return False
    path = folder / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # unknown, so leave it alone
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
    """Remove the files of ended processes. Hold a lock that keeps others from creating theirs meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(folder):
            is_alive(folder, name)


def any_alive(folder: Path) -> bool:
    """Return whether any process with a lock in that folder is running."""
    try:
        return any(is_alive(folder, name) for name in os.listdir(folder))
    except FileNotFoundError:
        return False
