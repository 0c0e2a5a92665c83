"""Check whether saved files are unchanged, changed, moved or deleted.

Blocks, for long on a slow network folder: call it in a thread that nobody waits for.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from omni_tui.downloads.job.models import Job, JobState

# How many files one check looks at, newest downloads first, and how many bytes it reads in all.
MAX_FILES = 1_000
MAX_READ_BYTES = 1024**3
# How many entries are checked in each folder that a file may have been moved to.
MAX_ENTRIES = 10_000
_PIECE_BYTES = 1024 * 1024
# A file's change time, which no program can set, may be so much later than the end of its download: file
# servers have clocks of their own. After that its content is read and compared.
_CLOCK_SECONDS = 2.0


class FileState(StrEnum):
    """The state of a saved file; the value is shown to the user."""

    SAME = "same"
    CHANGED = "changed"  # other content than was saved
    MOVED = "moved"  # the same content is now under another name
    DELETED = "deleted"
    UNKNOWN = "unknown"  # it can't be read, or there was too much to read


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The state of a saved file and where it is now; `path` is None for a deleted file."""

    state: FileState
    path: Path | None = None

    @property
    def is_noted(self) -> bool:
        """Whether to tell the user about it."""
        return self.state in (FileState.CHANGED, FileState.MOVED, FileState.DELETED)


@dataclass(slots=True)
class FileChecker:
    """Checks saved files repeatedly; reads a file again only if it has changed.

    `folders` are searched for files that were moved, besides the folder that a file was in.
    """

    folders: tuple[Path, ...] = ()
    most_read_bytes: int = MAX_READ_BYTES
    _hashes: dict[tuple[int, int, int, int], str] = field(default_factory=dict)
    """Hashes by device, inode, size and change time."""
    _left_bytes: int = 0

    def check(
        self, jobs: Iterable[Job], is_wanted: Callable[[], bool] = lambda: True
    ) -> Iterator[tuple[str, FileCheck]]:
        """Return the state of each saved file by its download's ID, newest download first.

        `jobs` are oldest first. Stops between two files if `is_wanted` returns False.
        """
        self._left_bytes = self.most_read_bytes
        saved = [job for job in jobs if job.state is JobState.DONE and job.path is not None]
        listed: dict[Path, dict[int, list[Path]]] = {}
        for job in saved[: -MAX_FILES - 1 : -1]:
            if not is_wanted():
                return
            if job.path is not None:
                yield job.id, self._check(job, job.path, listed)

    def _check(self, job: Job, path: Path, listed: dict[Path, dict[int, list[Path]]]) -> FileCheck:
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            moved_to = self._find(job, path, listed)
            return FileCheck(FileState.DELETED) if moved_to is None else FileCheck(FileState.MOVED, moved_to)
        except (OSError, ValueError):
            return FileCheck(FileState.UNKNOWN, path)
        if not stat.S_ISREG(found.st_mode) or found.st_size != job.bytes_received:
            return FileCheck(FileState.CHANGED, path)
        if job.sha256 is None or found.st_ctime <= (job.ended_at or 0.0) + _CLOCK_SECONDS:
            return FileCheck(FileState.SAME, path)
        sha256 = self._hash(path, found)
        if sha256 is None:
            return FileCheck(FileState.UNKNOWN, path)
        return FileCheck(FileState.SAME if sha256 == job.sha256 else FileState.CHANGED, path)

    def _find(self, job: Job, path: Path, listed: dict[Path, dict[int, list[Path]]]) -> Path | None:
        """Return where a file with the same content is, in its folder or one of `folders`."""
        if job.sha256 is None:
            return None
        for folder in dict.fromkeys((path.parent, *self.folders)):
            if folder not in listed:
                listed[folder] = _by_size(folder)
            for candidate in listed[folder].get(job.bytes_received, ()):
                with contextlib.suppress(OSError):
                    if self._hash(candidate, candidate.stat()) == job.sha256:
                        return candidate
        return None

    def _hash(self, path: Path, found: os.stat_result) -> str | None:
        """Return the SHA-256 of a regular file; None if it can't be read, or after too many bytes."""
        key = (found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns)
        if key not in self._hashes:
            if found.st_size > self._left_bytes:
                return None
            self._left_bytes -= found.st_size
            try:
                self._hashes[key] = _sha256(path, found.st_size)
            except OSError:
                return None
        return self._hashes[key]


def _sha256(path: Path, size: int) -> str:
    """Hash at most `size` bytes: a file that grows meanwhile has another hash anyway."""
    hash_ = hashlib.sha256()
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb", buffering=0) as file:
        left = size
        while left > 0 and (piece := file.read(min(left, _PIECE_BYTES))):
            hash_.update(piece)
            left -= len(piece)
    return hash_.hexdigest()


def _by_size(folder: Path) -> dict[int, list[Path]]:
    """Return the regular files of a folder by size, without those that can't be read."""
    files: dict[int, list[Path]] = {}
    with contextlib.suppress(OSError, ValueError), os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= MAX_ENTRIES:
                break
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    files.setdefault(entry.stat(follow_symlinks=False).st_size, []).append(Path(entry.path))
    return files
