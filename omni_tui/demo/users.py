"""Whom a request may run as."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from omni_tui.demo.fleet.people import person_ids


class Refusal(NamedTuple):
    """A 400: the field that is wrong (empty when it is none of the request's), and the server's words."""

    field: str
    message: str


def user_refusal(user_id: str | None, *, is_organization_key: bool) -> Refusal | None:
    """Whether the request may run as that user."""
    if user_id is None:
        return None
    if not is_organization_key:
        return _refused("Only valid when authenticating with an organization API key")
    try:
        uuid.UUID(user_id)
    except ValueError:
        return _refused("Invalid UUID format")
    return None if user_id in person_ids() else _refused("User not found")


def _refused(reason: str) -> Refusal:
    return Refusal("userId", f"Bad Request: userId: {reason}")
