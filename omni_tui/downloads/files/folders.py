"""Check folders before files are written to them, and create folders.

All of it blocks: call it in a thread.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from omni_tui.downloads.errors import file_save_error, not_created


def folder_error(folder: Path) -> OSError | None:
    """Return why files can't be written to a folder, or None if they can."""
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except OSError as error:
        return error
    except ValueError:  # an invalid name: with a NUL, or half a surrogate pair
        return OSError(errno.EINVAL, "")
    if not is_folder:
        return NotADirectoryError(errno.ENOTDIR, "")
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    return OSError(errno.EROFS, "") if _is_read_only(folder) else PermissionError(errno.EACCES, "")


def _is_read_only(folder: Path) -> bool:
    """Return whether the whole file system is read-only, so that no permission helps."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def check_folder(folder: Path) -> None:
    """Raise FileSaveError if files can't be written there. Call it before an export is started."""
    error = folder_error(folder)
    if error is not None:
        raise file_save_error(error, folder) from error


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, with the umask's permissions. Raises FileSaveError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file, or a broken link
        raise file_save_error(NotADirectoryError(errno.ENOTDIR, ""), folder) from error
    except FileNotFoundError as error:  # the parent exists but takes no folders
        raise not_created(error, folder) from error
    except OSError as error:
        raise file_save_error(error, nearest_folder(folder)) from error
    except ValueError as error:
        raise file_save_error(OSError(errno.EINVAL, ""), folder) from error


def nearest_folder(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists."""
    return next((path for path in (folder, *folder.parents) if os.path.lexists(path)), folder)
