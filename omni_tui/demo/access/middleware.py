"""Middleware for all API requests: checks the rate limit and the key."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from omni_tui.demo.access.callers import Caller, caller_from, is_well_formed
from omni_tui.demo.faults.situations import answer_in, invalid_key
from omni_tui.demo.replies import authentication_rejection, firewall_rejection
from omni_tui.demo.routes.server_state import Demo

API = "/api/"


class AccessMiddleware:
    """Counts each API request, and answers those that are rejected before any route.

    In this order: 429 above the limit, and the response to an unknown key.
    """

    def __init__(self, app: ASGIApp, demo: Demo) -> None:
        self._app = app
        self._demo = demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        is_api = scope["type"] == "http" and scope["path"].startswith(API)
        answer = self._rejection(scope) if is_api else None
        await (answer or self._app)(scope, receive, send)

    def _rejection(self, scope: Scope) -> Response | None:
        """Return the response to a rejected request, or None. Stores the caller."""
        self._demo.requests[scope["method"], kind_of(scope["path"])] += 1
        # like the firewall, count by the header's value, even if the key is invalid [V]
        authorization = Headers(scope=scope).get("authorization", "")
        wait_seconds = self._demo.limit.wait_seconds(authorization)
        if wait_seconds:
            self._demo.rejected_count += 1
            wanted = {"Retry-After": str(wait_seconds)} if self._demo.settings.says_retry_after else {}
            message = "Too Many Requests: the limit of requests a minute is reached"
            return firewall_rejection(429, message, wanted)
        found = self._caller(authorization)
        if isinstance(found, Response):
            return found
        scope["omni_caller"] = found
        return None

    def _caller(self, authorization: str) -> Caller | Response:
        is_403 = self._demo.behavior.rejects_keys_with_403
        if is_403 and not authorization:  # from the spec, as newer sources don't mention the case [S]
            return authentication_rejection(401, "Authentication required")
        if is_403 and not is_well_formed(authorization):
            words = "Bad authorization header, must be formatted as Bearer <token>"
            return authentication_rejection(400, words)
        caller = caller_from(authorization)
        if caller is None:
            return invalid_key(is_403=is_403)
        is_organization_key = caller.is_organization_key
        stopped = answer_in(self._demo.situation, is_organization_key=is_organization_key, is_403=is_403)
        return stopped or caller


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
