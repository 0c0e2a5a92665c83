"""Remember the last used settings and the favorites for each server and profile, in a private JSON file.

The file is a convenience: if it is lost, the program works, and the user has to choose again. It has filter
values but no secrets.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omni_tui.formatting import display_path
from omni_tui.presets.models import Preset
from omni_tui.presets.serialization import read_table, table_of
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import state_folder, write_private_file

VERSION = 1
# How much is kept over all profiles, the latest first; the second limit is for filters with many values.
MAX_DASHBOARDS = 2_000
MAX_CHARACTERS = 4_000_000
# The year 9999 in seconds since 1970, the last that datetime supports.
_LATEST = 253_402_300_800


def memory_path() -> Path:
    """Return the path of the file, which may not exist."""
    return state_folder() / "remembered.json"


@dataclass(frozen=True, slots=True)
class LastUsed:
    """A dashboard's last export settings, and when they were used (seconds since 1970), without a name."""

    preset: Preset
    at: float


@dataclass(frozen=True, slots=True)
class RecentState:
    """What is remembered for one server and profile. `last_used` is by dashboard ID.

    `folder` is None and `name_template` empty if none was chosen. `favorites` are dashboard IDs.
    """

    folder: Path | None = None
    name_template: str = ""
    last_used: Mapping[str, LastUsed] = field(default_factory=lambda: MappingProxyType({}))
    favorites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RecentChanges:
    """Changes to remember; None keeps what is remembered.

    An empty `name_template` is remembered too: the dashboard's own name. `used` are presets by dashboard ID;
    `at` is when they were used (seconds since 1970). `favorites` says which IDs are favorites now.
    """

    folder: Path | None = None
    name_template: str | None = None
    used: Mapping[str, Preset] = field(default_factory=lambda: MappingProxyType({}))
    at: float = field(default_factory=time.time)
    favorites: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


class RecentSettings:
    """The file. Both methods block (call them in a thread) and raise nothing: `notice` says what is wrong.

    `instance` is the server's host, and `profile` the profile's name or an empty text.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or memory_path()
        self.notice = ""
        """What the user should know about the file, in a sentence, or an empty text."""

    def recall(self, instance: str, profile: str = "") -> RecentState:
        """Return what is remembered; nothing if the file is missing or damaged."""
        return self._read().get(_owner(instance, profile), RecentState())

    def remember(self, instance: str, profile: str, news: RecentChanges) -> RecentState:
        """Add these changes to the file; return everything that is remembered."""
        owner = _owner(instance, profile)
        known: dict[str, RecentState] = {}
        try:
            with locked(self.path.with_suffix(".lock")):
                known = self._read()
                known[owner] = _with(known.get(owner, RecentState()), news)
                write_private_file(self.path, _text(known))
        except OSError as error:
            why = error.strerror or error
            self.notice = f"Can't save your last used settings to {display_path(self.path)}: {why}."
        return known.get(owner) or _with(RecentState(), news)

    def _read(self) -> dict[str, RecentState]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            return dict(_owners(content))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.notice = f"{display_path(self.path)} can't be read: {error.strerror or error}."
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
            self.notice = f"{display_path(self.path)} is damaged; your last used settings are lost."
        return {}


def _owner(instance: str, profile: str) -> str:
    """Return the key of a server and profile; hosts contain no spaces."""
    return f"{instance} {profile}".strip()


def _with(before: RecentState, news: RecentChanges) -> RecentState:
    """Return `before` with the changes, except where another program has remembered something later."""
    used = {id_: LastUsed(replace(preset, name=""), news.at) for id_, preset in news.used.items()}
    known = before.last_used
    later = {id_: last for id_, last in used.items() if id_ not in known or known[id_].at <= last.at}
    added = {id_ for id_, is_one in news.favorites.items() if is_one}
    return RecentState(
        favorites=(before.favorites - news.favorites.keys()) | added,
        folder=before.folder if news.folder is None else news.folder,
        name_template=before.name_template if news.name_template is None else news.name_template,
        last_used={**known, **later},
    )


# as JSON


def _text(known: Mapping[str, RecentState]) -> str:
    """Return the file's text: one dashboard per line, the latest first, within the limits."""
    rows = [
        (last.at, json.dumps([owner, id_, last.at, table_of(last.preset)], ensure_ascii=True))
        for owner, remembered in known.items()
        for id_, last in remembered.last_used.items()
    ]
    rows.sort(key=lambda row: -row[0])
    kept: list[str] = []
    room = MAX_CHARACTERS
    for _, row in rows[:MAX_DASHBOARDS]:
        room -= len(row)
        if room < 0:
            break
        kept.append(row)
    choices = {
        owner: {
            "folder": str(remembered.folder or ""),
            "name_template": remembered.name_template,
            "favourites": sorted(remembered.favorites),
        }
        for owner, remembered in known.items()
    }
    listed = ",\n".join(kept)
    return f'{{"version":{VERSION},\n"choices":{json.dumps(choices)},\n"last_used":[\n{listed}\n]}}\n'


def _owners(content: Any) -> Iterator[tuple[str, RecentState]]:
    """Yield the file's content. Raises ValueError, LookupError, TypeError or AttributeError."""
    if content["version"] != VERSION:
        raise ValueError("another version")
    last_used: dict[str, dict[str, LastUsed]] = {owner: {} for owner in content["choices"]}
    for owner, id_, at, table in content["last_used"]:
        # options may have changed: skip a preset that can't be read any longer
        preset, _ = read_table("", table)
        if preset is not None and isinstance(id_, str) and 0 <= at < _LATEST:
            last_used.setdefault(owner, {})[id_] = LastUsed(preset, float(at))
    for owner, lasts in last_used.items():
        choices = content["choices"].get(owner, {})
        folder, template = choices.get("folder", ""), choices.get("name_template", "")
        favorites = choices.get("favourites", [])
        if not all(isinstance(each, str) for each in (folder, template, *favorites)):
            raise TypeError("must be text")
        yield owner, RecentState(Path(folder) if folder else None, template, lasts, frozenset(favorites))
