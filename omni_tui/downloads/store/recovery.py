"""What an earlier life of a job has left on the disk: a file with its name already, a whole one, a half one.

It blocks: call it in a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from omni_tui.downloads.files.part_file import WholePart, move_to_free_name, report_file_errors, sync_folder
from omni_tui.downloads.files.writer import SavedFile
from omni_tui.downloads.store.serialization import PartRecord
from omni_tui.options.file_names.sanitize import numbered

_PIECE_BYTES = 1024 * 1024


def recover(record: PartRecord) -> SavedFile | None:
    """The file, where all of it had come; else None, and what was left of it is gone. Raises FileSaveError.

    A file that was given its name before the end is found by its identity, so that it does not come twice.
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


def _named(whole: WholePart, folder: Path) -> Path | None:
    """Where the file is by now, if it got a name."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            is_it = entry.inode() == whole.inode and path != whole.part and _is_it(path, whole)
            if is_it and _sha256(path) == whole.sha256:
                return path
    return None


def _name_now(whole: WholePart, folder: Path) -> Path | None:
    """Give the part its name, if it is still the one that was checked."""
    try:
        found = whole.part.lstat()
    except FileNotFoundError:
        return None
    if not _is_it(whole.part, whole) or _sha256(whole.part) != whole.sha256:
        return None
    return move_to_free_name(whole.part, folder, numbered(whole.name), found)


def _same_content(whole: WholePart, folder: Path) -> Path | None:
    """Where a file of its name and content is: some file systems number their files anew."""
    for name in numbered(whole.name):
        path = folder / name
        try:
            found = path.lstat()
        except OSError:
            return None
        if stat.S_ISREG(found.st_mode) and found.st_size == whole.size and _sha256(path) == whole.sha256:
            return path
    return None


def _is_it(path: Path, whole: WholePart) -> bool:
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
    hashed = hashlib.sha256()
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as file:
        while piece := file.read(_PIECE_BYTES):
            hashed.update(piece)
    return hashed.hexdigest()


def _remove_ours(part: Path) -> None:
    """The tag in its name is the job's: a file of ours, unless it is no plain file or another user's."""
    with contextlib.suppress(FileNotFoundError):
        found = part.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
            part.unlink()
