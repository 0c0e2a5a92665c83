"""A lock between processes, so that none overwrites what another one has just written to a file."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_tui.settings.locations import make_private_folder

# How long to wait: writing takes milliseconds, so a process that holds the lock longer is stuck.
MAX_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.02
_HELD = frozenset({errno.EACCES, errno.EAGAIN})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock on this file (0600, not removed) in the block. Blocks the thread until the lock is free.

    Does nothing if the file system has no locks. Raises TimeoutError if another process holds it for too
    long, and OSError.
    """
    make_private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle)
        yield
    finally:
        os.close(handle)  # releases the lock


def _acquire(handle: int) -> None:
    end = time.monotonic() + MAX_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _HELD:
                return
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, "another omni-tui holds it") from None
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
