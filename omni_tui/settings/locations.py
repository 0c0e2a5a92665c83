"""Find the folders of settings, state and cache (XDG on every system), and write private files.

Imports nothing heavy.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from platformdirs.unix import Unix

_FOLDERS = Unix("omni-tui")
# A folder that not even root can create.
NO_HOME = Path("/proc/no-home-folder")


def config_folder() -> Path:
    """Return the settings folder: `$XDG_CONFIG_HOME/omni-tui`, or `~/.config/omni-tui`. It may not exist."""
    return _there(lambda: _FOLDERS.user_config_path, ".config")


def state_folder() -> Path:
    """Return the folder of jobs and the like: `$XDG_STATE_HOME/omni-tui`, or `~/.local/state/omni-tui`."""
    return _there(lambda: _FOLDERS.user_state_path, ".local/state")


def cache_folder() -> Path:
    """Return the cache folder: `$XDG_CACHE_HOME/omni-tui`, or `~/.cache/omni-tui`."""
    return _there(lambda: _FOLDERS.user_cache_path, ".cache")


def vendor_config_path() -> Path:
    """Return the path of the vendor CLI's profiles."""
    if path := os.environ.get("OMNI_CONFIG_PATH"):
        return _at_home(path)
    if folder := os.environ.get("OMNI_CONFIG_DIR"):
        return _at_home(folder) / "config.json"
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return _at_home(base) / "omni-cli" / "config.json"


def _there(find: Callable[[], Path], usual: str) -> Path:
    """Return the folder that platformdirs finds; without a home folder, one that can't be created.

    Without HOME and a passwd entry, platformdirs raises, or returns a path with `~`, which would become a
    folder of that name in the current one.
    """
    with contextlib.suppress(RuntimeError):
        found = find()
        if found.is_absolute():
            return found
    return NO_HOME / usual / "omni-tui"


def _at_home(path: str) -> Path:
    """Return the path with `~` replaced by the home folder."""
    found = Path(os.path.expanduser(path))
    return NO_HOME.joinpath(*found.parts[1:]) if found.parts[:1] == ("~",) else found


def make_private_folder(path: Path) -> Path:
    """Create a folder that only its owner can enter (0700), or make an existing one private; return it.

    Missing parents are created with 0700 too, as XDG requires, whatever the umask. Raises OSError.
    """
    for folder in reversed([path, *path.parents]):
        if not folder.is_dir():
            try:
                folder.mkdir(mode=0o700, exist_ok=True)  # another program may create it now
            except FileExistsError:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
    if path.stat().st_mode & 0o077:
        with contextlib.suppress(OSError):  # a file system without permissions
            path.chmod(0o700)
    return path


def write_private_file(path: Path, text: str) -> None:
    """Replace a file atomically by one that only its owner can read (0600). Raises OSError.

    Its folder is made private too.
    """
    with replaced_private_file(path) as file:
        file.write(text.encode())


def replaced_private_file(path: Path) -> AbstractContextManager[IO[bytes]]:
    """Open a writable, seekable file that replaces `path` at the end of the block.

    Otherwise as `write_private_file`. If the block raises, the old file is kept.
    """
    make_private_folder(path.parent)
    return replaced_file(path)


@contextlib.contextmanager
def replaced_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path`, in any existing folder, at the end of the block. Its mode is 0600."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
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
