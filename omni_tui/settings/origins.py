"""Where each setting has its value from: the same sources in the same order, told in words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omni_tui.settings.models import (
    ENVIRONMENT_PREFIX,
    NOT_IN_FILES,
    SHARED_VARIABLES,
    Settings,
    load_settings,
    selection_of,
)
from omni_tui.settings.profiles import TOKEN_KEYS, Place, Selection
from omni_tui.words import path_words

DEFAULT = "default"
# Of the settings, these are never shown.
SECRETS = frozenset({"api_token"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting, its value (None: not set), and where that is from: "default" where nobody set it."""

    name: str
    value: Any
    source: str

    @property
    def is_secret(self) -> bool:
        """Whether the value must not be shown."""
        return self.name in SECRETS and self.value is not None


def origins(
    *, profile: str | None = None, base_url: str | None = None
) -> tuple[Settings, tuple[Origin, ...]]:
    """The settings, and each of them with its origin, in the order of the settings.

    Raises SettingsError as `load_settings` does.
    """
    settings = load_settings(profile=profile, base_url=base_url)
    arguments = {"profile": profile, "base_url": base_url}
    above = {name: _above(name, arguments) for name in Settings.model_fields}
    selection = selection_of(profile or _variable(f"{ENVIRONMENT_PREFIX}PROFILE")[1])
    names = (name for name in Settings.model_fields if name != "notices")
    return settings, tuple(
        Origin(name, getattr(settings, name), _source(name, settings, above, selection)) for name in names
    )


def _above(name: str, arguments: Mapping[str, str | None]) -> str:
    """The argument or the variable that sets it, empty where none does."""
    if arguments.get(name):
        return f"argument --{name.replace('_', '-')}"
    candidates = (f"{ENVIRONMENT_PREFIX}{name.upper()}", *SHARED_VARIABLES.get(name, ()))
    for candidate in candidates:
        variable, _ = _variable(candidate)
        if variable:
            return f"environment {variable}"
    return ""


def _variable(name: str) -> tuple[str, str]:
    """A variable that is set, as it is spelled there, and its value. Our own may be spelled in any case."""
    if not name.startswith(ENVIRONMENT_PREFIX):
        return (name, os.environ[name]) if os.environ.get(name, "").strip() else ("", "")
    found = [(key, value) for key, value in os.environ.items() if key.upper() == name and value]
    return found[0] if found else ("", "")


def _source(name: str, settings: Settings, above: Mapping[str, str], selection: Selection) -> str:
    if above[name]:
        return above[name]
    if name == "profile":
        return _source_of_profile(settings, selection)
    if name in NOT_IN_FILES:
        return DEFAULT
    if name in TOKEN_KEYS:
        is_set_above = any(above[key] for key in TOKEN_KEYS)
        place, _ = selection.token_place(settings.base_url or "")
        is_from_there = place is not None and not is_set_above and bool(getattr(settings, name))
        return _words(place, selection) if place is not None and is_from_there else DEFAULT
    for place in selection.places:
        if name in place.values:
            return _words(place, selection)
    return DEFAULT


def _source_of_profile(settings: Settings, selection: Selection) -> str:
    if not settings.profile:
        return DEFAULT
    if settings.profile not in selection.own.profiles:
        return "the omni tool's default"
    named = "default_profile in" if selection.own.default_profile else "the only one in"
    return f"{named} {path_words(selection.own.path)}"


def _words(place: Place, selection: Selection) -> str:
    path = path_words(selection.own.path)
    if place.name == str(selection.own.path):
        return f"the top of {path}"
    is_ours = any(place.values is values for values in selection.own.profiles.values())
    return f"{place.name} in {path}" if is_ours else place.name
