"""What a file is called while it comes, and the part itself: created under a name that fits the file system.

It blocks: call it in a thread. Raises OSError.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

from omni_tui.options.file_names.sanitize import NAME_LIMIT_BYTES, PART_SUFFIX, ROOM_BYTES, numbered

# What eCryptfs leaves of a name; the shortest that is in use.
SHORT_NAME_BYTES = 143


def _name_limit_bytes(folder: Path) -> int:
    """How long a name may be there, as far as the file system says so."""
    try:
        return min(NAME_LIMIT_BYTES, os.pathconf(folder, "PC_NAME_MAX"))
    except (OSError, ValueError):
        return NAME_LIMIT_BYTES


def create_part(
    folder: Path, name: str, tag: str, will_create: Callable[[Path], None]
) -> tuple[str, Path, int]:
    """The file's name as it fits there, and a `.part` of our own for it: its path and its descriptor.

    A file system that takes only short names, and doesn't say so, is tried again with one.
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
    """The name, cut in front of its extension so that a number and `.part` fit behind it."""
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
    """One that is there already is somebody else's, and stays as it is."""
    for candidate in numbered(name):
        part = folder / part_name(candidate, tag, limit)
        will_create(part)
        with contextlib.suppress(FileExistsError):
            return part, os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    raise FileExistsError(errno.EEXIST, "every number is taken")


def part_name(name: str, tag: str, limit: int = NAME_LIMIT_BYTES) -> str:
    """What a file is called while it comes; the tag is whose it is, and a long name is cut to make room."""
    if not tag:
        return name + PART_SUFFIX
    suffix = f".{tag}{PART_SUFFIX}"
    return _cut(name, limit - len(suffix)) + suffix
