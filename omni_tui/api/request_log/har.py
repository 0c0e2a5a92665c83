"""Exchanges as a HAR 1.2 document, which browsers' developer tools and HAR viewers open.

The format: http://www.softwareishard.com/blog/har-12-spec/. It holds what the log holds, and no more: secrets
were removed when the exchanges were recorded (`redaction`). The content of exported files is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from omni_tui import __version__
from omni_tui.api.request_log.log import Exchange

VERSION = "1.2"
# HAR's value for an unknown size or time.
UNKNOWN = -1
_HTTP_VERSION = "HTTP/1.1"


def har_document(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return a HAR document of the exchanges, in their order, as JSON values.

    A request without a response has the status 0, as in browsers, and `_error` with the reason. Times are in
    milliseconds; the wait for the rate limit is not in them.
    """
    return {
        "log": {
            "version": VERSION,
            "creator": {"name": "omni-tui", "version": __version__},
            "entries": [_entry(exchange.without_file) for exchange in exchanges],
            "comment": "Secrets are replaced by ***, and the content of exported files is left out.",
        }
    }


def _entry(exchange: Exchange) -> dict[str, Any]:
    milliseconds = round((exchange.duration_seconds or 0.0) * 1000, 3)
    sent_at = datetime.fromtimestamp(exchange.started_at, UTC)
    entry: dict[str, Any] = {
        "startedDateTime": sent_at.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if exchange.failure:
        entry["_error"] = exchange.failure
    return entry


def _request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    body = exchange.request_body
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(query),
        "headersSize": UNKNOWN,
        "bodySize": len(body.encode()) if body else 0,
    }
    if body:
        request["postData"] = {"mimeType": _header(exchange.request_headers, "content-type"), "text": body}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    content: dict[str, Any] = {
        "size": exchange.response_bytes,
        "mimeType": exchange.response_type or "x-unknown",
    }
    if exchange.response_body:
        content["text"] = exchange.response_body
    elif exchange.response_bytes:
        content["comment"] = "left out: the content of a file" if exchange.is_file else "left out: not text"
    return {
        "status": exchange.status or 0,
        "statusText": "",
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": _pairs(exchange.response_headers),
        "content": content,
        "redirectURL": _header(exchange.response_headers, "location"),
        "headersSize": UNKNOWN,
        "bodySize": exchange.response_bytes if exchange.status is not None else UNKNOWN,
    }


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _header(headers: Sequence[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
