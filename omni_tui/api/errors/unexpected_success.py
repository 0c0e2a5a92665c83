"""Turn a success with the wrong content into an error: an error body, a web page, broken JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from omni_tui.api.errors.reason_text import NotJson, looks_like_markup, parse_json
from omni_tui.api.errors.types import CHECK_ADDRESS, ApiError, NotOmni, error_from_response

if TYPE_CHECKING:
    import httpx


def error_in_success(
    status: int,
    headers: httpx.Headers | Mapping[str, str],
    body: bytes,
    *,
    path: str,
    redact: Callable[[str], str] = lambda words: words,
) -> ApiError:
    """Return the error for a success with the wrong body, with the server's reason if it gives one.

    `{"success": false, "error": "…"}` becomes the error of the status it names, or a 400.
    """
    try:
        answer = parse_json(body)
    except NotJson:
        answer = None
    if not isinstance(answer, Mapping) or not (answer.get("success") is False or answer.get("error")):
        return not_json(status, headers, body)
    error = error_from_response(_status_in(answer), headers, body, path=path, redact=redact)
    error.was_success = True
    return error


def _status_in(answer: Mapping[str, Any]) -> int:
    """Return the status that an error body names; 400 if it names none."""
    inner = answer.get("error")
    inner = inner if isinstance(inner, Mapping) else {"code": inner}
    for value in (inner.get("code"), answer.get("statusCode"), answer.get("status"), answer.get("code")):
        if isinstance(value, int | str) and re.fullmatch(r"[45]\d\d", str(value)[:9]):
            return int(value)
    return 400


def not_json(status: int, headers: httpx.Headers | Mapping[str, str], body: bytes) -> NotOmni:
    """Return the error for a success that isn't Omni's JSON."""
    if looks_like_markup(headers.get("content-type") or "", body):
        return NotOmni("Got a web page instead of Omni's API.", CHECK_ADDRESS, status=status)
    return NotOmni("Can't read Omni's response.", CHECK_ADDRESS, status=status)
