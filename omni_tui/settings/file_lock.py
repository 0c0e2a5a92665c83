"""A lock between processes, so that none overwrites what another one has just written to a file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from omni_tui.settings.locations import make_private_folder

# How long to wait: writing takes milliseconds, so a process that holds the lock longer is stuck.
MAX_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.02
# What a file system without locks answers, such as some network file systems.
_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL})


@contextmanager
def locked(path: Path, wait_seconds: float | None = None) -> Iterator[None]:
    """Hold a lock on this file (0600, not removed) in the block. Blocks the thread until the lock is free.

    Does nothing if the file system has no locks. Raises TimeoutError if another process holds it for too
    long, by default MAX_SECONDS, and OSError.
    """
    from filelock import FileLock, Timeout

    make_private_folder(path.parent)
    lock = FileLock(path, mode=0o600, poll_interval=_LOOK_AGAIN_SECONDS, fallback_to_soft=False)
    with ExitStack() as stack:
        try:
            stack.enter_context(lock.acquire(MAX_SECONDS if wait_seconds is None else wait_seconds))
        except Timeout:
            raise TimeoutError(errno.ETIMEDOUT, "another omni-tui holds it") from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
