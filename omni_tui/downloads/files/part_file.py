"""Names that are safe and files that are whole: the only door from a server's text and bytes to the disk.

A file is written as `NAME.part`, private to its owner, and gets its name when it is whole and on the disk;
one that is found wrong is kept as `NAME.broken`, as private.
Nothing here replaces a file: a name that is taken gets ` (2)` appended. It all blocks: call it in a thread.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from omni_tui.downloads.errors import FileSaveError, file_save_error
from omni_tui.downloads.files.file_names import create_part
from omni_tui.downloads.files.folders import check_folder
from omni_tui.downloads.job.models import Order
from omni_tui.formatting import sentences
from omni_tui.options.file_names.sanitize import (
    NAME_LIMIT_BYTES,
    ROOM_BYTES,
    encodable,
    numbered,
    safe_file_name,
)

# What a file that was found wrong is called, behind the name that it would have had.
BROKEN_SUFFIX = ".broken"

# So much is written before the disk is told to begin with it.
SYNC_BYTES = 16 * 1024 * 1024

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")


def file_name_for(order: Order, extension: str, proposed: str = "") -> str:
    """The name that an order's file gets when nothing of that name is there yet.

    `proposed` is the server's word for it, which counts when the dashboard's name is not known to us.
    A name that was typed as a whole stays as it was typed where the system can take it.
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
class WholePart:
    """A part that is whole and on the disk, before it gets `name` or the next free one.

    `device` and `inode` say which file it is, under whatever name; `size` is in bytes, `sha256` in hex.
    """

    part: Path
    name: str
    device: int
    inode: int
    size: int
    sha256: str


class PartFile:
    """A file on its way: `NAME.part` until `finish` gives it its name, gone after `discard`.

    With a `tag` it is `NAME.TAG.part`, which nobody else uses; `will_create` hears of each path before it is
    tried. Every method blocks, and raises FileSaveError. `sha256` (hex) and `size` (bytes) tell of what was
    written.
    """

    def __init__(
        self, folder: Path, name: str, tag: str = "", will_create: Callable[[Path], None] = lambda path: None
    ) -> None:
        self.size = 0
        self._folder = folder
        self._begun_to_sync = 0  # up to where
        self._hash = hashlib.sha256()
        self._finished: Path | None = None
        with in_words(folder):
            self._name, self._part, self._descriptor = create_part(folder, name, tag, will_create)
            self._identity = os.fstat(self._descriptor)
            self._folder_descriptor = _opened_folder(folder)

    @property
    def sha256(self) -> str:
        """The hash of all that was written, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append."""
        with in_words(self._folder):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(data)
        self.size += len(data)
        if self.size - self._begun_to_sync >= SYNC_BYTES:
            self._begin_to_sync()

    def _begin_to_sync(self) -> None:
        """Have what was written brought to the disk while more comes, so that less is left for the end.

        Nothing is waited for: that this advice begins the writing is how Linux takes it.
        """
        start, self._begun_to_sync = self._begun_to_sync, self.size
        if hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):
                os.posix_fadvise(self._descriptor, start, self.size - start, os.POSIX_FADV_DONTNEED)

    def finish(self, is_whole: Callable[[WholePart], None] = lambda whole: None) -> Path:
        """Bring it to the disk, then give it its name or the next free one; the path it has now.

        `is_whole` is told in between: whoever writes that down can tell later whether it got its name.
        """
        with in_words(self._folder):
            with contextlib.suppress(OSError):  # some file systems keep modes of their own
                os.fchmod(self._descriptor, 0o666 & ~_umask())
            os.fsync(self._descriptor)
            self._check_still_ours()
            found = self._identity
            is_whole(WholePart(self._part, self._name, found.st_dev, found.st_ino, self.size, self.sha256))
            self._finished = give_name(self._part, self._folder, numbered(self._name), self._identity)
            self._close()
            sync_folder(self._folder)
        return self._finished

    def reader(self) -> IO[bytes]:
        """All that was written so far, to be read and closed before anything else is done."""
        with in_words(self._folder):
            file = os.fdopen(os.dup(self._descriptor), "rb")
            file.seek(0)
            return file

    def set_aside(self) -> Path:
        """Keep it as `NAME.broken`, or the next free name of that kind, private as it is; that path."""
        with in_words(self._folder):
            self._check_still_ours()
            names = (f"{name}{BROKEN_SUFFIX}" for name in numbered(self._name))
            self._finished = give_name(self._part, self._folder, names, self._identity)
            self._close()
        return self._finished

    def discard(self) -> None:
        """Remove it, under whichever name it has. Does nothing when somebody else removed it."""
        path = self._finished or self._part
        try:
            if self._is_ours(path):
                path.unlink(missing_ok=True)
            elif self._folder_descriptor >= 0:
                self._discard_where_the_folder_is(path.name)
        except OSError as error:
            trouble = file_save_error(error, self._folder)
            left = f"The unfinished {path} could not be removed."
            raise FileSaveError(sentences(trouble.message, left), trouble.hint) from error
        finally:
            self._close()

    def _discard_where_the_folder_is(self, name: str) -> None:
        """The folder may have another name by now."""
        with contextlib.suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=self._folder_descriptor, follow_symlinks=False)
            if os.path.samestat(found, self._identity):
                os.unlink(name, dir_fd=self._folder_descriptor)

    def _check_still_ours(self) -> None:
        """Somebody may have put another file in its place, and it would get our name."""
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
        f"{part.name} was removed or replaced while it was written.", "Start the export again."
    )


def _opened_folder(folder: Path) -> int:
    """The folder under whatever name it will have; -1 for one that may not be opened."""
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return -1


def _is_plain_component(name: str) -> bool:
    """Whether a name that the user typed can stay as it is: one component that fits."""
    if name in {"", ".", ".."} or "\0" in name or "/" in name or os.sep in name:
        return False
    try:
        return len(os.fsencode(name)) <= NAME_LIMIT_BYTES - ROOM_BYTES
    except UnicodeEncodeError:
        return False


# A file system without hard links (FAT, some network and FUSE ones) says so in one of these ways.
_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def give_name(part: Path, folder: Path, names: Iterable[str], expected: os.stat_result) -> Path:
    """Move the part to the first free name. A link fails where a file is; a rename would replace it.

    Raises FileSaveError if what got the name is not the `expected` file: somebody has swapped the part since
    it was checked, and their file loses our name again.
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
    raise FileExistsError(errno.EEXIST, "every number is taken")


def _check_named(part: Path, path: Path, expected: os.stat_result) -> None:
    found = path.lstat()
    if (found.st_dev, found.st_ino) != (expected.st_dev, expected.st_ino):
        path.unlink(missing_ok=True)
        raise _swapped(part)


def _replace_placeholder(part: Path, path: Path) -> None:
    """Without hard links: claim the name with an empty file of our own, which only we replace.

    Creating it is what fails where a file is. Whoever else wants the name from then on finds it taken.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        os.replace(part, path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


# Some file systems cannot sync a folder, and one that may not be listed cannot be opened for it.
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}


def sync_folder(folder: Path) -> None:
    """Bring new names in a folder to the disk too. Raises OSError."""
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
    """The process's umask. It can only be read by setting it: for a moment, to the strictest there is."""
    with _UMASK_LOCK:
        mask = os.umask(0o077)
        os.umask(mask)
    return mask


@contextlib.contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Inside, an OSError becomes a FileSaveError about that folder."""
    try:
        yield
    except OSError as error:
        raise file_save_error(error, folder) from error
