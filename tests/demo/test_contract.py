"""The responses match the schemas of the page and the older spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.demo import schemas
from tests.demo.conftest import BLOB, Caller

SPEC_FILE = Path(__file__).parents[2] / ".." / "shared" / "api" / "omni-openapi.json"


def _spec() -> dict[str, Any] | None:
    return json.loads(SPEC_FILE.read_text()) if SPEC_FILE.is_file() else None


def _spec_problems(answer: object, name: str) -> list[str]:
    """Return violations of the vendor's spec; empty if the spec isn't available."""
    spec = _spec()
    if spec is None:
        return []
    # labels are objects today [D]; the spec has strings
    spec["components"]["schemas"]["Document"]["properties"]["labels"]["items"] = schemas.LABEL
    schema = {"$ref": f"#/components/schemas/{name}", "components": spec["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(answer)]


def _problems(answer: object, schema: schemas.Schema) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(answer)]


@pytest.mark.parametrize(
    ("path", "query", "own", "vendors"),
    [
        ("/v1/documents", {"pageSize": "100"}, schemas.DOCUMENTS, "DocumentsListResponse"),
        ("/v1/documents", {"include": "_count,labels"}, schemas.DOCUMENTS, "DocumentsListResponse"),
        (f"/v1/documents/{BLOB}/queries", {}, schemas.QUERIES, "DocumentsGetQueriesResponse"),
        (f"/v1/dashboards/{BLOB}/filters", {}, schemas.FILTERS, "DashboardFiltersResponse"),
        (
            f"/v1/dashboards/{names.EVERYTHING_ID}/filters",
            {},
            schemas.FILTERS,
            "DashboardFiltersResponse",
        ),
        ("/scim/v2/Users", {}, schemas.USERS, "ScimUsersListResponse"),
        ("/scim/v2/embed/Users", {}, schemas.USERS, "ScimUsersListResponse"),
    ],
)
def test_the_get_endpoints(
    caller: Caller, path: str, query: dict[str, str], own: schemas.Schema, vendors: str
) -> None:
    answer = caller.get(path, **query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert _problems(answer.json(), own) == []
    assert _spec_problems(answer.json(), vendors) == []


def test_our_schemas_require_all_that_the_vendors_require() -> None:
    spec = _spec() or {"components": {"schemas": {}}}
    for name, own in (("Document", schemas.DOCUMENT), ("ScimUserResponse", schemas.USER)):
        vendors = spec["components"]["schemas"].get(name, {"required": []})
        assert set(vendors["required"]) <= set(own["required"])
        assert own["required"]


def test_a_download(caller: Caller) -> None:
    started = caller.start({"format": "csv", "queryIdentifierMapKey": "1"})
    assert started.status_code == 200
    assert _problems(started.json(), schemas.STARTED) == []
    assert _spec_problems(started.json(), "DashboardsDownloadResponse") == []
    job_id = started.json()["job_id"]
    ended = caller.ended(job_id)
    assert _problems(ended, schemas.STATUS) == []
    assert ended["job_id"] == job_id
    assert (ended["format"], ended["status"]) == ("csv", "complete")
    file = caller.file(job_id)
    assert file.status_code == 200
    assert file.headers["content-disposition"].startswith('attachment; filename="Blob Web Traffic.csv"')
    assert int(file.headers["content-length"]) == len(file.content)


@pytest.mark.parametrize(
    ("body", "content_type", "extension"),
    [
        ({"format": "pdf"}, "application/pdf", "pdf"),
        ({"format": "png"}, "image/png", "png"),
        (
            {"format": "xlsx"},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        ({"format": "csv"}, "application/zip", "zip"),
        ({"format": "csv", "queryIdentifierMapKey": "4"}, "text/csv; charset=utf-8", "csv"),
        ({"format": "json", "queryIdentifierMapKey": "4"}, "application/json", "json"),
    ],
)
def test_type_and_name_of_each_format(
    caller: Caller, body: dict[str, Any], content_type: str, extension: str
) -> None:
    file = caller.downloaded({**body, "filename": "My “own” name"})
    assert file.headers["content-type"] == content_type
    disposition = file.headers["content-disposition"]
    assert disposition == (
        f"attachment; filename=\"My _own_ name.{extension}\"; filename*=UTF-8''"
        f"My%20%E2%80%9Cown%E2%80%9D%20name.{extension}"
    )


def test_a_zip_has_no_content_length(caller: Caller) -> None:
    file = caller.downloaded({"format": "csv"})
    assert "content-length" not in file.headers
    assert file.content.startswith(b"PK")


def test_the_hostile_name_reaches_the_client_complete_and_safe_for_http(caller: Caller) -> None:
    file = caller.downloaded({"format": "csv", "queryIdentifierMapKey": "1"}, names.HOSTILE_ID)
    disposition = file.headers["content-disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert "%1B%5B31m" in disposition
    assert "%E2%80%AE" in disposition
    assert "..%2F..%2F" in disposition


@pytest.mark.parametrize("token", [TOKEN, PERSONAL_TOKEN])
def test_who_am_i(token: str) -> None:
    with DemoServer(version="2026") as server, Caller(server, token).http as http:
        answer = http.get("/api/v1/whoami").json()
    assert _problems(answer, schemas.WHO_AM_I) == []
