"""Middleware for all requests: checks the size, the rate limit and the key."""

from __future__ import annotations

import ipaddress
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omni_tui.demo.access.callers import Caller, caller_from, is_well_formed
from omni_tui.demo.access.rate_limit import RateLimit
from omni_tui.demo.faults.situations import answer_in, invalid_key
from omni_tui.demo.replies import authentication_rejection, firewall_rejection, rejection
from omni_tui.demo.routes.state import Demo

API = "/api/"
# Larger than any valid body: a filter for every row of a long list of names.
MAX_BODY_BYTES = 1_000_000


class RequestCounter:
    """Counts requests by method and kind, rejected ones included, and 429 responses."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.rejected_count = 0


class AccessMiddleware:
    """Counts each request, and answers those that are rejected before any route.

    In this order: 421 for another host's name, 413 for a body that is too large, 429 above the limit, and the
    response to an unknown key.
    """

    def __init__(
        self, app: ASGIApp, demo: Demo, limit: RateLimit, counter: RequestCounter, host: str
    ) -> None:
        self._app = app
        self._demo = demo
        self._limit = limit
        self._counter = counter
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not is_own_host(headers.get("host", ""), self._host):
            answer: Response | None = PlainTextResponse("Misdirected Request\n", 421)
        else:
            body = await _body(receive, headers)
            answer = self._too_large() if body is None else self._rejection(scope, headers)
            receive = _replayed(body or b"", receive)
        await (answer or self._app)(scope, receive, send)

    def _rejection(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the response to a rejected request, or None. Stores the caller."""
        if not scope["path"].startswith(API):
            return None
        self._counter.requests[scope["method"], kind_of(scope["path"])] += 1
        # like the firewall, count by the header's value, even if the key is invalid [V]
        authorization = headers.get("authorization", "")
        wait_seconds = self._limit.wait_seconds(authorization)
        if wait_seconds:
            self._counter.rejected_count += 1
            wanted = {"Retry-After": str(wait_seconds)} if self._demo.says_retry_after else {}
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

    @staticmethod
    def _too_large() -> Response:
        return rejection(413, "Payload Too Large", {"Connection": "close"})


def is_own_host(host: str, listening_on: str) -> bool:
    """Return whether a `Host` header is this server: an address, localhost, or the name it listens on.

    Any other name may be that of a web page which was resolved to this address (DNS rebinding).
    """
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.lower() in ("localhost", listening_on.lower())
    return True


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


async def _body(receive: Receive, headers: Headers) -> bytes | None:
    """Return the whole body of a request; None if it is too large, without reading the rest."""
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > MAX_BODY_BYTES:
        return None
    pieces, size, has_more = [], 0, True
    while has_more:
        message = await receive()
        piece: bytes = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BODY_BYTES:
            return None
        has_more = bool(message.get("more_body")) and message["type"] == "http.request"
    return b"".join(pieces)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that yields the body that was read, and then the original messages."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again
