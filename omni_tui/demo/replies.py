"""What the server answers when it refuses, in the shape of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from starlette.responses import JSONResponse


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """`{"error": "404", "message": "…"}` with that status."""
    return JSONResponse({"error": str(status), "message": message}, status, headers)


def bad_request(field: str, reason: str) -> JSONResponse:
    """A 400 that names the field of the request that is wrong."""
    return refusal(400, f"Bad Request: {field}: {reason}")


def wire_time(moment: datetime) -> str:
    """A moment in UTC as it stands in answers: 2026-11-23T22:10:00.000Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
