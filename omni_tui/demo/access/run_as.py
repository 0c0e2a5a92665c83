"""Check the user that a request runs as."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from omni_tui.demo.sample_data.demo_users import active_user_ids, organization_users
from omni_tui.demo.versions import OLDER, Behavior


class Rejection(NamedTuple):
    """Why a request is rejected: the invalid field (empty if none), the message, the status."""

    field: str
    message: str
    status: int = 400


def user_rejection(
    user_id: str | None, *, is_organization_key: bool, behavior: Behavior = OLDER
) -> Rejection | None:
    """Return why the request can't run as that user, or None."""
    if user_id is None:
        return None
    if not is_organization_key:
        return _personal_rejection(user_id, behavior)
    if not is_uuid(user_id):
        return _refused("Invalid UUID format")
    if user_id in active_user_ids():
        return None
    if behavior.checks_users_by_membership:  # [V]
        return Rejection("userId", f"User with id {user_id} does not exist", 404)
    return _refused("User not found")


def _personal_rejection(user_id: str, behavior: Behavior) -> Rejection | None:
    """Check a personal token: its owner's ID at most [V]; on an older server none [P]."""
    if not behavior.checks_users_by_membership:
        return _refused("Only valid when authenticating with an organization API key")
    if user_id == organization_users()[0].identifier:
        return None
    words = "User-scoped API keys can only be used to act on behalf of the authenticated user."
    return Rejection("userId", words, 403)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID in the API's form: 36 characters with hyphens, in any case."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _refused(reason: str) -> Rejection:
    return Rejection("userId", f"Bad Request: userId: {reason}")
