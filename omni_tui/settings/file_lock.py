"""One at a time, over all processes: who reads a file to write it again must not lose what others wrote."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_tui.settings.locations import make_private_folder

# Writing takes milliseconds: who holds a lock for longer is stuck.
MOST_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.02
_HELD = frozenset({errno.EACCES, errno.EAGAIN})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file (0600, it stays) inside the block. Blocks its thread until it is free.

    A disk that knows no locks is used without. Raises TimeoutError when somebody holds it for too long, and
    OSError.
    """
    make_private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle)
        yield
    finally:
        os.close(handle)  # which frees it


def _acquire(handle: int) -> None:
    end = time.monotonic() + MOST_SECONDS
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
