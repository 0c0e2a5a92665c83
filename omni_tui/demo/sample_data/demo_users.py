"""The users of the demo's organization, and the embed users, who see its dashboards in another product."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from functools import cache

_NAMESPACE = uuid.UUID("6d1f3c52-0b2e-4f0c-9a63-b10b5c0ffee0")

_USER_NAMES = """
Blobby Ramirez, Amina Diallo, Ben Okafor, Chiara Conti, Daniel Weiss, Elif Yılmaz, Farid Haddad, Grace Liu
Hanna Virtanen, Ines Moreau, Jonas Lindqvist, Kofi Mensah, Lucía Fernández, Maria Kowalska, Nadia Petrova
Oscar Nilsen, Priya Raman, Quentin Blake, Rosa Delgado, Samuel Adeyemi, Tomoko Sato, Uma Nair, Viktor Novák
Wendy Clarke, Yusuf Demir, Zoë Martens
"""
_EMBED_USER_NAMES = """
Acme Stores, Brightside Retail, Corner Bakery Group, Delta Freight, Evergreen Farms, Foxglove Media, Globex
Harbor Hotels
"""
_INACTIVE = frozenset({"Quentin Blake"})


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user to run as; `identifier` is the membership ID for `userId`."""

    identifier: str
    name: str
    user_name: str
    is_active: bool = True


def stable_id(text: str) -> str:
    """Return a UUID that is always the same for the same text."""
    return str(uuid.uuid5(_NAMESPACE, text))


@cache
def organization_users() -> tuple[DemoUser, ...]:
    """Return the users of the organization."""
    return tuple(_user(name, "blobsrus.example") for name in _names(_USER_NAMES))


@cache
def demo_embed_users() -> tuple[DemoUser, ...]:
    """Return the embed users."""
    return tuple(_user(name, "embed.blobsrus.example") for name in _names(_EMBED_USER_NAMES))


@cache
def active_user_ids() -> frozenset[str]:
    """Return the IDs of all users that a download may run as."""
    return frozenset(
        user.identifier for user in (*organization_users(), *demo_embed_users()) if user.is_active
    )


def owner_id(first_name: str) -> str:
    """Return the membership ID of the user with that first name."""
    for user in organization_users():
        if user.name.split()[0] == first_name:
            return user.identifier
    return stable_id(first_name)


def _names(text: str) -> list[str]:
    return text.strip().replace("\n", ", ").split(", ")


def _user(name: str, domain: str) -> DemoUser:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ı", "i")).encode("ascii", "ignore").decode()
    return DemoUser(stable_id(name), name, f"{plain.replace(' ', '.')}@{domain}", name not in _INACTIVE)
