"""Whom a request may run as."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from omni_tui.demo.fleet.people import person_ids, staff
from omni_tui.demo.versions import OLDER, Behavior


class Refusal(NamedTuple):
    """Why not: the field that is wrong (empty when it is none of the request's), the words, the status."""

    field: str
    message: str
    status: int = 400


def user_refusal(
    user_id: str | None, *, is_organization_key: bool, behavior: Behavior = OLDER
) -> Refusal | None:
    """Whether the request may run as that user."""
    if user_id is None:
        return None
    if not is_organization_key:
        return _personal_refusal(user_id, behavior)
    if not _is_uuid(user_id):
        return _refused("Invalid UUID format")
    if user_id in person_ids():
        return None
    if behavior.checks_users_by_membership:  # [V]
        return Refusal("userId", f"User with id {user_id} does not exist", 404)
    return _refused("User not found")


def _personal_refusal(user_id: str, behavior: Behavior) -> Refusal | None:
    """A personal token: one's own id at most [V]; on an older server none at all [P]."""
    if not behavior.checks_users_by_membership:
        return _refused("Only valid when authenticating with an organization API key")
    if user_id == staff()[0].identifier:
        return None
    words = "User-scoped API keys can only be used to act on behalf of the authenticated user."
    return Refusal("userId", words, 403)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _refused(reason: str) -> Refusal:
    return Refusal("userId", f"Bad Request: userId: {reason}")
