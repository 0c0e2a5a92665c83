"""Responses to requests while something is wrong with the organization."""

from __future__ import annotations

from starlette.responses import Response

from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.replies import ErrorReply, Layer, authentication_rejection, rejection

MAINTENANCE_SECONDS = 30


def invalid_key(*, is_403: bool) -> ErrorReply:
    """Return the response to an unknown key: 403 [V], or 401 on an older server [S]."""
    if is_403:
        return authentication_rejection(403, "Invalid bearer token")
    return authentication_rejection(401, "Unauthorized: the token is missing or not known")


def answer_in(situation: Situation, *, is_organization_key: bool, is_403: bool) -> Response | None:
    """Return the response to a request with a known key, or None if it may pass."""
    match situation:
        case Situation.KEYS_REVOKED:
            return invalid_key(is_403=is_403)
        case Situation.OWNER_DEMOTED if not is_organization_key:
            words = "User no longer has the required permissions to use this API key"
            return authentication_rejection(403, words)
        case Situation.API_DISABLED:
            return rejection(403, "Feature not enabled")
        case Situation.MAINTENANCE:
            headers = {"Retry-After": str(MAINTENANCE_SECONDS)}
            return ErrorReply(Layer.ROUTE, 503, "Service Unavailable: maintenance", headers)
    return None
