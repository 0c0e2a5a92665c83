"""Write downloaded files under safe names. Everything that a server sends reaches the disk through here.

A file is written as `NAME.part`, readable only by its owner, and gets its name when it is complete and
synced. An invalid file is kept as `NAME.broken`, also private. No file is ever replaced: if a name is taken,
` (2)` is appended. All of it blocks: call it in a thread.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from omni_tui.downloads.errors import FileSaveError, file_save_error
from omni_tui.downloads.files.folders import check_folder
from omni_tui.downloads.files.part_names import create_part
from omni_tui.downloads.job.models import Order
from omni_tui.formatting import sentences
from omni_tui.options.file_names.sanitize import (
    NAME_LIMIT_BYTES,
    ROOM_BYTES,
    encodable,
    numbered,
    safe_file_name,
)

# Appended to the name of an invalid file.
BROKEN_SUFFIX = ".broken"

# How many bytes are written before the system is asked to begin syncing them.
SYNC_BYTES = 16 * 1024 * 1024

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")


def file_name_for(order: Order, extension: str, proposed: str = "") -> str:
    """Return the name of an order's file, if that name is free.

    `proposed` is the server's proposal, used if the dashboard's name isn't known. A complete file name from
    the user is kept unchanged if the file system accepts it.
    """
    if order.file_name is None:
        wished = order.request.values.get("filename")
        name = wished or order.dashboard_name or proposed or order.request.dashboard_id
        return encodable(safe_file_name(str(name), extension))
    if _is_plain_component(order.file_name):
        return order.file_name
    stem, suffix = os.path.splitext(order.file_name)
    if _EXTENSION.fullmatch(suffix):
        return encodable(safe_file_name(stem, suffix[1:]))
    return encodable(safe_file_name(order.file_name))


@dataclass(frozen=True, slots=True)
class CompletePart:
    """A part file that is complete and synced, before it gets `name` or the next free one.

    `device` and `inode` identify the file under any name; `size` is in bytes, `sha256` in hex.
    """

    part: Path
    name: str
    device: int
    inode: int
    size: int
    sha256: str


class PartFile:
    """A file being written: `NAME.part` until `finish` renames it or `discard` removes it.

    With a `tag` it is `NAME.TAG.part`, which only its job uses. `will_create` is called with each path before
    it is tried. Every method blocks and raises FileSaveError. `sha256` (hex) and `size` (bytes) describe what
    was written so far.
    """

    def __init__(
        self, folder: Path, name: str, tag: str = "", will_create: Callable[[Path], None] = lambda path: None
    ) -> None:
        self.size = 0
        self._folder = folder
        self._sync_begun = 0  # the offset up to which syncing has begun
        self._hash = hashlib.sha256()
        self._finished: Path | None = None
        with report_file_errors(folder):
            self._name, self._part, self._descriptor = create_part(folder, name, tag, will_create)
            self._identity = os.fstat(self._descriptor)
            self._folder_descriptor = _opened_folder(folder)

    @property
    def sha256(self) -> str:
        """Return the hash of everything written, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append data."""
        with report_file_errors(self._folder):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(data)
        self.size += len(data)
        if self.size - self._sync_begun >= SYNC_BYTES:
            self._begin_to_sync()

    def _begin_to_sync(self) -> None:
        """Begin to sync while more data arrives, so that less is left for the end.

        Returns at once: on Linux, this advice starts the writing.
        """
        start, self._sync_begun = self._sync_begun, self.size
        if hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):
                os.posix_fadvise(self._descriptor, start, self.size - start, os.POSIX_FADV_DONTNEED)

    def finish(self, is_whole: Callable[[CompletePart], None] = lambda whole: None) -> Path:
        """Sync the file, then rename it to its name or the next free one; return its new path.

        `is_whole` is called in between, so that its caller can later find out whether it was renamed.
        """
        with report_file_errors(self._folder):
            with contextlib.suppress(OSError):  # some file systems keep modes of their own
                os.fchmod(self._descriptor, 0o666 & ~_umask())
            os.fsync(self._descriptor)
            self._check_still_ours()
            found = self._identity
            is_whole(CompletePart(self._part, self._name, found.st_dev, found.st_ino, self.size, self.sha256))
            self._finished = move_to_free_name(self._part, self._folder, numbered(self._name), self._identity)
            self._close()
            sync_folder(self._folder)
        return self._finished

    def reader(self) -> IO[bytes]:
        """Open what was written so far. Read and close it before calling anything else."""
        with report_file_errors(self._folder):
            file = os.fdopen(os.dup(self._descriptor), "rb")
            file.seek(0)
            return file

    def set_aside(self) -> Path:
        """Keep the file as `NAME.broken` or the next free name, still private; return its path."""
        with report_file_errors(self._folder):
            self._check_still_ours()
            names = (f"{name}{BROKEN_SUFFIX}" for name in numbered(self._name))
            self._finished = move_to_free_name(self._part, self._folder, names, self._identity)
            self._close()
        return self._finished

    def discard(self) -> None:
        """Remove the file under its current name. Does nothing if it was removed already."""
        path = self._finished or self._part
        try:
            if self._is_ours(path):
                path.unlink(missing_ok=True)
            elif self._folder_descriptor >= 0:
                self._discard_where_the_folder_is(path.name)
        except OSError as error:
            cause = file_save_error(error, self._folder)
            left = f"The unfinished {path} couldn't be removed."
            raise FileSaveError(sentences(cause.message, left), cause.hint) from error
        finally:
            self._close()

    def _discard_where_the_folder_is(self, name: str) -> None:
        """Remove the file if its folder was renamed."""
        with contextlib.suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=self._folder_descriptor, follow_symlinks=False)
            if os.path.samestat(found, self._identity):
                os.unlink(name, dir_fd=self._folder_descriptor)

    def _check_still_ours(self) -> None:
        """Raise FileSaveError if another file is in its place, which would get our name."""
        if not self._is_ours(self._part):
            check_folder(self._folder)
            raise _swapped(self._part)

    def _is_ours(self, path: Path) -> bool:
        try:
            return os.path.samestat(path.lstat(), self._identity)
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)
        if self._folder_descriptor >= 0:
            folder, self._folder_descriptor = self._folder_descriptor, -1
            os.close(folder)


def _swapped(part: Path) -> FileSaveError:
    return FileSaveError(
        f"{part.name} was removed or replaced while it was being written.", "Start the export again."
    )


def _opened_folder(folder: Path) -> int:
    """Open the folder, so that it's found even if it is renamed; return -1 if that isn't allowed."""
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return -1


def _is_plain_component(name: str) -> bool:
    """Return whether a name can be used unchanged: a single path component that isn't too long."""
    if name in {"", ".", ".."} or "\0" in name or "/" in name or os.sep in name:
        return False
    try:
        return len(os.fsencode(name)) <= NAME_LIMIT_BYTES - ROOM_BYTES
    except UnicodeEncodeError:
        return False


# The errors of file systems without hard links (FAT, some network and FUSE ones).
_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def move_to_free_name(part: Path, folder: Path, names: Iterable[str], expected: os.stat_result) -> Path:
    """Move the part to the first free name. Hard links are used because a rename would replace a file.

    Raises FileSaveError if the moved file isn't the `expected` one, because the part was replaced after it
    was checked. Then the name is removed again.
    """
    for candidate in names:
        path = folder / candidate
        with contextlib.suppress(FileExistsError):
            try:
                os.link(part, path)
            except OSError as error:
                if error.errno not in _NO_HARD_LINKS:
                    raise
                _replace_placeholder(part, path)
                _check_named(part, path, expected)
            else:
                _check_named(part, path, expected)
                part.unlink()
            return path
    raise FileExistsError(errno.EEXIST, "all numbered names are taken")


def _check_named(part: Path, path: Path, expected: os.stat_result) -> None:
    found = path.lstat()
    if (found.st_dev, found.st_ino) != (expected.st_dev, expected.st_ino):
        path.unlink(missing_ok=True)
        raise _swapped(part)


def _replace_placeholder(part: Path, path: Path) -> None:
    """Move the part without hard links: reserve the name with a placeholder, then replace that.

    Raises FileExistsError if the name is taken.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with contextlib.suppress(OSError):  # a full disk: an empty one reserves the name, too
            os.write(descriptor, _placeholder(part))
        os.close(descriptor)
        os.replace(part, path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _placeholder(part: Path) -> bytes:
    """Return the content of a placeholder, by which `remove_placeholder` knows it."""
    return b"omni-tui is saving " + os.fsencode(part.name) + b"\n"


def remove_placeholder(part: Path, folder: Path, names: Iterable[str]) -> None:
    """Remove the placeholder that a killed program left for the part under one of these names, if any."""
    content = _placeholder(part)
    for name in names:
        path = folder / name
        try:
            found = path.lstat()
            is_small = stat.S_ISREG(found.st_mode) and found.st_size == len(content)
            is_it = is_small and path.read_bytes() == content
        except FileNotFoundError:
            return
        except OSError:  # another user's file
            continue
        if is_it:
            path.unlink()
            return


# The errors of file systems that can't sync a folder, and of folders that can't be listed.
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that new names survive a crash. Raises OSError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


_UMASK_LOCK = threading.Lock()


def _umask() -> int:
    """Return the process's umask. Reading it means setting it, so briefly set the strictest one."""
    with _UMASK_LOCK:
        mask = os.umask(0o077)
        os.umask(mask)
    return mask


@contextlib.contextmanager
def report_file_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError in the block into a FileSaveError about that folder."""
    try:
        yield
    except OSError as error:
        raise file_save_error(error, folder) from error
