"""Every request to the API passes here first: who asks, and whether there is room in the minute."""

from __future__ import annotations

from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from omni_tui.demo.callers import caller_from
from omni_tui.demo.limit import Limit
from omni_tui.demo.replies import refusal

API = "/api/"


class Tally:
    """What came in: requests by method and kind, refused ones included, and how many got a 429."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.refused_count = 0


class Gate:
    """Counts, then 401 without a known token, then 429 above the limit; else the request goes on."""

    def __init__(self, app: ASGIApp, limit: Limit, tally: Tally) -> None:
        self._app = app
        self._limit = limit
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or hand on one request."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        self._tally.requests[scope["method"], kind_of(scope["path"])] += 1
        caller = caller_from(dict(scope["headers"]).get(b"authorization", b""))
        if caller is None:
            answer = refusal(401, "Unauthorized: the token is missing or not known")
            await answer(scope, receive, send)
            return
        wait_seconds = self._limit.wait_seconds(caller.name)
        if wait_seconds:
            self._tally.refused_count += 1
            message = "Too Many Requests: the limit of requests a minute is reached"
            await refusal(429, message, {"Retry-After": str(wait_seconds)})(scope, receive, send)
            return
        scope["omni_caller"] = caller
        await self._app(scope, receive, send)


def kind_of(path: str) -> str:
    """What a path of the API asks for, in a word."""
    parts = path.strip("/").split("/")[2:]
    match parts:
        case ["dashboards", _, "download"]:
            return "initiate"
        case ["dashboards", _, "download", _]:
            return "file"
        case ["dashboards", _, "download", _, "status"]:
            return "status"
        case ["v2", *_, "Users"]:
            return "users"
        case ["documents" | "whoami"]:
            return parts[0]
        case ["documents" | "dashboards", _, "queries" | "filters"]:
            return parts[2]
    return "other"
