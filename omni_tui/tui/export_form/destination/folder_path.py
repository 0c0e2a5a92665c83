"""Folders as people type them: what is meant, what is wrong with it, and which names could follow."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterable
from pathlib import Path

from omni_tui.downloads.errors import file_save_error
from omni_tui.downloads.files.folders import folder_error, nearest_folder
from omni_tui.formatting import path_words, plain_line
from omni_tui.options.file_names.sanitize import NAME_LIMIT_BYTES
from omni_tui.options.spec import Fix, Problem, Severity

# Where problems of the folder stand.
FOLDER_FIELD = "folder"
MAKE_FOLDER = Fix("make the folder")

# A folder is read for no longer, and no more names of it are kept: the rest has to be typed.
MOST_SECONDS = 2.0
MOST_NAMES = 10_000
# The clock is looked at once in so many names.
NAMES_A_LOOK = 500


def typed_folder(text: str) -> Path:
    """The folder that is meant: `~` is the home folder, and what begins nowhere begins in the current one.

    A home that is not known (`~somebody`) stays as it is, and is not absolute; `folder_problem` says so.
    """
    typed = text.strip()
    if typed == "~" or typed.startswith("~/"):
        return Path(os.path.expanduser(typed))
    if typed.startswith("~"):  # another's home: to look it up may take a server's time
        return Path(typed)
    try:
        return Path.cwd() / typed
    except OSError:  # the current folder is gone
        return Path(typed)


def folder_problem(folder: Path) -> Problem | None:
    """Why nothing can be saved there, in words, under `folder`. Blocks, as it asks the disk; never raises.

    A folder that is not there and can be made comes with the fix MAKE_FOLDER, which sets nothing.
    """
    if not folder.is_absolute():
        return _problem(f"{folder} is not a folder that can be found from here. Write it out, from / on.")
    if any(len(os.fsencode(part.encode(errors="replace"))) > NAME_LIMIT_BYTES for part in folder.parts):
        return _problem("The name of this folder is too long. Choose another folder.")
    error = folder_error(folder)
    if error is None:
        return None
    if error.errno == errno.ENOENT:
        return _missing(folder)
    about = nearest_folder(folder) if error.errno == errno.ENOTDIR else folder
    return _problem(str(file_save_error(error, Path(path_words(about)))))


def _missing(folder: Path) -> Problem:
    near = nearest_folder(folder)
    error = folder_error(near)
    if error is None:
        return _problem(f"There is no folder {path_words(folder)} yet.", MAKE_FOLDER)
    if error.errno == errno.ENOENT:
        return _problem(f"{path_words(near)} is a link to a folder that is not there. Choose another folder.")
    why = f"There is no folder {path_words(folder)}, and you may not make one in {path_words(near)}."
    return _problem(f"{why} Choose another folder.")


def _problem(message: str, fix: Fix | None = None) -> Problem:
    return Problem(FOLDER_FIELD, Severity.ERROR, message, fix)


def folders_in(folder: Path) -> tuple[str, ...]:
    """The names of the folders in a folder, in alphabetical order; none where it cannot be read. Blocks.

    Left out are names that cannot be shown as they are: with line breaks, escape codes or direction marks.
    """
    names: list[str] = []
    end = time.monotonic() + MOST_SECONDS
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries, 1):
                if _is_folder(entry) and plain_line(entry.name) == entry.name:
                    names.append(entry.name)
                if number % NAMES_A_LOOK == 0 and (len(names) >= MOST_NAMES or time.monotonic() > end):
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
    """The name that goes on from what was typed, best of all that name itself; empty when none does.

    Case counts only where it makes a difference; hidden names are for those who type the dot.
    """
    if not typed:
        return ""
    folded, best = typed.casefold(), ""
    for name in names:
        if name.startswith(".") and not typed.startswith("."):
            continue
        if name == typed:
            return name
        begin = name[: len(typed)]
        goes_on = len(begin) == len(typed) and begin.casefold() == folded
        if goes_on and (not best or (begin == typed and not best.startswith(typed))):
            best = name
    return best
