"""Every request that the client can send is one that the server knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_tui.api.client import OmniClient
from omni_tui.api.errors.types import NotFound
from omni_tui.options.rules import payload, problems, query
from omni_tui.options.spec import ExportRequest, Format, JsonValue, Severity
from tests.api import contract
from tests.api.support import JOB_ID, ROOT, Bench

SPEC_FILE = Path(__file__).parents[2] / "../shared/api/omni-openapi.json"
# Without the vendor's file the same operations are held against our own list alone.
SPEC: dict[str, Any] = json.loads(SPEC_FILE.read_text()) if SPEC_FILE.exists() else {"paths": {}}


def reply(request: httpx.Request) -> httpx.Response:
    """An answer with everything that any of the methods reads."""
    if request.url.path.endswith(f"/download/{JOB_ID}"):
        return httpx.Response(200, content=b"%PDF-")
    answer = {
        "records": [],
        "queries": [],
        "filters": {},
        "Resources": [],
        "totalResults": 0,
        "job_id": JOB_ID,
        "status": "complete",
    }
    return httpx.Response(200, json=answer)


async def call_everything(client: OmniClient, identifier: str, user_id: str | None) -> None:
    await client.check_credentials()
    await client.documents()
    for field in ("name", "favorites", "updatedAt", "visits"):
        await client.documents(cursor="a+/=&b", page_size=1, sort_field=field, sort_direction="desc")
    await client.tiles(identifier)
    await client.filters(identifier, user_id=user_id)
    await client.users(start_index=101, count=50, filter_expression='userName eq "a&b@c.d"')
    await client.users(embed=True)
    await client.initiate(identifier, {"format": "pdf"}, user_id=user_id)
    await client.status(identifier, JOB_ID, user_id=user_id)
    async with client.file(identifier, JOB_ID, user_id=user_id) as file:
        async for _ in file.chunks():
            pass


@pytest.mark.parametrize("user_id", [None, "membership-1"])
@pytest.mark.parametrize("identifier", ["12db1a0a", JOB_ID, "a/b?c#d%2e é", "..."])
async def test_every_request_is_known_to_the_server(identifier: str, user_id: str | None) -> None:
    async with Bench(reply) as bench:
        await call_everything(bench.client, identifier, user_id)
    called = set()
    for request in bench.sent:
        called.add(contract.check(request, ROOT).path)
        check_against_spec(request, identifier)
    assert called == {operation.path for operation in contract.OPERATIONS}


@pytest.mark.parametrize("identifier", ["", ".", ".."])
async def test_an_id_that_would_lead_elsewhere_is_not_asked_for(identifier: str) -> None:
    async with Bench(reply) as bench:
        with pytest.raises(NotFound):
            await bench.client.tiles(identifier)
        with pytest.raises(NotFound):
            await bench.client.status("a", identifier)
    assert bench.sent == []


OPTION_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "queryIdentifierMapKey": st.sampled_from(["1", "t-2"]),
        "filename": st.text(min_size=1, max_size=255),
        "filterConfig": st.just({"a.b": {"type": "string", "values": ["é"]}}),
        "paperFormat": st.sampled_from(["fit_page", "letter", "legal", "tabloid", "a3", "a4"]),
        "paperOrientation": st.sampled_from(["portrait", "landscape"]),
        "hideTitle": st.booleans(),
        "showFilters": st.booleans(),
        "expandTablesToShowAllRows": st.booleans(),
        "singleColumnLayout": st.booleans(),
        "enableFormatting": st.booleans(),
        "hideHiddenFields": st.booleans(),
        "overrideRowLimit": st.booleans(),
        "maxRowLimit": st.integers(1, 1_000_000),
        "userId": st.just("membership-1"),
    },
)


@settings(deadline=None)
@given(fmt=st.sampled_from(Format), values=OPTION_VALUES)
async def test_every_body_that_the_rules_allow_is_valid(fmt: Format, values: Mapping[str, Any]) -> None:
    request = ExportRequest("12db1a0a", fmt, values)
    if any(problem.severity is Severity.ERROR for problem in problems(request)):
        return
    body: dict[str, JsonValue] = payload(request)
    async with Bench(reply) as bench:
        await bench.client.initiate("12db1a0a", body, user_id=query(request).get("userId"))
    (sent,) = bench.sent
    contract.check(sent, ROOT)
    jsonschema.validate(json.loads(sent.content), contract.DOWNLOAD_BODY)
    check_against_spec(sent, "12db1a0a")


def check_against_spec(request: httpx.Request, identifier: str) -> None:
    """Hold a request against the vendor's own description, where that is at hand."""
    fitting = [
        (operation, path)
        for path, operations in SPEC["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.raw_path.decode().partition("?")[0])
        and (operation := operations.get(request.method.lower()))
    ]
    assert fitting or not SPEC["paths"], f"the vendor knows no {request.method} {request.url}"
    for operation, _ in fitting:
        known = {
            each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"
        }
        for name, value in request.url.params.multi_items():
            assert name in known
            jsonschema.validate(_typed(value, known[name]), _without_format(known[name]))
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.validate(json.loads(request.content), {**schema, "components": SPEC["components"]})


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    return int(value) if schema.get("type") in ("integer", "number") else value


def _without_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in schema.items() if key in ("type", "enum", "pattern", "exclusiveMinimum")
    }


def test_the_contract_rejects_unknown_requests() -> None:
    def bad_requests() -> Iterator[httpx.Request]:
        headers = {"Accept": "application/json", "Authorization": "Bearer x"}
        yield httpx.Request("GET", f"{ROOT}/v1/document", headers=headers)
        yield httpx.Request("DELETE", f"{ROOT}/v1/documents", headers=headers)
        yield httpx.Request("GET", f"{ROOT}/v1/documents?page=1", headers=headers)
        yield httpx.Request("GET", f"{ROOT}/v1/documents?pageSize=101", headers=headers)
        yield httpx.Request("GET", f"{ROOT}/v1/documents/a/b/queries", headers=headers)
        yield httpx.Request("GET", f"{ROOT}/v1/documents", headers={**headers, "Accept": "*/*"})
        yield httpx.Request("GET", f"{ROOT}/v1/documents", headers=headers, content=b"{}")

    for request in bad_requests():
        with pytest.raises(AssertionError):
            contract.check(request, ROOT)
