"""Tell errors of Omni's authentication layer from those of the endpoint behind it, by their body.

Current servers send 403 both to a rejected key and to a dashboard without access [V]. The authentication
layer sends `{"error": {"code", "message"}}`, the endpoint sends `{"detail", "status"}`. Other forms come from
older servers, which answer 401 to a rejected key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omni_tui.api.errors.reason_text import NotJson, parse_json

# What is wrong with the key, and the suggested fix, in a sentence each.
REJECTED_KEY = (
    "Omni rejected the API key.",
    "omni-tui config show says where it is set. Create a new key in Omni's settings.",
)
DEMOTED_OWNER = (
    "The owner of this API key no longer has the permissions to use it.",
    "Ask an Omni administrator to restore them, or use another key.",
)
API_DISABLED = ("The API is disabled for this Omni organization.", "Ask an Omni administrator to enable it.")
MALFORMED_HEADER = (
    "Omni couldn't read the authorization header.",
    "Copy the API key again. If that doesn't help, check whether a proxy changes the header.",
)

# Matched at the start of the server's reason: an ID or name later in it may contain anything.
_DEMOTED_OWNER = re.compile(r"user no longer has the required permissions\b", re.IGNORECASE)
_API_DISABLED = re.compile(r"feature not enabled\W*", re.IGNORECASE)
_MALFORMED_HEADER = re.compile(r"bad authorization header\b", re.IGNORECASE)
# Servers and gateways that don't use the authentication layer's form for a rejected key.
_KEY = r"(?:authentication |authorization |bearer |access |api |personal )*(?:token|key)"
_REJECTED_KEY = re.compile(
    rf"(?:invalid|expired|revoked|unknown|missing|bad) (?:{_KEY}|credentials?)\W*"
    rf"|(?:the |your |this )?(?:provided )?{_KEY} (?:has |is |was )?(?:been )?"
    r"(?:invalid|expired|revoked|not valid|unknown)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_USER = re.compile(
    r"user with id .{0,4000} does not exist\b|user-scoped api keys? can only be used\b",
    re.IGNORECASE | re.DOTALL,
)


def is_about_user(reason: str) -> bool:
    """Return whether the reason is about `userId`: unknown, or not the owner of a personal access token."""
    return _ABOUT_USER.match(reason) is not None


def key_trouble(status: int, body: bytes, reason: str) -> tuple[str, str] | None:
    """Return what is wrong with the key, and a suggested fix, or None if the response isn't about it.

    `reason` is the server's text in `body`. A web page is never about the key: a proxy may have sent it.
    """
    if status not in (400, 401, 403) or is_about_user(reason):
        return None
    if _MALFORMED_HEADER.match(reason):
        return MALFORMED_HEADER
    if status == 400:
        return None
    if _DEMOTED_OWNER.match(reason):
        return DEMOTED_OWNER
    if _API_DISABLED.fullmatch(reason):
        return API_DISABLED
    if status == 401 or _REJECTED_KEY.fullmatch(reason) or _is_from_authentication(body):
        return REJECTED_KEY
    return None


def _is_from_authentication(body: bytes) -> bool:
    """Return whether the body is in the authentication layer's form and not the endpoint's."""
    try:
        answer: Any = parse_json(body)
    except NotJson:
        return False
    if not isinstance(answer, Mapping) or "detail" in answer:
        return False
    error = answer.get("error")
    return isinstance(error, Mapping) and "code" in error and isinstance(error.get("message"), str)
