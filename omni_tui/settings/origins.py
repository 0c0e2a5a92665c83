"""Find the source of each setting's value, as a text for the user. `models` decides which source wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omni_tui.formatting import display_path
from omni_tui.settings.connection import ENVIRONMENT_PREFIX, Connection, connect, variable
from omni_tui.settings.models import (
    COMPUTED_FIELDS,
    Settings,
    load_settings,
    profile_from_environment,
    selection_of,
)
from omni_tui.settings.profiles import CONNECTING_KEYS, Place, Selection

DEFAULT = "default"
# Settings that are never shown.
SECRETS = frozenset({"api_token"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting, its value (None: not set), and the value's source: "default" if nobody set it."""

    name: str
    value: Any
    source: str

    @property
    def is_secret(self) -> bool:
        """Return whether the value must not be shown."""
        return self.name in SECRETS and self.value is not None


def origins(
    *, profile: str | None = None, base_url: str | None = None
) -> tuple[Settings, tuple[Origin, ...]]:
    """Return the settings, and each of them with its source, in the order of the settings.

    Raises SettingsError as `load_settings` does.
    """
    settings = load_settings(profile=profile, base_url=base_url)
    selection = selection_of(profile or profile_from_environment())
    connection = connect(selection, base_url=base_url, is_profile_chosen=bool(profile))

    def source(name: str) -> str:
        if name in CONNECTING_KEYS:
            return _source_of_connection(name, connection, selection)
        if name == "profile" and profile:
            return "argument --profile"
        if spelled := variable(f"{ENVIRONMENT_PREFIX}{name.upper()}")[0]:
            return f"environment {spelled}"
        if name == "profile":
            return _source_of_profile(settings, selection)
        place = next((place for place in selection.places if name in place.values), None)
        return DEFAULT if place is None else _words(place, selection)

    names = (name for name in Settings.model_fields if name not in COMPUTED_FIELDS)
    return settings, tuple(Origin(name, getattr(settings, name), source(name)) for name in names)


def _source_of_connection(name: str, connection: Connection, selection: Selection) -> str:
    used = connection.used_for(name)
    if used is None:
        return DEFAULT
    if used.place is not None:
        return _words(used.place, selection)
    return f"environment {used.variable}" if used.variable else f"argument {used.source}"


def _source_of_profile(settings: Settings, selection: Selection) -> str:
    if not settings.profile:
        return DEFAULT
    if settings.profile not in selection.own.profiles:
        return "the omni CLI's default"
    named = "default_profile in" if selection.own.default_profile else "the only one in"
    return f"{named} {display_path(selection.own.path)}"


def _words(place: Place, selection: Selection) -> str:
    path = display_path(selection.own.path)
    if place.name == str(selection.own.path):
        return f"the top of {path}"
    is_ours = any(place.values is values for values in selection.own.profiles.values())
    return f"{place.name} in {path}" if is_ours else place.name
