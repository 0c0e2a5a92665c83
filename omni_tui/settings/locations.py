"""Where the program keeps its own files: the XDG folders, on every system. Nothing heavy is imported.

And where the vendor's tool keeps its own.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from platformdirs.unix import Unix

_FOLDERS = Unix("omni-tui")


def config_folder() -> Path:
    """Settings: `$XDG_CONFIG_HOME/omni-tui`, else `~/.config/omni-tui`. It may not exist."""
    return _FOLDERS.user_config_path


def state_folder() -> Path:
    """What has to last, such as the jobs: `$XDG_STATE_HOME/omni-tui`, else `~/.local/state/omni-tui`."""
    return _FOLDERS.user_state_path


def cache_folder() -> Path:
    """What can be had again, such as the list: `$XDG_CACHE_HOME/omni-tui`, else `~/.cache/omni-tui`."""
    return _FOLDERS.user_cache_path


def vendor_config_path() -> Path:
    """Where the vendor's tool keeps its profiles."""
    if path := os.environ.get("OMNI_CONFIG_PATH"):
        return Path(path).expanduser()
    if folder := os.environ.get("OMNI_CONFIG_DIR"):
        return Path(folder).expanduser() / "config.json"
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "omni-cli" / "config.json"


def make_private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (0700), also if it was there before; returns it.

    Folders above it are made as the system makes them. Raises OSError.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def write_private_file(path: Path, text: str) -> None:
    """Write a file that only its owner may read (0600): all of it, or the old one stays. Raises OSError.

    The folder is made private too.
    """
    with replaced_private_file(path) as file:
        file.write(text.encode())


@contextlib.contextmanager
def replaced_private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written, and to be sought in, that takes the place of `path` at the end of the block.

    As `write_private_file`; what raises inside the block leaves the old one.
    """
    folder = make_private_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
