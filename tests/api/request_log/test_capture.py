"""What the log shows of a request, an answer, and a failure."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.request_log.capture import MAX_BODY_BYTES
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.api.request_log.redaction import HIDDEN, Secret
from omni_tui.api.transport.transports import RecordingTransport
from tests.api.support import ROOT, TOKEN, Bench, answers, documents
from tests.fakes import FakeClock


class Pieces(httpx.AsyncByteStream):
    """A body in pieces, that takes its time and may fail."""

    def __init__(self, clock: FakeClock, *pieces: bytes | Exception) -> None:
        self.clock, self.pieces = clock, pieces
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await self.clock.sleep(1)
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.is_closed = True


async def record(
    response: httpx.Response | Exception, *, read: bool = True, clock: FakeClock
) -> list[Exchange]:
    """What the log hears of one request with that answer."""
    heard: list[Exchange] = []
    log = ExchangeLog()
    log.subscribe(heard.append)

    async def handle(_: httpx.Request) -> httpx.Response:
        await clock.sleep(2)
        if isinstance(response, Exception):
            raise response
        return response

    transport = RecordingTransport(
        httpx.MockTransport(handle), exchanges=log, clock=clock, secrets=(Secret(TOKEN),)
    )
    request = httpx.Request(
        "POST", f"{ROOT}/v1/x?a=b", headers={"Authorization": f"Bearer {TOKEN}"}, json={"k": TOKEN}
    )

    async def send() -> None:
        got = await transport.handle_async_request(request)
        if read:
            await got.aread()
        await got.aclose()

    try:
        await clock.run(send())
    except httpx.HTTPError:
        assert heard[-1].failure
    return heard


async def test_an_exchange_is_reported_when_sent_and_when_ended() -> None:
    clock = FakeClock()
    answer = httpx.Response(
        200, headers={"Content-Type": "text/csv"}, stream=Pieces(clock, b"a,b\n", b"1,2\n")
    )
    sent, ended = await record(answer, clock=clock)
    assert (sent.is_complete, sent.status, sent.duration_seconds) == (False, None, None)
    assert sent.started_at == clock.time() - 4
    assert (sent.method, sent.path, sent.url) == ("POST", "/api/v1/x", f"{ROOT}/v1/x?a=b")
    assert sent.request_body == f'{{"k":"{HIDDEN}"}}'
    assert ("Authorization", HIDDEN) in sent.request_headers
    assert (ended.number, ended.is_complete, ended.status) == (sent.number, True, 200)
    assert ended.duration_seconds == 4
    assert (ended.response_body, ended.response_type, ended.response_bytes) == ("a,b\n1,2\n", "text/csv", 8)
    assert ended.failure == ""


@pytest.mark.parametrize(
    "kind", ["application/pdf", "image/png", "application/zip", "application/octet-stream", ""]
)
async def test_binary_bodies_are_logged_as_type_and_size(kind: str) -> None:
    clock = FakeClock()
    answer = httpx.Response(200, headers={"Content-Type": kind}, stream=Pieces(clock, b"%PDF", b"x" * 5000))
    ended = (await record(answer, clock=clock))[-1]
    assert (ended.response_body, ended.response_type, ended.response_bytes) == ("", kind, 5004)


async def test_a_long_text_is_cut() -> None:
    clock = FakeClock()
    piece = "ä".encode() * 1000
    answer = httpx.Response(200, headers={"Content-Type": "text/plain"}, stream=Pieces(clock, *[piece] * 100))
    ended = (await record(answer, clock=clock))[-1]
    assert ended.response_bytes == 200_000
    assert ended.response_body.endswith("… (cut after 64 KiB)")
    assert len(ended.response_body.encode()) < MAX_BODY_BYTES + 100


async def test_the_cut_does_not_leave_half_a_token() -> None:
    for offset in range(len(TOKEN) + 1):
        clock = FakeClock()
        text = "x" * (MAX_BODY_BYTES - offset) + TOKEN + "y" * 100
        answer = httpx.Response(200, headers={"Content-Type": "text/plain"}, content=text.encode())
        ended = (await record(answer, clock=clock))[-1]
        assert "omni_osk" not in ended.response_body.replace(HIDDEN, ""), offset


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_packed_bodies_are_shown_unpacked_and_counted_as_they_came(encoding: str, pack: object) -> None:
    clock = FakeClock()
    packed = pack(json.dumps({"echo": TOKEN, "a": "b" * 500}).encode())  # type: ignore[operator]
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = httpx.Response(200, headers=headers, stream=Pieces(clock, packed))
    ended = (await record(answer, clock=clock))[-1]
    assert ended.response_body.startswith(f'{{"echo": "{HIDDEN}"')
    assert ended.response_body.endswith('b"}')
    assert ended.response_bytes == len(packed)


async def test_a_bomb_is_not_unpacked() -> None:
    clock = FakeClock()
    packed = gzip.compress(b"0" * 50_000_000)
    headers = {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    log_text = await record(
        httpx.Response(200, headers=headers, stream=Pieces(clock, packed)), read=True, clock=clock
    )
    assert len(log_text[-1].response_body) < MAX_BODY_BYTES + 100


async def test_a_packing_that_is_not_known_is_named() -> None:
    clock = FakeClock()
    headers = {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    answer = httpx.Response(200, headers=headers, stream=Pieces(clock, b"not packed at all"))
    ended = (await record(answer, clock=clock))[-1]
    assert ended.response_body == "(compressed with gzip)"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx.ReadTimeout("x"), "blobsrus.omniapp.co didn't respond in time. (ReadTimeout)"),
        (httpx.ReadError("x"), "The connection to blobsrus.omniapp.co was lost. (ReadError)"),
    ],
)
async def test_a_failure_is_recorded_before_and_in_the_middle_of_an_answer(
    failure: Exception, words: str
) -> None:
    clock = FakeClock()
    ended = (await record(failure, clock=clock))[-1]
    assert (ended.failure, ended.status, ended.is_complete, ended.duration_seconds) == (words, None, True, 2)
    headers = {"Content-Type": "text/plain"}
    answer = httpx.Response(200, headers=headers, stream=Pieces(clock, b"begin", failure))
    ended = (await record(answer, clock=clock))[-1]
    assert (ended.failure, ended.status, ended.response_body) == (words, 200, "begin")
    assert ended.duration_seconds == 4


async def test_an_unread_body_also_ends() -> None:
    clock = FakeClock()
    body = Pieces(clock, b"begin")
    heard = await record(httpx.Response(200, stream=body), read=False, clock=clock)
    assert len(heard) == 2
    assert heard[-1].is_complete
    assert heard[-1].failure == "Closed before the end of the response."
    assert body.is_closed


async def test_a_cancel_in_the_middle_of_a_body_is_recorded() -> None:
    clock = FakeClock()
    body = Pieces(clock, b"begin", b"end")
    async with Bench(lambda _: httpx.Response(200, stream=body), clock=clock) as bench:
        task = asyncio.create_task(bench.client.documents())
        await clock.advance(1.5)
        task.cancel()
        await clock.settle()
    assert task.cancelled()
    assert bench.last.failure == "Canceled."
    assert bench.last.response_bytes == 5
    assert body.is_closed


async def test_a_fault_of_our_own_is_recorded_without_its_words() -> None:
    async with Bench(answers(RuntimeError(TOKEN))) as bench:
        with pytest.raises(RuntimeError):
            await bench.client.documents()
    assert bench.last.failure == "Internal error (RuntimeError)."


async def test_a_subscriber_that_fails_stops_no_request() -> None:
    def fail(_: Exchange) -> None:
        raise ValueError("cannot paint")

    async with Bench(answers(documents("a"))) as bench:
        bench.log.subscribe(fail)
        assert (await bench.client.documents()).records


async def test_each_try_is_an_exchange_of_its_own() -> None:
    clock = FakeClock()
    refused = httpx.Response(429, json={"message": "no"}, headers={"Retry-After": "1"})
    async with Bench(answers(refused, documents()), clock=clock) as bench:
        await clock.run(bench.client.documents())
    first, second = bench.log.exchanges()
    assert (first.status, first.response_body, second.status) == (429, '{"message":"no"}', 200)


async def test_an_error_is_still_its_status_when_its_body_breaks_off() -> None:
    clock = FakeClock()
    broken = httpx.Response(404, stream=Pieces(clock, b"{", httpx.ReadError("x")))
    async with Bench(lambda _: broken, clock=clock) as bench:
        with pytest.raises(types.NotFound):
            await clock.run(bench.client.tiles("a"))
