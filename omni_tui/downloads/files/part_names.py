"""Create part files under names that fit the file system's limits.

Characters that aren't safe were removed before, by `options/file_names/sanitize`.
All of it blocks: call it in a thread. Raises OSError.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

from omni_tui.options.file_names.sanitize import NAME_LIMIT_BYTES, PART_SUFFIX, ROOM_BYTES, numbered

# The name limit of eCryptfs, the shortest in use.
SHORT_NAME_BYTES = 143


def _name_limit_bytes(folder: Path) -> int:
    """Return how long a name may be in a folder, as far as the file system reports it."""
    try:
        return min(NAME_LIMIT_BYTES, os.pathconf(folder, "PC_NAME_MAX"))
    except (OSError, ValueError):
        return NAME_LIMIT_BYTES


def create_part(
    folder: Path, name: str, tag: str, will_create: Callable[[Path], None]
) -> tuple[str, Path, int]:
    """Create a new part file; return the file's name, shortened to fit, and the part's path and descriptor.

    If the file system turns out to accept only short names, it is tried again with one.
    """
    limit = _name_limit_bytes(folder)
    try:
        fitting = _fitting(name, limit)
        return (fitting, *_new_part(folder, fitting, tag, will_create, limit))
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG or limit <= SHORT_NAME_BYTES:
            raise
    fitting = _fitting(name, SHORT_NAME_BYTES)
    return (fitting, *_new_part(folder, fitting, tag, will_create, SHORT_NAME_BYTES))


def _fitting(name: str, limit: int) -> str:
    """Return the name, shortened before its extension so that a number and `.part` can be appended."""
    room = limit - ROOM_BYTES
    if limit >= NAME_LIMIT_BYTES or len(os.fsencode(name)) <= room:
        return name
    stem, suffix = os.path.splitext(name)
    return _cut(stem, room - len(os.fsencode(suffix))).rstrip(" .") + suffix


def _cut(text: str, most_bytes: int) -> str:
    while len(os.fsencode(text)) > most_bytes:
        text = text[:-1]
    return text


def _new_part(
    folder: Path, name: str, tag: str, will_create: Callable[[Path], None], limit: int
) -> tuple[Path, int]:
    """Create the part under the first free name; an existing file is never opened."""
    for candidate in numbered(name):
        part = folder / part_name(candidate, tag, limit)
        will_create(part)
        with contextlib.suppress(FileExistsError):
            return part, os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    raise FileExistsError(errno.EEXIST, "all numbered names are taken")


def part_name(name: str, tag: str, limit: int = NAME_LIMIT_BYTES) -> str:
    """Return a part file's name; the tag identifies its job, and a long name is shortened to make room."""
    if not tag:
        return name + PART_SUFFIX
    suffix = f".{tag}{PART_SUFFIX}"
    return _cut(name, limit - len(suffix)) + suffix
