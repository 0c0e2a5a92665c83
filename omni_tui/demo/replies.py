"""The server's error responses, in the format of its version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from omni_tui.demo.versions import Behavior


class Layer(Enum):
    """The part of the server that rejects a request: each has its own error format."""

    AUTHENTICATION = "authentication"
    ROUTE = "route"
    FIREWALL = "firewall"


class ErrorReply(Response):
    """An error whose body is created when it is sent, as its format depends on the server's version."""

    def __init__(self, layer: Layer, status: int, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status)
        self._layer = layer
        self._message = message
        self._extra_headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        body = error_body(self._layer, self.status_code, self._message, scope["app"].state.demo.behavior)
        await JSONResponse(body, self.status_code, self._extra_headers)(scope, receive, send)


def error_body(layer: Layer, status: int, message: str, behavior: Behavior) -> dict[str, Any]:
    """Return the body: `{"detail", "status"}`, `{"error": {"code", "message"}}` [V], or as on the page [P].

    The format of the firewall's errors is documented only on the page.
    """
    message = message.encode(errors="replace").decode()  # replace half surrogate pairs from the request
    if layer is Layer.AUTHENTICATION and behavior.rejects_keys_with_403:
        return {"error": {"code": status, "message": message}}
    if layer is Layer.ROUTE and behavior.errors_have_detail:
        return {"detail": message, "status": status}
    return {"error": str(status), "message": message}


def rejection(status: int, message: str, headers: Mapping[str, str] | None = None) -> ErrorReply:
    """Return an error of the requested route."""
    return ErrorReply(Layer.ROUTE, status, message, headers or {})


def authentication_rejection(status: int, message: str) -> ErrorReply:
    """Return an error of the authentication, before any route."""
    return ErrorReply(Layer.AUTHENTICATION, status, message, {})


def firewall_rejection(status: int, message: str, headers: Mapping[str, str]) -> ErrorReply:
    """Return an error of the firewall in front of the server, with its marker header [V]."""
    return ErrorReply(Layer.FIREWALL, status, message, {**headers, "X-Omni-Waf-Action": "block"})


def bad_request(field: str, reason: str) -> ErrorReply:
    """Return a 400 that names the invalid field."""
    return rejection(400, f"Bad Request: {field}: {reason}")


def wire_time(moment: datetime) -> str:
    """Format a time in UTC as in responses: 2026-11-23T22:10:00.000Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
