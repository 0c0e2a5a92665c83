"""HAR 1.2 as a JSON Schema, after the specification: what is required, of which type, and nothing else.

Fields of one's own begin with an underscore. http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": -1}
MILLISECONDS = {"type": "number", "minimum": -1}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {}), "comment": TEXT},
        "patternProperties": {"^_": {}},
        "required": list(required),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


PAIR = _object({"name": TEXT, "value": TEXT})
COOKIE = _object({"name": TEXT, "value": TEXT}, {"path": TEXT, "domain": TEXT})
URL = {"type": "string", "format": "uri"}
MESSAGE = {
    "httpVersion": TEXT,
    "cookies": _array(COOKIE),
    "headers": _array(PAIR),
    "headersSize": COUNT,
    "bodySize": COUNT,
}
REQUEST = _object(
    {**MESSAGE, "method": TEXT, "url": URL, "queryString": _array(PAIR)},
    {"postData": _object({"mimeType": TEXT, "text": TEXT}, {"params": _array(PAIR)})},
)
RESPONSE = _object(
    {
        **MESSAGE,
        "status": {"type": "integer", "minimum": 0},
        "statusText": TEXT,
        "content": _object({"size": COUNT, "mimeType": TEXT}, {"text": TEXT, "encoding": TEXT}),
        "redirectURL": TEXT,
    }
)
TIMINGS = _object(
    {
        "send": {"type": "number", "minimum": 0},
        "wait": {"type": "number", "minimum": 0},
        "receive": {"type": "number", "minimum": 0},
    },
    {"blocked": MILLISECONDS, "dns": MILLISECONDS, "connect": MILLISECONDS, "ssl": MILLISECONDS},
)
ENTRY = _object(
    {
        "startedDateTime": {"type": "string", "format": "date-time"},
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": {"type": "object"},
        "timings": TIMINGS,
    },
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
)
NAMED = _object({"name": TEXT, "version": TEXT})
SCHEMA = _object(
    {
        "log": _object(
            {"version": {"const": "1.2"}, "creator": NAMED, "entries": _array(ENTRY)}, {"browser": NAMED}
        )
    }
)
