"""An answer with status 200 in place of a file is what it says; no real file is taken for one."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from omni_tui.api.errors.types import (
    ApiError,
    Forbidden,
    JobFailed,
    NotFound,
    NotOmni,
    Rejected,
    ServerFailed,
    StillRunning,
    TooManyRequests,
    Unauthorized,
)
from omni_tui.clock import SystemClock
from tests.api.support import JOB_ID, TOKEN, Bench, RawServer

ACCESS_DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    "<Message>Request has expired</Message><RequestId>1</RequestId></Error>"
)


async def pieces_of(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def fetched(body: object, content_type: str = "", size: int = 9) -> bytes:
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    headers = {"content-type": content_type} if content_type else {}
    answer = httpx.Response(200, headers=headers, content=pieces_of(data, size))
    async with Bench(lambda _: answer) as bench, bench.client.file("a", "j") as file:
        return b"".join([chunk async for chunk in file.chunks()])


@pytest.mark.parametrize("content_type", ["", "text/csv", "application/json", "application/octet-stream"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": 403, "message": "Invalid bearer token"}}, Unauthorized),
        ({"error": {"code": 401, "message": "Unauthorized"}}, Unauthorized),
        ({"statusCode": 401, "message": "Unauthorized", "error": "Unauthorized"}, Unauthorized),
        ({"error": "404", "message": "Not found"}, NotFound),
        ({"detail": "No access", "status": 403}, Forbidden),
        ({"status": 400, "title": "Bad Request", "type": "about:blank"}, Rejected),
        ({"statusCode": 429, "message": "slow down"}, TooManyRequests),
        ({"status": 503, "message": "maintenance"}, ServerFailed),
        ({"error": "Job failed to render."}, ServerFailed),
        ({"success": False, "error": "no"}, ServerFailed),
        ({"message": "Internal Server Error"}, ServerFailed),
        ({"job_id": JOB_ID, "status": "in_progress"}, StillRunning),
        ({"job_id": JOB_ID, "status": "reticulating", "format": "csv"}, StillRunning),
        ({"job_id": JOB_ID, "message": "Download initiated successfully"}, StillRunning),
        ({"job_id": JOB_ID, "status": "error", "error": "Tile 3 timed out"}, JobFailed),
        ({"statusCode": 401, "message": "no", "data": None}, Unauthorized),
        ({"detail": "No access", "status": 403, "user": "blob"}, Forbidden),
        ({"error": "no", "customer": "A"}, ServerFailed),
        ({"success": False, "data": [], "error": "no"}, ServerFailed),
        ({"errors": [{"message": "no"}], "data": None}, ServerFailed),
        ({"fault": {"faultstring": "Invalid ApiKey"}}, ServerFailed),
        ({"errorMessage": "Task timed out", "errorType": "Sandbox.Timedout"}, ServerFailed),
        ({"Message": "User is not authorized"}, ServerFailed),
        ({"job_id": JOB_ID, "status": "in_progress", "updated_at": "2026-11-23"}, StillRunning),
        ({"id": JOB_ID, "state": "queued"}, StillRunning),
        ("\ufeff\n " + json.dumps({"error": "no"}), ServerFailed),
        (ACCESS_DENIED, ServerFailed),
        ("<Error><Code>ExpiredToken</Code></Error>", ServerFailed),
        ("<script>location = '/login'</script>", NotOmni),
        ("\n<!DOCTYPE html><title>Sign in</title>", NotOmni),
        ("<meta http-equiv=refresh>", NotOmni),
        ('<a href="/login">Found</a>.', NotOmni),
        ('<soap:Envelope xmlns:soap="x"><soap:Body/></soap:Envelope>', NotOmni),
        ("<Response><Code>1</Code></Response>", NotOmni),
        ("<AccessDenied/>", NotOmni),
        ("<b>Fatal error</b>", NotOmni),
        ("<%@ page %>", NotOmni),
        ("<html>".encode("utf-16"), NotOmni),
    ],
)
async def test_an_error_body_becomes_the_error_of_its_status(
    body: object, kind: type[ApiError], content_type: str
) -> None:
    with pytest.raises(ApiError) as caught:
        await fetched(body, content_type)
    assert type(caught.value) is kind


async def test_a_page_is_known_by_its_media_type() -> None:
    types = ("text/html", "text/html; charset=utf-8", "application/xml", "application/soap+xml")
    for content_type in (*types, "application/javascript", "application/x-www-form-urlencoded"):
        with pytest.raises(NotOmni):
            await fetched("Please sign in", content_type)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Unauthorized", Unauthorized),
        ("404 Not Found", NotFound),
        ("Service Unavailable\n", ServerFailed),
        ("HTTP/1.1 429: Too Many Requests", TooManyRequests),
        ("Error: 502 Bad Gateway.", ServerFailed),
        ("upstream connect error or disconnect/reset before headers", ServerFailed),
        ("error code: 1020", ServerFailed),
    ],
)
async def test_a_proxys_error_line_becomes_its_status(
    line: str, kind: type[ApiError], content_type: str
) -> None:
    with pytest.raises(ApiError) as caught:
        await fetched(line, content_type)
    assert type(caught.value) is kind


@pytest.mark.parametrize("line", ["Not Found", "Locked\r\n"])
async def test_a_column_may_be_called_like_an_error(line: str) -> None:
    assert await fetched(line, "text/csv") == line.encode()


@pytest.mark.parametrize("content_type", ["", "text/csv", "text/plain", "application/octet-stream", "x/y"])
@pytest.mark.parametrize(
    "body",
    [
        "error,status,message\nno,401,x\n",
        "error\n",
        '"error","detail"\n',
        "{a},{b}\n1,2\n",
        "<5 days,>5 days\n1,2\n",
        "<none>,n\n1,2\n",
        "",
        "\n",
        [{"error": "no", "status": 401}],
        [{"statusCode": 401, "message": "Unauthorized"}],
        [],
        {"rows": [{"error": "no"}]},
        {"message": "All rows", "data": [{"a": 1}]},
        "<b>Sales</b>,<b>Cost</b>\n1,2\n",
        '<a href="x">Name</a>;n\n1;2\n',
        "<none>\n<unknown>\n",
        "Locked\n3\n",
        "Unauthorized,n",
        {"error": None, "status": None},
        {},
        '{"error": "' + "x" * 70_000 + '"}',
        '{"error": "cut',
    ],
    ids=itertools.count(),
)
async def test_a_real_file_passes_unchanged(body: object, content_type: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    assert await fetched(text, content_type) == text.encode()


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04", b"[{}]", b'{"rows": []}'])
async def test_what_proves_itself_may_have_any_media_type(start: bytes) -> None:
    assert await fetched(start, "text/html") == start


async def test_a_token_that_is_echoed_is_hidden() -> None:
    with pytest.raises(ServerFailed) as caught:
        await fetched({"error": f"bad token {TOKEN}"})
    assert TOKEN not in caught.value.message + caught.value.reason


@pytest.mark.parametrize(
    ("head", "is_marked"),
    [
        ("", False),
        ("Content-Length: 4\r\n", True),
        ("Transfer-Encoding: chunked\r\n", True),
        ("Content-Encoding: gzip\r\n", True),
    ],
)
async def test_whether_a_cut_would_be_noticed(head: str, is_marked: bool) -> None:
    server = RawServer((f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n".encode(),))
    async with (
        server.running() as root,
        Bench(root=root, clock=SystemClock()) as bench,
        bench.client.file("a", "j") as file,
    ):
        assert file.is_end_marked == is_marked
