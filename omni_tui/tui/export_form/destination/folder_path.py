"""Parses, checks and completes folders as they are typed."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterable
from pathlib import Path

from omni_tui.downloads.errors import file_save_error
from omni_tui.downloads.files.folders import folder_error, nearest_folder
from omni_tui.formatting import display_path, plain_line
from omni_tui.options.file_names.sanitize import NAME_LIMIT_BYTES
from omni_tui.options.spec import Fix, Problem, Severity

# The field of the folder's problems.
FOLDER_FIELD = "folder"
CREATE_FOLDER = Fix("create the folder")

# Limits for reading a folder; names beyond them aren't suggested.
MAX_SECONDS = 2.0
MAX_NAMES = 10_000
# The time limit is checked once per this many names.
NAMES_PER_CHECK = 500


def typed_folder(text: str) -> Path:
    """Return the folder a text means: `~` is the home folder, a relative path is in the current folder.

    An unknown home folder (`~somebody`) stays relative, and `folder_problem` reports it.
    """
    typed = text.strip()
    if typed == "~" or typed.startswith("~/"):
        return Path(os.path.expanduser(typed))
    if typed.startswith("~"):  # another user's home: looking it up may need a server
        return Path(typed)
    try:
        return Path.cwd() / typed
    except OSError:  # the current folder is gone
        return Path(typed)


def folder_problem(folder: Path) -> Problem | None:
    """Return why nothing can be saved in a folder, or None. Reads the disk, so it blocks; raises nothing.

    A missing folder that can be created has the fix CREATE_FOLDER, which sets no option.
    """
    if not folder.is_absolute():
        return _problem("Can't find that folder. Enter the full path, starting with /.")
    if any(len(os.fsencode(part.encode(errors="replace"))) > NAME_LIMIT_BYTES for part in folder.parts):
        return _problem("The folder's name is too long. Choose another folder.")
    error = folder_error(folder)
    if error is None:
        return None
    if error.errno == errno.ENOENT:
        return _missing(folder)
    about = nearest_folder(folder) if error.errno == errno.ENOTDIR else folder
    return _problem(str(file_save_error(error, Path(display_path(about)))))


def _missing(folder: Path) -> Problem:
    near = nearest_folder(folder)
    error = folder_error(near)
    if error is None:
        return _problem(f"{display_path(folder)} doesn't exist yet.", CREATE_FOLDER)
    if error.errno == errno.ENOENT:
        return _problem(f"{display_path(near)} links to a folder that doesn't exist. Choose another folder.")
    why = f"{display_path(folder)} doesn't exist, and you can't create folders in {display_path(near)}."
    return _problem(f"{why} Choose another folder.")


def _problem(message: str, fix: Fix | None = None) -> Problem:
    return Problem(FOLDER_FIELD, Severity.ERROR, message, fix)


def folders_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the folders in a folder, sorted; none if it can't be read. Blocks.

    Names with line breaks, escape codes or direction marks are left out.
    """
    names: list[str] = []
    end = time.monotonic() + MAX_SECONDS
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries, 1):
                if _is_folder(entry) and plain_line(entry.name) == entry.name:
                    names.append(entry.name)
                if number % NAMES_PER_CHECK == 0 and (len(names) >= MAX_NAMES or time.monotonic() > end):
                    break
    except (OSError, ValueError):
        return ()
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def best_name(names: Iterable[str], typed: str) -> str:
    """Return the best name that starts with what was typed, preferably exactly it; empty if none does.

    A match with the same case is better. Hidden names match only if the dot was typed.
    """
    folded, count = typed.casefold(), len(typed)
    matches = [name for name in names if len(name) >= count and name[:count].casefold() == folded]
    visible = [name for name in matches if typed.startswith(".") or not name.startswith(".")]
    return min(visible, key=lambda name: (name != typed, not name.startswith(typed)), default="")
