"""Whether somebody else could have written a file of ours: what it says is then not the user's own word."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A file, or a folder above it, that others can write; `fix` is what to do about it, an imperative."""

    path: Path
    fix: str


def opening_to_others(path: Path, file_state: os.stat_result) -> Opening | None:
    """The first of the file and all folders above it that others can write, or None.

    Root counts as nobody else, and so does a group of the user's own (as many systems make one for each
    user). A folder with the sticky bit is fine: only a file's owner can replace it. Of a link both its own
    folders and those of its target count. `file_state` is what the open file has, so that it can't be
    swapped between this look and the reading.
    """
    if fix := _fix_for(path, file_state, is_folder=False):
        return Opening(path, fix)
    try:
        target = path.resolve()
        folders = dict.fromkeys([*Path(os.path.abspath(path)).parents, *target.parents])
        for folder in folders:
            if fix := _fix_for(folder, folder.stat(), is_folder=True):
                return Opening(folder, fix)
    except (OSError, RuntimeError):
        return Opening(path.parent, f"Check who can write {path.parent}.")
    return None


def _fix_for(path: Path, state: os.stat_result, *, is_folder: bool) -> str:
    """What would close a path to others; empty if it is closed."""
    me = os.geteuid()
    if state.st_uid not in (me, _ROOT):
        return f"{path} belongs to another user (ID {state.st_uid}). Make it yours."
    if is_folder and state.st_mode & stat.S_ISVTX:
        return ""
    by_group = bool(state.st_mode & stat.S_IWGRP) and not _is_own_group(state.st_gid)
    if by_group or state.st_mode & stat.S_IWOTH:
        return f"Run: chmod go-w {path}"
    return ""


def _is_own_group(group_id: int) -> bool:
    """Whether a group is the user's private one: root's, or of the user's name and without other members."""
    import grp
    import pwd

    if group_id == _ROOT:
        return True
    try:
        group, user = grp.getgrgid(group_id), pwd.getpwuid(os.geteuid())
    except (KeyError, OSError):
        return False
    return (
        group.gr_gid == user.pw_gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
    )
