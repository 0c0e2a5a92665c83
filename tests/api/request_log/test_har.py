"""A HAR file of what really went over the wire: valid, complete, and without secrets or files."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.errors.types import ApiError
from omni_tui.api.request_log.har import har_document
from omni_tui.api.request_log.log import Exchange
from tests.api.request_log.har_schema import SCHEMA
from tests.api.support import JOB_ID, TOKEN, Bench
from tests.examples import examples

CSV = "order,total\nplanted-row,12\n"


def answer(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    if path.endswith(JOB_ID):
        return httpx.Response(
            302, headers={"Location": f"/files/a.csv?token={TOKEN}&X-Amz-Signature=planted-signature"}
        )
    if path.startswith("/files/"):
        return httpx.Response(200, text=CSV, headers={"Content-Type": "text/csv"})
    if path.endswith("/download"):
        return httpx.Response(200, json={"job_id": JOB_ID})
    if path.endswith("/status"):
        raise httpx.ReadTimeout("too slow")
    return httpx.Response(403, json={"error": {"code": 403, "message": f"Invalid bearer token {TOKEN}"}})


async def recorded() -> tuple[Exchange, ...]:
    async with Bench(answer) as bench:
        await bench.client.initiate("12db1a0a", {"format": "csv", "filename": "Umsätze"}, user_id="u 1")
        with pytest.raises(ApiError):
            await bench.client.status("12db1a0a", JOB_ID)
        async with bench.client.file("12db1a0a", JOB_ID) as file:
            assert b"".join([chunk async for chunk in file.chunks()]) == CSV.encode()
        with pytest.raises(ApiError):
            await bench.client.documents()
        return bench.log.exchanges()


async def test_it_is_valid_and_says_what_happened() -> None:
    exchanges = await recorded()
    document = json.loads(json.dumps(har_document(exchanges)))
    jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())
    entries = document["log"]["entries"]
    assert [each["response"]["status"] for each in entries] == [200, 0, 302, 200, 403]
    start, timed_out, redirect, file, rejected = entries
    assert json.loads(start["request"]["postData"]["text"])["filename"] == "Umsätze"
    assert start["request"]["postData"]["mimeType"] == "application/json"
    assert start["request"]["queryString"] == [{"name": "userId", "value": "u 1"}]
    assert json.loads(start["response"]["content"]["text"]) == {"job_id": JOB_ID}
    assert "ReadTimeout" in timed_out["_error"]
    assert redirect["response"]["redirectURL"].startswith("/files/a.csv?token=***")
    assert file["response"]["content"] == {
        "size": len(CSV),
        "mimeType": "text/csv",
        "comment": "left out: the content of a file",
    }
    assert "Invalid bearer token" in rejected["response"]["content"]["text"]
    started = datetime.fromisoformat(start["startedDateTime"])
    assert started.tzinfo is not None
    assert abs(started.timestamp() - exchanges[0].started_at) < 0.002


async def test_neither_secrets_nor_files_are_in_it() -> None:
    text = json.dumps(har_document(await recorded()))
    for planted in (TOKEN, "planted-signature", "planted-row"):
        assert planted not in text


async def test_why_a_file_was_not_sent_is_in_it() -> None:
    refusal = {"detail": "Download job not found", "status": 404}
    async with Bench(lambda request: httpx.Response(404, json=refusal)) as bench:
        with pytest.raises(ApiError):
            async with bench.client.file("12db1a0a", JOB_ID):
                pass
        (entry,) = har_document(bench.log.exchanges())["log"]["entries"]
    assert json.loads(entry["response"]["content"]["text"]) == refusal


TEXT = st.text(max_size=20)
HEADERS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)


@examples(30)
@given(
    st.builds(
        Exchange,
        number=st.integers(1, 9),
        started_at=st.floats(0, 4e9),
        method=st.sampled_from(["GET", "POST"]),
        url=TEXT.map(lambda text: f"https://blobsrus.omniapp.co/{text}"),
        path=TEXT,
        request_headers=HEADERS,
        request_body=TEXT,
        status=st.none() | st.integers(100, 599),
        failure=TEXT,
        response_headers=HEADERS,
        response_body=TEXT,
        response_type=TEXT,
        response_bytes=st.integers(0, 10**12),
        duration_seconds=st.none() | st.floats(0, 1e6),
        is_complete=st.booleans(),
        is_file=st.booleans(),
    )
)
def test_any_exchange_makes_a_valid_entry(exchange: Exchange) -> None:
    document = json.loads(json.dumps(har_document([exchange])))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
