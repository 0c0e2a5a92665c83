"""Where the program keeps its own files: the XDG folders, on every system. Nothing heavy is imported.

And where the vendor's tool keeps its own.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from platformdirs.unix import Unix

_FOLDERS = Unix("omni-tui")
# Not even root can make it.
NO_HOME = Path("/proc/no-home-folder")


def config_folder() -> Path:
    """Settings: `$XDG_CONFIG_HOME/omni-tui`, else `~/.config/omni-tui`. It may not exist."""
    return _there(lambda: _FOLDERS.user_config_path, ".config")


def state_folder() -> Path:
    """What has to last, such as the jobs: `$XDG_STATE_HOME/omni-tui`, else `~/.local/state/omni-tui`."""
    return _there(lambda: _FOLDERS.user_state_path, ".local/state")


def cache_folder() -> Path:
    """What can be had again, such as the list: `$XDG_CACHE_HOME/omni-tui`, else `~/.cache/omni-tui`."""
    return _there(lambda: _FOLDERS.user_cache_path, ".cache")


def vendor_config_path() -> Path:
    """Where the vendor's tool keeps its profiles."""
    if path := os.environ.get("OMNI_CONFIG_PATH"):
        return _at_home(path)
    if folder := os.environ.get("OMNI_CONFIG_DIR"):
        return _at_home(folder) / "config.json"
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return _at_home(base) / "omni-cli" / "config.json"


def _there(find: Callable[[], Path], usual: str) -> Path:
    """The folder that platformdirs finds; without a home folder, one that is not there and can't be made.

    That is where there is no HOME and no passwd entry. platformdirs raises then, or leaves a `~` that would
    become a folder of that name in the current one.
    """
    with contextlib.suppress(RuntimeError):
        found = find()
        if found.is_absolute():
            return found
    return NO_HOME / usual / "omni-tui"


def _at_home(path: str) -> Path:
    """A path with the home folder in place of `~`."""
    found = Path(os.path.expanduser(path))
    return NO_HOME.joinpath(*found.parts[1:]) if found.parts[:1] == ("~",) else found


def make_private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (0700), also if it was there before; returns it.

    Missing folders above it are made 0700 too, as XDG asks, whatever the umask. Raises OSError.
    """
    for folder in reversed([path, *path.parents]):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_mode & 0o077:
        with contextlib.suppress(OSError):  # a file system without permissions of its own
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
