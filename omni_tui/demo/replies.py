"""The server's error responses, in the format of its version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from omni_tui.demo.versions import Behavior


class Layer(Enum):
    """The part of the server that rejects a request: each has its own error format."""

    AUTHENTICATION = "authentication"
    ROUTE = "route"
    FIREWALL = "firewall"


def error_response(
    layer: Layer,
    status: int,
    message: str,
    behavior: Behavior,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error: `{"detail", "status"}`, `{"error": {"code", "message"}}` [V], or as on the page [P].

    The format of the firewall's errors is documented only on the page.
    """
    message = message.encode(errors="replace").decode()  # replace half surrogate pairs from the request
    body: dict[str, Any] = {"error": str(status), "message": message}
    if layer is Layer.AUTHENTICATION and behavior.rejects_keys_with_403:
        body = {"error": {"code": status, "message": message}}
    if layer is Layer.ROUTE and behavior.errors_have_detail:
        body = {"detail": message, "status": status}
    return JSONResponse(body, status, headers)


def bad_request(field: str, reason: str) -> HTTPException:
    """Return a 400 that names the invalid field."""
    return HTTPException(400, f"Bad Request: {field}: {reason}")


def wire_time(moment: datetime) -> str:
    """Format a time in UTC as in responses: 2026-11-23T22:10:00.000Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
