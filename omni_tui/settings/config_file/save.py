"""Save profiles and the theme in `config.toml`, keeping the user's comments and the order of everything else.

The file is replaced atomically and readable only by its owner. The new text is parsed before it is written,
and must have the wanted content and nothing else. A file that can't be read isn't changed. All of it blocks:
call it in a thread.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from omni_tui.formatting import display_path, plain_line
from omni_tui.settings.config_file.read import DEFAULT_PROFILE, PROFILES
from omni_tui.settings.errors import SettingsError
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import config_folder, state_folder, write_private_file
from omni_tui.settings.profiles import TOKEN_KEYS
from omni_tui.settings.toml_edit import edited_toml

THEME = "theme"
_FIX_FIRST = "Nothing was changed: fix the file first."


def save_profile(name: str, values: Mapping[str, str | bool]) -> Path:
    """Save these settings in the profile with this name; return the file's path.

    The profile's other settings are kept, except another token setting. If there are several profiles and no
    default, the one that was the only one so far becomes the default, or else this one. Raises SettingsError;
    then nothing is changed.
    """
    if problem := name_problem(name):
        raise SettingsError(problem)

    def changed(text: str, path: Path) -> str:
        return _changed_text(text, name, _with_profile(tomllib.loads(text), name, values, path), path)

    try:
        return _save("profile", changed)
    except UnicodeEncodeError:
        raise SettingsError("The profile contains a character that can't be saved.") from None


def save_theme(theme: str, profile: str = "") -> Path:
    """Save the theme in the profile if that sets one, or else at the top of the file; return the file's path.

    Raises SettingsError; then nothing is changed.
    """
    return _save("theme", lambda text, path: _with_theme(text, theme, profile, path))


def _save(what: str, changed: Callable[[str, Path], str]) -> Path:
    """Replace the text of the file by what `changed` makes of it. Raises SettingsError."""
    path = config_folder() / "config.toml"
    try:
        with locked(state_folder() / "config.lock"):
            target = path.resolve() if path.is_symlink() else path  # so that a link is kept
            write_private_file(target, changed(_text_to_change(path), path))
    except OSError as error:
        why = error.strerror or error
        raise SettingsError(f"The {what} can't be saved in {display_path(path)}: {why}.") from None
    return path


def _with_theme(text: str, theme: str, profile: str, path: Path) -> str:
    """Return the text with that theme, and no other change."""
    content = tomllib.loads(text)
    profiles = content.get(PROFILES, {})
    own = profiles.get(profile, {}) if isinstance(profiles, dict) else {}
    wanted = {**content, THEME: theme}
    if isinstance(own, dict) and THEME in own:
        wanted = {**content, PROFILES: {**profiles, profile: {**own, THEME: theme}}}
    changed = edited_toml(text, wanted, (PROFILES, profile))
    if changed is None:
        raise SettingsError(f"The theme can't be saved in {display_path(path)}.", "Edit the file by hand.")
    return changed


def name_problem(name: str) -> str:
    """Return what is wrong with a profile's name, or an empty text."""
    if not name.strip():
        return "A profile needs a name."
    if plain_line(name) != name or len(name) > 100:
        return "A profile name must be one short line."
    return ""


def _text_to_change(path: Path) -> str:
    """Return the file's text. Raises SettingsError if it can't be parsed: its content would be lost."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (ValueError, RecursionError):
        raise SettingsError(f"{display_path(path)} is damaged: it isn't valid TOML.", _FIX_FIRST) from None
    return text


def _with_profile(
    content: Mapping[str, Any], name: str, values: Mapping[str, Any], path: Path
) -> dict[str, Any]:
    """Return the content that the file should have."""
    profiles = content.get(PROFILES, {})
    before = profiles.get(name, {}) if isinstance(profiles, dict) else None
    if not isinstance(before, dict):
        raise SettingsError(f"{display_path(path)} uses an unsupported layout for profiles.", _FIX_FIRST)
    stays = {key: value for key, value in before.items() if key not in TOKEN_KEYS or key in values}
    wanted = {**content, PROFILES: {**profiles, name: {**stays, **values}}}
    others = [other for other in profiles if other != name]
    if others and not content.get(DEFAULT_PROFILE):
        wanted[DEFAULT_PROFILE] = others[0] if len(others) == 1 and not before else name
    return wanted


def _changed_text(text: str, name: str, wanted: Mapping[str, Any], path: Path) -> str:
    """Return the text with the wanted content and as few changes as possible."""
    changed = edited_toml(text, wanted, (PROFILES, name))
    if changed is None:
        message = f"The profile {name} in {display_path(path)} can't be edited automatically."
        raise SettingsError(message, "Nothing was changed: edit the file by hand, or choose another name.")
    return changed
