"""Profiles kept in `config.toml`, beside what people wrote there: comments and order of all else stay.

The file is written only when somebody asks for it, whole or not at all, for its owner's eyes. What comes out
is read again before it is written, and has to say what is wanted and nothing else. One that cannot be read is
left as it is. All here waits for the disk: use a thread.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from omni_tui.formatting import path_words, plain_line
from omni_tui.settings.errors import SettingsError
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import config_folder, state_folder, write_private_file
from omni_tui.settings.profiles import TOKEN_KEYS
from omni_tui.settings.toml_file import DEFAULT_PROFILE, PROFILES

THEME = "theme"
_MEND_FIRST = "Nothing was changed: fix the file first."


def save_profile(name: str, values: Mapping[str, str | bool]) -> Path:
    """Set these settings in the profile of this name; the file that they are in now.

    The others of the profile stay, but for another way to a token. Of several profiles one has to be the
    default: it is the one that was used without a choice until now, else this one. Raises SettingsError, and
    the file is as it was.
    """
    if problem := name_problem(name):
        raise SettingsError(problem)
    path = config_folder() / "config.toml"
    try:
        with locked(state_folder() / "config.lock"):
            text = _text_to_change(path)
            wanted = _with_profile(tomllib.loads(text), name, values, path)
            write_private_file(_end_of_links(path), _changed_text(text, name, wanted, path))
    except UnicodeEncodeError:
        raise SettingsError("The profile contains a character that can't be saved.") from None
    except OSError as error:
        why = error.strerror or error
        raise SettingsError(f"The profile cannot be saved in {path_words(path)}: {why}.") from None
    return path


def save_theme(theme: str, profile: str = "") -> Path:
    """Set the theme where it takes effect: in the profile if that has one, else at the top; return the file.

    Raises SettingsError, and the file is as it was.
    """
    path = config_folder() / "config.toml"
    try:
        with locked(state_folder() / "config.lock"):
            text = _text_to_change(path)
            write_private_file(_end_of_links(path), _with_theme(text, theme, profile, path))
    except OSError as error:
        why = error.strerror or error
        raise SettingsError(f"The theme can't be saved in {path_words(path)}: {why}.") from None
    return path


def _with_theme(text: str, theme: str, profile: str, path: Path) -> str:
    """The text with that theme in it, and no other change."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    content = tomllib.loads(text)
    profiles = content.get(PROFILES, {})
    own = profiles.get(profile, {}) if isinstance(profiles, dict) else {}
    is_own = isinstance(own, dict) and THEME in own
    wanted = {**content, THEME: theme}
    if is_own:
        wanted = {**content, PROFILES: {**profiles, profile: {**own, THEME: theme}}}
    with suppress(TOMLKitError, LookupError, ValueError, TypeError, AttributeError):
        document: Any = tomlkit.parse(text)
        if is_own:
            document[PROFILES][profile][THEME] = theme
        elif THEME in document:
            document[THEME] = theme
        changed = tomlkit.dumps(document) if is_own or THEME in document else _with_first(text, THEME, theme)
        if tomllib.loads(changed) == wanted:
            return changed
    raise SettingsError(f"The theme can't be saved in {path_words(path)}.", "Edit the file by hand.")


def name_problem(name: str) -> str:
    """What is wrong with the name of a profile, or nothing."""
    if not name.strip():
        return "A profile needs a name."
    if plain_line(name) != name or len(name) > 100:
        return "A profile's name is one short line."
    return ""


def _text_to_change(path: Path) -> str:
    """The file as it is. Raises SettingsError for one that cannot be read: what is in it would be lost."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (ValueError, RecursionError):
        raise SettingsError(f"{path_words(path)} is damaged: it is not TOML.", _MEND_FIRST) from None
    return text


def _with_profile(
    content: Mapping[str, Any], name: str, values: Mapping[str, Any], path: Path
) -> dict[str, Any]:
    """What the file is to say."""
    profiles = content.get(PROFILES, {})
    before = profiles.get(name, {}) if isinstance(profiles, dict) else None
    if not isinstance(before, dict):
        raise SettingsError(f"{path_words(path)} has its profiles in an unsupported layout.", _MEND_FIRST)
    stays = {key: value for key, value in before.items() if key not in TOKEN_KEYS or key in values}
    wanted = {**content, PROFILES: {**profiles, name: {**stays, **values}}}
    others = [other for other in profiles if other != name]
    if others and not content.get(DEFAULT_PROFILE):
        wanted[DEFAULT_PROFILE] = others[0] if len(others) == 1 and not before else name
    return wanted


def _changed_text(text: str, name: str, wanted: Mapping[str, Any], path: Path) -> str:
    """The text that says what is wanted, with as little change as can be."""
    from tomlkit.exceptions import TOMLKitError

    for way in (_edited, _appended):
        # the ways in which tables can be scattered over a file are many, and not all of them can be edited
        with suppress(TOMLKitError, LookupError, ValueError, TypeError, AttributeError):
            changed = way(text, name, wanted)
            if tomllib.loads(changed) == wanted:
                return changed
    message = (
        f"The profile {name} stands in {path_words(path)} in a layout that can't be edited automatically."
    )
    raise SettingsError(message, "Nothing was changed: edit the file by hand, or take another name.")


def _edited(text: str, name: str, wanted: Mapping[str, Any]) -> str:
    """Only the lines that differ are others."""
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(text)
    if PROFILES not in document:
        document.add(PROFILES, tomlkit.table(is_super_table=True))
    profiles: Any = document[PROFILES]
    if name not in profiles:
        is_inline = isinstance(profiles, InlineTable)
        profiles[name] = tomlkit.inline_table() if is_inline else tomlkit.table()
    _lay_over(profiles[name], wanted[PROFILES][name])
    return _with_default(tomlkit.dumps(document), wanted)


def _appended(text: str, name: str, wanted: Mapping[str, Any]) -> str:
    """The profile at the end, as one would write it."""
    import tomlkit

    new, profiles, profile = tomlkit.document(), tomlkit.table(is_super_table=True), tomlkit.table()
    _lay_over(profile, wanted[PROFILES][name])
    profiles.add(name, profile)
    new.add(PROFILES, profiles)
    return _with_default(f"{text.rstrip()}\n\n{tomlkit.dumps(new)}".lstrip(), wanted)


def _with_default(text: str, wanted: Mapping[str, Any]) -> str:
    """The default profile is named at the top, where no table has begun yet."""
    default = wanted.get(DEFAULT_PROFILE)
    if default is None or tomllib.loads(text).get(DEFAULT_PROFILE) == default:
        return text
    return _with_first(text, DEFAULT_PROFILE, default)


def _with_first(text: str, key: str, value: str) -> str:
    """The text below a line that sets that key."""
    import tomlkit

    line = tomlkit.document()
    line.add(key, value)
    return f"{tomlkit.dumps(line)}\n{text}" if text.strip() else tomlkit.dumps(line)


def _lay_over(existing: MutableMapping[str, Any], values: Mapping[str, Any]) -> None:
    for key in [key for key in existing if key not in values]:
        del existing[key]
    for key, value in values.items():
        if existing.get(key) != value:
            existing[key] = value


def _end_of_links(path: Path) -> Path:
    """The file that a link leads to, so that the link stays."""
    return path.resolve() if path.is_symlink() else path
