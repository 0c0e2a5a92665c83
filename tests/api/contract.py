"""What the client may send, written down by hand: method, path, query parameters, body.

A second hand on purpose: it takes nothing from the client or the options.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

ID = r"[A-Za-z0-9._~%-]+"
DOWNLOAD_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["format"],
    "additionalProperties": False,
    "properties": {
        "format": {"enum": ["pdf", "png", "csv", "xlsx", "json"]},
        "filename": {"type": "string", "maxLength": 255},
        "queryIdentifierMapKey": {"type": "string"},
        "filterConfig": {"type": "object"},
        "paperFormat": {"enum": ["fit_page", "letter", "legal", "tabloid", "a3", "a4"]},
        "paperOrientation": {"enum": ["portrait", "landscape"]},
        "hideTitle": {"type": "boolean"},
        "showFilters": {"type": "boolean"},
        "expandTablesToShowAllRows": {"type": "boolean"},
        "singleColumnLayout": {"type": "boolean"},
        "enableFormatting": {"type": "boolean"},
        "hideHiddenFields": {"type": "boolean"},
        "overrideRowLimit": {"type": "boolean"},
        "maxRowLimit": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    },
}


@dataclass(frozen=True)
class Operation:
    """One operation: its path as a pattern, and a pattern for each query parameter it knows."""

    method: str
    path: str
    query: dict[str, str]
    accept: str = "application/json"
    has_body: bool = False


AS_USER = {"userId": ".+"}
USERS = {"startIndex": "[1-9][0-9]*", "count": "[1-9][0-9]*", "filter": ".+"}
OPERATIONS = (
    Operation(
        "GET",
        "/v1/documents",
        {
            "pageSize": "[1-9][0-9]?|100",
            "cursor": ".+",
            "sortField": "name|favorites|updatedAt|visits",
            "sortDirection": "asc|desc",
            "include": "_count,labels",
        },
    ),
    Operation("GET", f"/v1/documents/{ID}/queries", {}),
    Operation("GET", f"/v1/dashboards/{ID}/filters", AS_USER),
    Operation("POST", f"/v1/dashboards/{ID}/download", AS_USER, has_body=True),
    Operation("GET", f"/v1/dashboards/{ID}/download/{ID}/status", AS_USER),
    Operation("GET", f"/v1/dashboards/{ID}/download/{ID}", AS_USER, accept="*/*"),
    Operation("GET", "/scim/v2/Users", USERS),
    Operation("GET", "/scim/v2/embed/Users", USERS),
)


def check(request: httpx.Request, root: str) -> Operation:
    """The operation that a request is; AssertionError when the contract knows none, or not like this."""
    parts = urlsplit(str(request.url))
    path = parts.path.removeprefix(urlsplit(root).path)
    fitting = [
        operation
        for operation in OPERATIONS
        if operation.method == request.method and re.fullmatch(operation.path, path)
    ]
    assert fitting, f"no operation is {request.method} {path}"
    operation = fitting[0]
    query = parse_qsl(parts.query, keep_blank_values=True)
    assert len({name for name, _ in query}) == len(query), f"a parameter stands twice: {query}"
    for name, value in query:
        assert name in operation.query, f"{path} knows no {name}"
        assert re.fullmatch(operation.query[name], value), f"{name}={value}"
    assert request.headers["Accept"] == operation.accept
    assert request.headers["Authorization"].startswith("Bearer ")
    if operation.has_body:
        assert request.headers["Content-Type"] == "application/json"
        assert isinstance(json.loads(request.content), dict)
    else:
        assert request.content == b""
        assert "Content-Type" not in request.headers
    return operation
