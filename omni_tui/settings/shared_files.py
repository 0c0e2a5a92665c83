"""Read files that others may have placed there: in a shared folder, or copied from somebody."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# The largest file that is read; presets and manifests have a few kilobytes.
MAX_BYTES = 4 * 1024 * 1024


def read_shared(path: Path, *, most_bytes: int = MAX_BYTES, follows_own_links: bool = False) -> bytes:
    """Return the content of a regular file that isn't a link. Never waits for a pipe or a device.

    `follows_own_links`: a link that this user or root made is followed, for presets.toml only: dotfile
    managers (stow, chezmoi, home-manager) put a link there, and whoever can make links as this user can write
    the file anyway. A link that anyone else made is rejected. Manifests and other files beside exports, which
    may lie in shared folders, are never read through a link.
    Raises OSError, also for a file of more than `most_bytes`.
    """
    follows = follows_own_links and path.lstat().st_uid in (os.getuid(), 0)
    return read_regular(path, most_bytes, flags=0 if follows else os.O_NOFOLLOW)[0]


def read_regular(path: Path, most_bytes: int, *, flags: int = 0) -> tuple[bytes, os.stat_result]:
    """Return the content of a regular file, and its state. Never waits for a pipe or a device.

    Raises OSError, also for a file of more than `most_bytes`.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | flags)
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "it isn't a regular file", str(path))
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, "it is too large", str(path))
    return content, state
