"""The existing profiles, ours and the vendor CLI's, and a name for a new one.

Importing this doesn't load pydantic: the functions that read the settings import it, in a thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from omni_tui.api.urls import (
    INSTANCE_DOMAIN,
    PLAYGROUND_DOMAIN,
    AddressError,
    Environment,
    api_root,
    environment_of,
    instance_label,
    is_loopback,
)
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments

if TYPE_CHECKING:
    from omni_tui.settings.models import Settings


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile, or the demo. `root` is its address as `api_root` returns it, empty if it is invalid."""

    name: str
    root: str
    is_vendors: bool = False
    is_demo: bool = False
    stated_environment: Environment | None = None

    @property
    def environment(self) -> Environment | None:
        """Production or playground; None if unknown."""
        return self.stated_environment or (environment_of(self.root) if self.root else None)

    @property
    def instance(self) -> str:
        """The instance's name."""
        if self.is_demo:
            return "sample dashboards, no account"
        return instance_label(self.root) if self.root else "no address"


DEMO = Profile("Demo", "", is_demo=True)


@dataclass(frozen=True, slots=True)
class KnownProfiles:
    """The current settings and all profiles.

    `trouble` is why the settings can't be read; then there are no profiles of ours.
    """

    address: str = ""
    timeout_seconds: float = 30.0
    profiles: tuple[Profile, ...] = ()
    trouble: OmniTuiError | None = None
    settings: Settings | None = field(default=None, repr=False)

    def find(self, name: str) -> Profile | None:
        """Return our own profile with that name."""
        return next((each for each in self.profiles if each.name == name and not each.is_vendors), None)


def read_known_profiles(arguments: Arguments) -> KnownProfiles:
    """Read the settings and all profiles. Blocks: call it in a thread. Never raises OmniTuiError."""
    from omni_tui.settings.models import load_settings, read_own_config
    from omni_tui.settings.profiles import read_vendor_config

    vendor = read_vendor_config()
    profiles = [
        Profile(name, _root(values.get("base_url")), is_vendors=True)
        for name, values in vendor.profiles.items()
        if values.get("api_token")
    ]
    try:
        own = read_own_config()
        shared = own.shared
        profiles = [_own(name, {**shared, **values}) for name, values in own.profiles.items()] + profiles
        settings = load_settings(profile=arguments.profile, base_url=arguments.base_url)
    except OmniTuiError as error:
        return KnownProfiles(profiles=tuple(profiles), trouble=error)
    return KnownProfiles(
        settings.base_url or "",
        settings.timeout_seconds,
        tuple(profiles),
        settings=settings,
    )


def _own(name: str, values: dict[str, object]) -> Profile:
    stated = values.get("environment")
    known = {each.value: each for each in (Environment.PRODUCTION, Environment.PLAYGROUND)}
    return Profile(name, _root(values.get("base_url")), stated_environment=known.get(str(stated)))


def _root(address: object) -> str:
    try:
        return api_root(address) if isinstance(address, str) else ""
    except AddressError:
        return ""


def short_address(root: str) -> str:
    """Return an address as users know it; `api_root` turns it into the same root."""
    shown = root.removesuffix("/api")
    return shown if urlsplit(shown).path == "" else root


def proposed_name(root: str, taken: Iterable[Profile]) -> str:
    """Propose a profile name for an address: that of an existing profile, or the instance's name."""
    own = [each for each in taken if not each.is_vendors]
    here = [each.name for each in own if each.root == root]
    if here:
        return here[0]
    host = urlsplit(root).hostname or "omni"
    if is_loopback(host):
        host = "local"
    name = host.removesuffix(f".{INSTANCE_DOMAIN}")
    if host.endswith(f".{PLAYGROUND_DOMAIN}"):
        name = f"{host.removesuffix(f'.{PLAYGROUND_DOMAIN}')}-playground"
    names = {each.name for each in own}
    candidates = (name if number == 1 else f"{name}-{number}" for number in range(1, len(names) + 2))
    return next(each for each in candidates if each not in names)
