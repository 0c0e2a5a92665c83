"""Middleware for all API requests: checks the rate limit, the key, and the simulated situation."""

from __future__ import annotations

from functools import partial

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from omni_tui.demo.access.callers import Caller, caller_from, is_well_formed
from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.replies import Layer, error_response
from omni_tui.demo.state import Demo

API = "/api/"
MAINTENANCE_SECONDS = 30


class AccessMiddleware:
    """Counts each API request, and answers those that are rejected before any route.

    In this order: 429 above the limit, the response to an unknown key, and that of the situation.
    """

    def __init__(self, app: ASGIApp, demo: Demo) -> None:
        self._app = app
        self._demo = demo
        self._error = partial(error_response, behavior=demo.behavior)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        is_api = scope["type"] == "http" and scope["path"].startswith(API)
        answer = self._rejection(scope) if is_api else None
        await (answer or self._app)(scope, receive, send)

    def _rejection(self, scope: Scope) -> Response | None:
        """Return the response to a rejected request, or None. Stores the caller."""
        demo = self._demo
        demo.requests[scope["method"], kind_of(scope["path"])] += 1
        # like the firewall, count by the header's value, even if the key is invalid [V]
        authorization = Headers(scope=scope).get("authorization", "")
        wait_seconds = demo.limit.wait_seconds(authorization)
        if wait_seconds:
            demo.rejected_count += 1
            headers = {"X-Omni-Waf-Action": "block"}  # the firewall's marker [V]
            if demo.settings.says_retry_after:
                headers["Retry-After"] = str(wait_seconds)
            message = "Too Many Requests: the limit of requests a minute is reached"
            return self._error(Layer.FIREWALL, 429, message, headers=headers)
        caller = caller_from(authorization)
        if caller is None or demo.situation is Situation.KEYS_REVOKED:
            return self._unknown_key(authorization)
        scope["omni_caller"] = caller
        return self._situation_error(caller)

    def _unknown_key(self, authorization: str) -> Response:
        """Return the response to an unknown key: 403 [V], or 401 on an older server [S]."""
        if not self._demo.behavior.rejects_keys_with_403:
            words = "Unauthorized: the token is missing or not known"
            return self._error(Layer.AUTHENTICATION, 401, words)
        if not authorization:  # from the spec, as newer sources don't mention the case [S]
            return self._error(Layer.AUTHENTICATION, 401, "Authentication required")
        if not is_well_formed(authorization):
            words = "Bad authorization header, must be formatted as Bearer <token>"
            return self._error(Layer.AUTHENTICATION, 400, words)
        return self._error(Layer.AUTHENTICATION, 403, "Invalid bearer token")

    def _situation_error(self, caller: Caller) -> Response | None:
        match self._demo.situation:
            case Situation.OWNER_DEMOTED if not caller.is_organization_key:
                words = "User no longer has the required permissions to use this API key"
                return self._error(Layer.AUTHENTICATION, 403, words)
            case Situation.API_DISABLED:
                return self._error(Layer.ROUTE, 403, "Feature not enabled")
            case Situation.MAINTENANCE:
                headers = {"Retry-After": str(MAINTENANCE_SECONDS)}
                return self._error(Layer.ROUTE, 503, "Service Unavailable: maintenance", headers=headers)
        return None


def kind_of(path: str) -> str:
    """Return the kind of request that a path is, in one word."""
    parts = path.strip("/").split("/")[2:]
    match parts:
        case ["dashboards", _, "download"]:
            return "initiate"
        case ["dashboards", _, "download", _]:
            return "file"
        case ["dashboards", _, "download", _, "status"]:
            return "status"
        case ["v2", *_, "Users" | "users"]:
            return "users"
        case ["documents" | "whoami"]:
            return parts[0]
        case ["documents", _]:
            return "document"
        case ["documents" | "dashboards", _, "queries" | "filters"]:
            return parts[2]
    return "other"
