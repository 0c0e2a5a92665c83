"""Read our settings file, `config.toml`; check it for unknown names, and for users who can change it."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omni_tui.settings.errors import SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.shared_files import read_regular
from omni_tui.settings.toml_lines import line_of, lines_of_keys, syntax_error
from omni_tui.suggestions import did_you_mean

PROFILES = "profiles"
DEFAULT_PROFILE = "default_profile"
MAX_BYTES = 1024 * 1024
_ROOT = 0


@dataclass(frozen=True, slots=True)
class WritableByOthers:
    """A file or a parent folder that others can write; `fix` is what to do about it, an imperative."""

    path: Path
    fix: str


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The content of `config.toml`: `shared` settings for all profiles, and the profiles' own by name."""

    path: Path
    text: str = ""
    shared: Mapping[str, Any] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default_profile: str = ""
    opening: WritableByOthers | None = None
    """The file or folder whose permissions let others change the file, if any."""
    is_readable_by_others: bool = False

    def error(self, keys: tuple[str, ...], message: str, hint: str = "") -> SettingsError:
        """Return an error about a key, with its line. `keys` is its full path, with its tables."""
        line = line_of(keys, lines_of_keys(self.text))
        place = f"{self.path}, line {line}" if line else f"{self.path}"
        return SettingsError(f"{place}: {message}", hint)

    def notices(self) -> tuple[str, ...]:
        """Return notices if others can read the tokens in the file, or change it."""
        notices = []
        has_token = any("api_token" in values for values in (self.shared, *self.profiles.values()))
        if self.is_readable_by_others and has_token:
            notices.append(f"Others can read the API key in {self.path}. Run: chmod 600 {self.path}")
        if self.opening is not None:
            notices.append(f"Others can change {self.path}. {self.opening.fix}")
        return tuple(notices)


def read_config_file(known: frozenset[str]) -> ConfigFile:
    """Read `config.toml`; a missing one is empty. `known` are the names of all settings.

    Raises SettingsError, with the line if known, for a file that can't be read or parsed.
    """
    path = config_folder() / "config.toml"
    try:
        data, state = read_regular(path, MAX_BYTES)
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        return ConfigFile(path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        raise SettingsError(f"{path} can't be read: {why}.") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(path, error) from None
    except (ValueError, RecursionError):
        raise SettingsError(f"{path} can't be read: a value is too long or nested too deep.") from None
    file = ConfigFile(
        path=path,
        text=text,
        shared={key: value for key, value in content.items() if key not in (PROFILES, DEFAULT_PROFILE)},
        profiles=content.get(PROFILES, {}),
        default_profile=content.get(DEFAULT_PROFILE, ""),
        opening=find_writable_by_others(path, state),
        is_readable_by_others=bool(state.st_mode & 0o077),
    )
    _check(file, known)
    return file


def _check(file: ConfigFile, known: frozenset[str]) -> None:
    _check_names(file, (), file.shared, known | {PROFILES, DEFAULT_PROFILE})
    if not isinstance(file.profiles, dict):
        raise file.error((PROFILES,), "write profiles as [profiles.NAME].")
    for name, values in file.profiles.items():
        if not isinstance(values, dict):
            raise file.error((PROFILES, name), f"write the profile {name} as [profiles.{name}].")
        _check_names(file, (PROFILES, name), values, known)
    default = file.default_profile
    if default and not (isinstance(default, str) and default in file.profiles):
        message = f"there is no profile called {default!r}."
        hint = f"Available profiles: {', '.join(file.profiles) or 'none'}."
        raise file.error((DEFAULT_PROFILE,), message, hint)


def _check_names(
    file: ConfigFile, table: tuple[str, ...], values: Mapping[str, Any], known: frozenset[str]
) -> None:
    for key in values:
        if key not in known:
            hint = did_you_mean(key, known, f"Available settings: {', '.join(sorted(known))}.")
            raise file.error((*table, key), f"unknown setting {key!r}.", hint)


def _broken(path: Path, error: tomllib.TOMLDecodeError) -> SettingsError:
    line, reason = syntax_error(error)
    place = f"{path}, line {line}" if line else f"{path}, at its end"
    return SettingsError(f"{place}: invalid TOML: {reason}.")


# who can change it


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
