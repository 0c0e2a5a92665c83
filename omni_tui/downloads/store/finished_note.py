"""Notes beside a finished file that identify it while the download list can't be saved.

A note is named like the part file with another extension, is private, and is removed once the list is saved.
All of it blocks: call it in a thread.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from omni_tui.downloads.store.serialization import UNREADABLE, PartRecord, part_from, part_text
from omni_tui.options.file_names.sanitize import PART_SUFFIX

NOTE_SUFFIX = ".done"
# The longest note that is read; a note has two paths and the tables' names.
MAX_BYTES = 256 * 1024


def write_note(record: PartRecord) -> Path | None:
    """Write a note; return its path, or None if the folder can't be written either."""
    path = note_of(record)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    remove_note(path)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            file.write(part_text(record))
    except OSError:
        remove_note(path)  # on a full disk, it's there and incomplete
        return None
    return path


def read_note(folder: Path, tag: str) -> PartRecord | None:
    """Return the record in the note with that tag in a folder, or None if there is no trustworthy one."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(f".{tag}{NOTE_SUFFIX}")]
    except OSError:
        return None
    return next(filter(None, (_read(folder / name) for name in sorted(names))), None)


def remove_note(path: Path) -> None:
    """Remove a note of ours, if it exists."""
    with contextlib.suppress(OSError):
        if _is_ours(path.lstat()):
            path.unlink()


def note_of(record: PartRecord) -> Path:
    """Return the path of a part file's note."""
    return record.part.with_name(record.part.name.removesuffix(PART_SUFFIX) + NOTE_SUFFIX)


def _read(path: Path) -> PartRecord | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not _is_ours(os.fstat(handle)):
                return None
            record = part_from(file.read(MAX_BYTES).decode())
    except (OSError, *UNREADABLE):
        return None
    return record if record.part.parent == path.parent and record.whole is not None else None


def _is_ours(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid()
