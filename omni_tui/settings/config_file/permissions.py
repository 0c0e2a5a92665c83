"""Find out whether other users can change our settings file, so that its contents can't be trusted."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_ROOT = 0


@dataclass(frozen=True, slots=True)
class WritableByOthers:
    """A file or a parent folder that others can write; `fix` is what to do about it, an imperative."""

    path: Path
    fix: str


def find_writable_by_others(path: Path, file_state: os.stat_result) -> WritableByOthers | None:
    """Return the file or the first parent folder that others can write, or None.

    Root doesn't count as another user, nor does the user's private group. A folder with the sticky bit is
    safe, because only a file's owner can replace it. For a link, its own folders and its target's are
    checked. `file_state` is the open file's state, so that the file can't be swapped after the check.
    """
    if fix := _fix_for(path, file_state, is_folder=False):
        return WritableByOthers(path, fix)
    try:
        target = path.resolve()
        folders = dict.fromkeys([*Path(os.path.abspath(path)).parents, *target.parents])
        for folder in folders:
            if fix := _fix_for(folder, folder.stat(), is_folder=True):
                return WritableByOthers(folder, fix)
    except (OSError, RuntimeError):
        return WritableByOthers(path.parent, f"Check who can write {path.parent}.")
    return None


def _fix_for(path: Path, state: os.stat_result, *, is_folder: bool) -> str:
    """Return how to protect a path from others; empty if it is protected."""
    me = os.geteuid()
    if state.st_uid not in (me, _ROOT):
        return f"{path} belongs to another user (ID {state.st_uid}). Change its owner."
    if is_folder and state.st_mode & stat.S_ISVTX:
        return ""
    by_group = bool(state.st_mode & stat.S_IWGRP) and not _is_own_group(state.st_gid)
    if by_group or state.st_mode & stat.S_IWOTH:
        return f"Run: chmod go-w {path}"
    return ""


def _is_own_group(group_id: int) -> bool:
    """Return whether a group is private: root's, or one with the user's name and no other members."""
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
