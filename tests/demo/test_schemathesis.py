"""Requests generated from the vendor's spec by schemathesis, for a few seconds.

The spec [S] is older than current servers. Where newer sources contradict it, these are followed, as current
servers are in use; `_as_today` changes the spec first:
- A rejected key is 403 and a malformed header 400 [V]; the spec has only 401.
- An unknown `userId` is 404 and another user's 403 [V]; the spec has neither for most paths.
- Any parameter may lead to 400 [P]; the spec has that for few paths.
- Labels are objects [D]; the spec has strings.
- `cache` may be in the download's body [C]; the spec forbids unknown keys.
If the vendor's file isn't available, the paths and parameters below are used, which are our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.demo import schemas

SPEC_FILE = Path(__file__).parents[2] / ".." / "shared" / "api" / "omni-openapi.json"
EXAMPLES = 8
NEWER_STATUSES = ("400", "401", "403", "404")
LABEL = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["name", "verified"]}]}
DASHBOARD = "/api/v1/dashboards/{identifier}"
OWN_PATHS: dict[str, tuple[str, dict[str, Any]]] = {
    "/api/v1/documents": ("cursor include pageSize sortDirection sortField userId", schemas.DOCUMENTS),
    "/api/v1/documents/{identifier}/queries": ("", schemas.QUERIES),
    f"{DASHBOARD}/filters": ("userId", schemas.FILTERS),
    f"{DASHBOARD}/download/{{jobId}}": ("userId", {}),
    f"{DASHBOARD}/download/{{jobId}}/status": ("userId", schemas.STATUS),
    "/api/scim/v2/Users": ("count filter startIndex", schemas.USERS),
    "/api/scim/v2/embed/Users": ("count filter startIndex", schemas.USERS),
}
# In the spec, but not in the demo: the program doesn't use them.
UNUSED_PATHS = ("/api/v1/content", "/api/v1/folders", "/api/v1/labels")
# Newer than the spec.
NEWER_PATHS = {
    "/api/v1/whoami": ("", schemas.WHO_AM_I),
    "/api/v1/documents/{identifier}": ("", {"type": "object", "required": ["identifier", "name"]}),
    "/api/scim/v2/users": ("count filter startIndex", schemas.USERS),
}


def _operation(path: str, query: str, answer: dict[str, Any]) -> dict[str, Any]:
    in_path = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    text = {"schema": {"type": "string"}}
    parameters = [{"name": name, "in": "path", "required": True, **text} for name in in_path]
    parameters += [{"name": name, "in": "query", **text} for name in query.split()]
    content = {"application/json": {"schema": answer}} if answer else {"*/*": {}}
    return {"get": {"parameters": parameters, "responses": {"200": {"description": "", "content": content}}}}


def _as_today() -> dict[str, Any]:
    spec: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "Omni", "version": "1"}}
    if SPEC_FILE.is_file():
        spec = json.loads(SPEC_FILE.read_text())
        for path in UNUSED_PATHS:
            del spec["paths"][path]
        parts = spec["components"]["schemas"]
        for name in ("Document", "ApiDocument"):
            parts[name]["properties"]["labels"]["items"] = LABEL
        parts["DashboardsDownloadBody"]["properties"]["cache"] = {"enum": ["Standard", "SkipCache"]}
    paths = spec.setdefault("paths", {})
    for path, (query, answer) in ({} if SPEC_FILE.is_file() else OWN_PATHS).items():
        paths[path] = _operation(path, query, answer)
    for path, (query, answer) in NEWER_PATHS.items():
        paths[path] = _operation(path, query, answer)
    for operations in paths.values():
        for operation in operations.values():
            for status in NEWER_STATUSES:
                operation["responses"].setdefault(status, {"description": ""})
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "identifier":  # otherwise nearly all would be 404
                    known = {"enum": [names.FIRST_ID, names.EVERYTHING_ID, names.WORKBOOK_ID]}
                    parameter["schema"] = {"anyOf": [known, known, {"type": "string"}]}
    return spec


schema = schemathesis.openapi.from_dict(_as_today())


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(version="2026", speed=500, limit=1_000_000) as server:
        yield server


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_all_responses_follow_the_spec(case: schemathesis.Case, server: DemoServer) -> None:
    for token in (TOKEN, PERSONAL_TOKEN):
        case.call_and_validate(
            base_url=server.url,
            headers={"Authorization": f"Bearer {token}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )
