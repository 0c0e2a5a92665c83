"""Which profile is in use, and what it says: our own `config.toml`, then the vendor tool's profiles.

A token that is stored together with an address is only ever used with that address. So an address from an
argument or the environment gets no token that was made for another Omni.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from omni_tui.settings.errors import SettingsError
from omni_tui.settings.locations import vendor_config_path
from omni_tui.settings.toml_file import PROFILES, ConfigFile

# The ways to a token; the first one that is set in a place is taken.
TOKEN_KEYS = ("api_token", "token_command", "token_keyring")
# What `settings.connection` decides on, over all sources.
CONNECTING_KEYS = ("base_url", *TOKEN_KEYS)


@dataclass(frozen=True, slots=True)
class Place:
    """One place that holds settings. `name` is what it is called in a sentence.

    `token_address` is the address that a token in here was stored for, None when it goes with any.
    `is_for_all`: it is the top of our own file, which serves all profiles.
    """

    name: str
    values: Mapping[str, Any]
    token_address: str | None
    is_for_all: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The profile in use (`name`, empty for none), where its settings are, the first one winning."""

    name: str
    own: ConfigFile
    places: tuple[Place, ...]
    notices: tuple[str, ...] = ()

    def settings(self) -> dict[str, Any]:
        """All settings of the places together, but for the address and the token (`settings.connection`)."""
        merged: dict[str, Any] = {"profile": self.name}
        for place in reversed(self.places):
            merged |= {key: value for key, value in place.values.items() if key not in CONNECTING_KEYS}
        return merged

    def table_with(self, key: str) -> str:
        """The table of our own file that sets a key: the profile's, or the top (empty)."""
        return f"{PROFILES}.{self.name}" if key in self.own.profiles.get(self.name, {}) else ""


@dataclass(frozen=True, slots=True)
class VendorConfig:
    """The vendor tool's profiles, translated to our settings; never written, as ours would lose fields."""

    profiles: Mapping[str, Mapping[str, Any]]
    default_profile: str
    notices: Mapping[str, str]
    """What is wrong with a profile, by its name; the name is empty for the file itself."""


def select(asked: str, own: ConfigFile, vendor: VendorConfig) -> Selection:
    """The profile that was asked for, or the default one. Raises SettingsError for an unknown name."""
    if asked and asked not in own.profiles and asked not in vendor.profiles:
        names = ", ".join(dict.fromkeys([*own.profiles, *vendor.profiles]))
        hint = f"There are: {names}." if names else f"Profiles are kept in {own.path}."
        raise SettingsError(f"There is no profile called {asked!r}.", hint)
    own_name = asked or own.default_profile or _only(own.profiles)
    vendor_name = asked or vendor.default_profile or _only(vendor.profiles)
    shared_address = own.shared.get("base_url")
    places = []
    if own_name in own.profiles:
        values = own.profiles[own_name]
        address = values.get("base_url", shared_address)
        places.append(Place(f"the profile {own_name}", values, address))
    places.append(Place(str(own.path), own.shared, shared_address, is_for_all=True))
    is_vendors = vendor_name in vendor.profiles
    if is_vendors:
        values = vendor.profiles[vendor_name]
        places.append(Place(f"the omni tool's profile {vendor_name}", values, values.get("base_url")))
    troubles = [vendor.notices[name] for name in dict.fromkeys(["", vendor_name]) if name in vendor.notices]
    name = own_name or (vendor_name if is_vendors else "")
    return Selection(name, own, tuple(places), (*own.notices(), *troubles))


def read_vendor_config() -> VendorConfig:
    """Read the vendor tool's profiles. One that cannot be read becomes a notice: it is not ours to mend."""
    path = vendor_config_path()
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return VendorConfig({}, "", {})
    except (OSError, ValueError, RecursionError):
        return VendorConfig({}, "", {"": f"The omni tool's profiles in {path} cannot be read."})
    stored = content.get("profiles") if isinstance(content, dict) else None
    if not isinstance(stored, dict):
        return VendorConfig({}, "", {})
    profiles: dict[str, Mapping[str, Any]] = {}
    notices: dict[str, str] = {}
    for name, values in stored.items():
        if isinstance(values, dict):
            profiles[name], trouble = _translated(name, values)
            notices |= {name: trouble} if trouble else {}
    default = content.get("defaultProfile")
    is_known = isinstance(default, str) and default in profiles
    return VendorConfig(profiles, default if is_known else "", notices)


def is_same_instance(first: str, second: str) -> bool:
    """Whether two addresses, in any form that people type, lead to the same host and port."""
    return host_of(first) == host_of(second)


def _translated(name: str, stored: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A profile of the vendor's as settings of ours, and what is wrong with it."""
    is_login = stored.get("authMethod") == "oauth"
    values = {"base_url": stored.get("apiEndpoint")}
    if is_login and _is_past(stored.get("tokenExpiresAt")):
        return values, f"The omni tool's login {name} has expired. Log in again with the omni tool."
    values["api_token"] = stored.get("accessToken" if is_login else "apiKey")
    return {key: value for key, value in values.items() if isinstance(value, str) and value}, ""


def _is_past(moment: object) -> bool:
    """Whether an RFC 3339 moment lies behind us; what is none does not."""
    try:
        parsed = datetime.fromisoformat(str(moment))
    except ValueError:
        return False
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)) <= datetime.now(UTC)


def _only(profiles: Mapping[str, object]) -> str:
    """The name of the one profile there is, else nothing."""
    return next(iter(profiles)) if len(profiles) == 1 else ""


def host_of(address: str) -> str:
    """Host and port of an address; a bare name is an instance of the vendor's."""
    typed = address.strip().strip("<>\"'").lower()
    try:
        parts = urlsplit(typed if "://" in typed else f"//{typed}")
    except ValueError:
        return typed
    host = parts.netloc.removesuffix(":443").removesuffix(".")
    return host if "." in host or ":" in host or parts.scheme else f"{host}.omniapp.co"
