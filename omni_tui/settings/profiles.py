"""Choose the profile and collect its settings: from our `config.toml`, then the vendor CLI's profiles.

A token that is stored together with an address is only used with that address, so an address from an argument
or the environment never gets another server's token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from omni_tui.settings.config_file.read import PROFILES, ConfigFile
from omni_tui.settings.errors import SettingsError
from omni_tui.settings.locations import vendor_config_path
from omni_tui.settings.shared_files import read_shared

# The settings that provide a token; the first one that is set in a place is used.
TOKEN_KEYS = ("api_token", "token_command", "token_keyring")
# The settings that `settings.connection` decides over all sources.
CONNECTING_KEYS = ("base_url", *TOKEN_KEYS)


@dataclass(frozen=True, slots=True)
class Place:
    """One place that has settings. `name` is its name in a sentence.

    `token_address` is the address that its token is for, or None for any. `is_for_all`: it is the top of our
    own file, which is for all profiles.
    """

    name: str
    values: Mapping[str, Any]
    token_address: str | None
    is_for_all: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The profile in use (`name`, empty for none) and the places of its settings; the first one wins."""

    name: str
    own: ConfigFile
    places: tuple[Place, ...]
    notices: tuple[str, ...] = ()

    def settings(self) -> dict[str, Any]:
        """Return the settings of all places, without address and token (see `settings.connection`)."""
        merged: dict[str, Any] = {"profile": self.name}
        for place in reversed(self.places):
            merged |= {key: value for key, value in place.values.items() if key not in CONNECTING_KEYS}
        return merged

    def path_of(self, key: str) -> tuple[str, ...]:
        """Return the full path of a setting's key in our own file: in the profile, or at the top."""
        return (PROFILES, self.name, key) if key in self.own.profiles.get(self.name, {}) else (key,)


@dataclass(frozen=True, slots=True)
class VendorConfig:
    """The vendor CLI's profiles, converted to our settings; never written, because fields would get lost."""

    profiles: Mapping[str, Mapping[str, Any]]
    default_profile: str
    notices: Mapping[str, str]
    """Problems by profile name; the name is empty for the file itself."""


def select(name: str, own: ConfigFile, vendor: VendorConfig) -> Selection:
    """Select the profile with that name, or the default one. Raises SettingsError for an unknown name."""
    if name and name not in own.profiles and name not in vendor.profiles:
        names = ", ".join(dict.fromkeys([*own.profiles, *vendor.profiles]))
        hint = f"Available profiles: {names}." if names else f"Profiles are kept in {own.path}."
        raise SettingsError(f"There is no profile called {name!r}.", hint)
    own_name = name or own.default_profile or _only(own.profiles)
    vendor_name = name or vendor.default_profile or _only(vendor.profiles)
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
        places.append(Place(f"the omni CLI's profile {vendor_name}", values, values.get("base_url")))
    problems = [vendor.notices[each] for each in dict.fromkeys(["", vendor_name]) if each in vendor.notices]
    selected = own_name or (vendor_name if is_vendors else "")
    return Selection(selected, own, tuple(places), (*own.notices(), *problems))


def read_vendor_config() -> VendorConfig:
    """Read the vendor CLI's profiles. What can't be read becomes a notice."""
    path = vendor_config_path()
    try:
        content = json.loads(read_shared(path, follows_own_links=True).decode("utf-8-sig"))
    except FileNotFoundError:
        return VendorConfig({}, "", {})
    except (OSError, ValueError, RecursionError):
        return VendorConfig({}, "", {"": f"The omni CLI's profiles in {path} can't be read."})
    stored = content.get("profiles") if isinstance(content, dict) else None
    if not isinstance(stored, dict):
        return VendorConfig({}, "", {})
    profiles: dict[str, Mapping[str, Any]] = {}
    notices: dict[str, str] = {}
    for name, values in stored.items():
        if isinstance(values, dict):
            profiles[name], problem = _converted(name, values)
            notices |= {name: problem} if problem else {}
    default = content.get("defaultProfile")
    is_known = isinstance(default, str) and default in profiles
    return VendorConfig(profiles, default if is_known else "", notices)


def is_same_instance(first: str, second: str) -> bool:
    """Return whether two addresses, in any form that a user may type, have the same host and port."""
    return host_of(first) == host_of(second)


def _converted(name: str, stored: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return a vendor profile as our settings, and what is wrong with it, if anything."""
    is_login = stored.get("authMethod") == "oauth"
    values = {"base_url": stored.get("apiEndpoint")}
    if is_login and _is_past(stored.get("tokenExpiresAt")):
        return values, f"The omni CLI's login {name} has expired. Log in again with the omni CLI."
    values["api_token"] = stored.get("accessToken" if is_login else "apiKey")
    return {key: value for key, value in values.items() if isinstance(value, str) and value}, ""


def _is_past(moment: object) -> bool:
    """Return whether an RFC 3339 time is in the past; False for anything else."""
    try:
        parsed = datetime.fromisoformat(str(moment))
    except ValueError:
        return False
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)) <= datetime.now(UTC)


def _only(profiles: Mapping[str, object]) -> str:
    """Return the name of the only profile, or an empty text if there are none or several."""
    return next(iter(profiles)) if len(profiles) == 1 else ""


def host_of(address: str) -> str:
    """Return an address's host and port; a bare name is a host of the vendor's domain."""
    typed = address.strip().strip("<>\"'").lower()
    try:
        parts = urlsplit(typed if "://" in typed else f"//{typed}")
    except ValueError:
        return typed
    host = parts.netloc.removesuffix(":443").removesuffix(".")
    return host if "." in host or ":" in host or parts.scheme else f"{host}.omniapp.co"
