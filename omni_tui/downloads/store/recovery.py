"""Recover the file that an earlier run of a job left: with its final name, or as a complete or half part.

All of it blocks: call it in a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from omni_tui.downloads.files.part_file import (
    CompletePart,
    move_to_free_name,
    remove_placeholder,
    report_file_errors,
    sync_folder,
)
from omni_tui.downloads.files.writer import SavedFile
from omni_tui.downloads.store.serialization import PartRecord
from omni_tui.options.file_names.sanitize import numbered


def recover(record: PartRecord) -> SavedFile | None:
    """Return the file if it was complete; else remove what is left and return None. Raises FileSaveError.

    A file that already got its name is found by device and inode, so that it isn't downloaded twice.
    """
    folder = record.part.parent
    if not folder.is_dir():
        return None
    with report_file_errors(folder):
        whole = record.whole
        path = (
            None
            if whole is None
            else _named(whole, folder) or _name_now(whole, folder) or _same_content(whole, folder)
        )
        if whole is None or path is None:
            _remove_ours(record.part)
            return None
        _remove_ours(record.part)
        sync_folder(folder)
    return SavedFile(path, whole.size, whole.sha256, record.tables)


def _named(whole: CompletePart, folder: Path) -> Path | None:
    """Return the file's path if it already got a name, or None."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            is_it = entry.inode() == whole.inode and path != whole.part and _is_it(path, whole)
            if is_it and _sha256(path) == whole.sha256:
                return path
    return None


def _name_now(whole: CompletePart, folder: Path) -> Path | None:
    """Rename the part if it is still the one that was checked; return its path, or None."""
    try:
        found = whole.part.lstat()
    except FileNotFoundError:
        return None
    if not _is_it(whole.part, whole) or _sha256(whole.part) != whole.sha256:
        return None
    remove_placeholder(whole.part, folder, numbered(whole.name))
    return move_to_free_name(whole.part, folder, numbered(whole.name), found)


def _same_content(whole: CompletePart, folder: Path) -> Path | None:
    """Return the path of a file with its name and content; on some file systems, inode numbers change."""
    for name in numbered(whole.name):
        path = folder / name
        try:
            found = path.lstat()
        except OSError:
            return None
        if stat.S_ISREG(found.st_mode) and found.st_size == whole.size and _sha256(path) == whole.sha256:
            return path
    return None


def _is_it(path: Path, whole: CompletePart) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and (found.st_dev, found.st_ino, found.st_size) == (
        whole.device,
        whole.inode,
        whole.size,
    )


def _sha256(path: Path) -> str:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_ours(part: Path) -> None:
    """Remove a part file, which has the job's tag in its name, if it is a regular file of this user."""
    with contextlib.suppress(FileNotFoundError):
        found = part.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
            part.unlink()
