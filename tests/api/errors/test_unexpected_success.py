"""A success whose body says otherwise keeps the server's words, and what a server says holds no secret."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.errors.unexpected_success import error_in_success
from omni_tui.api.transport import network
from tests.api.support import JOB_ID, TOKEN, Bench, answers

SIGNED = "https://bucket.s3.amazonaws.com/f.csv?X-Amz-Credential=AKIAX&X-Amz-Signature=5af3ed&Expires=9"
ECHO = f"Render failed for key {TOKEN} at {SIGNED}"


def kind_of(body: Any) -> types.ApiError:
    content = json.dumps(body).encode()
    return error_in_success(200, {"content-type": "application/json"}, content, path="/api/v1/documents")


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ({"success": False, "error": "Quota reached"}, types.Rejected, "Quota reached"),
        ({"success": False, "message": "Quota reached"}, types.Rejected, "Quota reached"),
        ({"error": {"message": "Quota reached"}}, types.Rejected, "Quota reached"),
        ({"error": {"code": 403, "message": "Invalid bearer token"}}, types.Unauthorized, "rejected"),
        ({"statusCode": 401, "error": "Unauthorized"}, types.Unauthorized, "rejected"),
        ({"error": "500", "message": "Quota reached"}, types.ServerFailed, "Quota reached"),
        ({"error": "x", "status": 10**400}, types.Rejected, "x"),
        ({"message": "queued"}, types.NotOmni, "Can't read"),
        ([], types.NotOmni, "Can't read"),
    ],
)
def test_a_success_that_says_it_failed_keeps_its_words(
    body: Any, kind: type[types.ApiError], words: str
) -> None:
    error = kind_of(body)
    assert type(error) is kind
    assert words in error.message


def test_a_job_status_of_error_is_not_a_request_error() -> None:
    async def ask() -> None:
        body = {"job_id": JOB_ID, "status": "error", "error": {"message": "Job failed to render."}}
        async with Bench(answers(httpx.Response(200, json=body))) as bench:
            assert (await bench.client.status("a", JOB_ID)).error == "Job failed to render."

    asyncio.run(ask())


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("member", ["error", "error_message", "detail", "message", "reason"])
async def test_the_reason_of_a_failed_job_holds_no_secret(member: str, escaped: bool) -> None:
    content = json.dumps({"status": "error", member: {"message": ECHO}})
    if escaped:
        content = content.replace("&", r"\u0026").replace("omni_osk", r"\u006fmni_osk")
    async with Bench(answers(httpx.Response(200, content=content.encode()))) as bench:
        status = await bench.client.status("a", JOB_ID)
    assert status.error is not None
    assert "Render failed for key ***" in status.error
    for secret in (TOKEN, "5af3ed", "AKIAX"):
        assert secret not in repr(status)


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("status", [200, 400, 403, 410, 500])
async def test_no_error_holds_a_secret(status: int, escaped: bool) -> None:
    content = json.dumps({"success": False, "error": ECHO})
    if escaped:
        content = content.replace("&", r"\u0026").replace("omni_osk", r"\u006fmni_osk")
    headers = {"content-type": "application/json"}
    answer = httpx.Response(status, content=content.encode(), headers=headers)
    async with Bench(answers(answer)) as bench:
        with pytest.raises(types.ApiError) as caught:
            await bench.client.initiate("a", {})
    assert "Render failed" in caught.value.reason
    for secret in (TOKEN, "5af3ed", "AKIAX"):
        assert secret not in f"{caught.value} {caught.value.reason}"


async def test_a_key_that_the_end_of_a_long_reason_cuts_is_hidden_too() -> None:
    from omni_tui.api.errors.reason_text import MAX_REASON_LENGTH

    words = "x" * (MAX_REASON_LENGTH - 15) + TOKEN
    async with Bench(answers(httpx.Response(400, json={"message": words}))) as bench:
        with pytest.raises(types.Rejected) as caught:
            await bench.client.initiate("a", {})
    assert TOKEN[:12] not in caught.value.reason


async def test_a_proposed_file_name_holds_no_key() -> None:
    headers = {"content-disposition": f'attachment; filename="{TOKEN}.csv"'}
    answer = httpx.Response(200, content=b"a", headers=headers)
    async with Bench(answers(answer)) as bench, bench.client.file("a", JOB_ID) as stream:
        assert stream.file_name == "***.csv"


@pytest.mark.parametrize("job_id", ["", ".", "..", "x" * 201, "x" * 100_000])
async def test_a_job_id_that_cannot_be_one_is_an_answer_that_cannot_be_read(job_id: str) -> None:
    async with Bench(answers(httpx.Response(200, json={"job_id": job_id}))) as bench:
        with pytest.raises(types.NotOmni):
            await bench.client.initiate("a", {})


async def test_an_id_too_long_for_a_url_is_reported_as_such() -> None:
    async with Bench(answers(httpx.Response(200, json={}))) as bench:
        with pytest.raises(types.NotOmni):
            await bench.client.filters("x" * 100_000)
        assert bench.sent == []


async def test_headers_that_drip_have_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server that sends another header, again and again: each piece comes in time, the head never."""
    is_orphaned = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"X: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            is_orphaned.set()
        finally:
            writer.close()

    monkeypatch.setattr(network, "HEAD_TIMEOUT_FACTOR", 0.2)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Bench(root=f"http://127.0.0.1:{port}/api", timeout_seconds=1.0) as bench:
        with pytest.raises(types.TimedOut) as caught:
            await bench.client.documents()
        assert caught.value.was_sent
        assert bench.log.exchanges()[-1].is_complete
        await asyncio.wait_for(is_orphaned.wait(), 5)
