"""A token that is planted everywhere comes out nowhere."""

from __future__ import annotations

import base64
import io
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback

from omni_tui.api.errors.types import ApiError
from omni_tui.api.request_log.curl import as_curl
from tests.api.support import TOKEN, Bench, RawServer

ECHO = f"You sent Bearer {TOKEN} and {quote(TOKEN)}; cookie session={TOKEN}"
HEADERS = {
    "X-Echo": TOKEN,
    "Set-Cookie": f"session={TOKEN}",
    "Location": f"https://me:{TOKEN}@elsewhere.example/{TOKEN}?token={TOKEN}",
    "Content-Disposition": f'attachment; filename="{TOKEN}.pdf"',
}


def echoes() -> Iterator[httpx.Response | Exception]:
    for status in (200, 302, 400, 401, 403, 404, 409, 410, 500, 502):
        for body in (
            {"message": ECHO},
            {"error": {"message": ECHO}},
            {"detail": ECHO, "existing_job_id": "j"},
        ):
            yield httpx.Response(
                status, json=body, headers=HEADERS if status != 302 else {**HEADERS, "Location": "/"}
            )
        yield httpx.Response(status, text=ECHO, headers=HEADERS)
        yield httpx.Response(status, html=f"<html>{ECHO}</html>", headers={"X-Echo": TOKEN})
    yield httpx.ConnectError(ECHO)
    yield httpx.ReadTimeout(ECHO)
    yield httpx.RemoteProtocolError(f"illegal header line: {ECHO}")
    yield RuntimeError("a fault of ours")


async def everything(bench: Bench) -> list[BaseException]:
    """Call all that may fail, with the token in places where a user may have pasted it by mistake."""
    client, caught = bench.client, []
    calls: list[Any] = [
        lambda: client.documents(cursor=TOKEN),
        lambda: client.tiles(TOKEN),
        lambda: client.filters("a", user_id=TOKEN),
        lambda: client.users(filter_expression=TOKEN),
        lambda: client.initiate("a", {"format": "pdf", "filename": TOKEN}, user_id=TOKEN),
        lambda: client.status("a", TOKEN),
    ]
    for call in calls:
        try:
            await call()
        except (ApiError, RuntimeError) as error:
            caught.append(error)
    try:
        async with client.file("a", TOKEN) as file:
            async for _ in file.chunks():
                pass
    except (ApiError, RuntimeError) as error:
        caught.append(error)
    return caught


def shown(error: BaseException) -> str:
    """All that is shown of an error, what it was raised from included."""
    return f"{error} {error!r} {vars(error)} {''.join(traceback.format_exception(error))}"


@pytest.mark.parametrize("answer", list(echoes()), ids=lambda answer: repr(answer)[:40])
async def test_the_token_appears_nowhere(
    answer: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "blobsrus.omniapp.co":
            assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        else:
            assert TOKEN not in str(request.headers.raw)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    caplog.set_level(logging.DEBUG)
    async with Bench(handle) as bench:
        caught = await everything(bench)
        texts = [shown(error) for error in caught]
        texts += [repr(bench.client), str(bench.client), repr(bench.client._session), caplog.text]
        texts += [f"{exchange} {as_curl(exchange)}" for exchange in bench.log.exchanges()]
    assert len(bench.log.exchanges()) >= 7
    for text in texts:
        for spelling in (TOKEN, quote(TOKEN, safe=""), base64.b64encode(TOKEN.encode()).decode(), TOKEN[:20]):
            assert spelling not in text


async def test_a_real_failure_shows_no_frame_that_holds_the_token() -> None:
    """Textual prints the locals of all frames when it crashes; the network's frames hold the header."""
    server = RawServer((None,))
    async with server.running() as root, Bench(root=root) as bench:
        with pytest.raises(ApiError) as caught:
            await bench.client.documents()
    assert TOKEN.encode() in server.requests[0]
    error = caught.value
    console = Console(file=io.StringIO(), width=300)
    console.print(
        Traceback.from_exception(
            type(error),
            error,
            error.__traceback__,
            show_locals=True,
            locals_max_string=None,
            locals_max_length=None,
        )
    )
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "fetch" in printed
    assert TOKEN not in printed
