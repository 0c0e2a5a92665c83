"""What the server answers when it rejects a request, in the shapes of its version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from omni_tui.demo.versions import Behavior


class Layer(Enum):
    """Who rejects a request: each part of the server has its own shape of an error."""

    AUTHENTICATION = "authentication"
    ROUTE = "route"
    FIREWALL = "firewall"


class ErrorReply(Response):
    """An error whose body is written when it is sent, as the shape depends on the server's version."""

    def __init__(self, layer: Layer, status: int, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status)
        self._layer = layer
        self._message = message
        self._extra_headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        body = error_body(self._layer, self.status_code, self._message, scope["app"].state.demo.behavior)
        await JSONResponse(body, self.status_code, self._extra_headers)(scope, receive, send)


def error_body(layer: Layer, status: int, message: str, behavior: Behavior) -> dict[str, Any]:
    """The body of an error: `{"detail", "status"}`, `{"error": {"code", "message"}}` [V], or the page's [P].

    What the firewall in front of the server answers is in no source but the page.
    """
    message = message.encode(errors="replace").decode()  # half a surrogate pair, quoted back
    if layer is Layer.AUTHENTICATION and behavior.rejects_keys_with_403:
        return {"error": {"code": status, "message": message}}
    if layer is Layer.ROUTE and behavior.errors_have_detail:
        return {"detail": message, "status": status}
    return {"error": str(status), "message": message}


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> ErrorReply:
    """An error of the route that was asked."""
    return ErrorReply(Layer.ROUTE, status, message, headers or {})


def authentication_refusal(status: int, message: str) -> ErrorReply:
    """An error of the layer that checks the key, before any route."""
    return ErrorReply(Layer.AUTHENTICATION, status, message, {})


def firewall_refusal(status: int, message: str, headers: Mapping[str, str]) -> ErrorReply:
    """An error of the firewall in front of the server; it marks its answers [V]."""
    return ErrorReply(Layer.FIREWALL, status, message, {**headers, "X-Omni-Waf-Action": "block"})


def bad_request(field: str, reason: str) -> ErrorReply:
    """A 400 that names the field of the request that is wrong."""
    return refusal(400, f"Bad Request: {field}: {reason}")


def wire_time(moment: datetime) -> str:
    """A moment in UTC as it stands in answers: 2026-11-23T22:10:00.000Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
