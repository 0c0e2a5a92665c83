"""Waiting, trying again, and the token that stays at home."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

import httpx
import pytest

from omni_tui.api.errors import types
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.redaction import Secret
from omni_tui.api.transport.transports import MAX_TRIES, PRIORITY, RateLimitTransport
from tests.api.support import ROOT, TOKEN, Bench, answers, documents
from tests.fakes import FakeClock


def refusal(status: int = 429, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"message": "slow down"}, headers=headers)


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_waited_for_and_the_screen_says_until_when(status: int) -> None:
    clock = FakeClock()
    async with Bench(answers(refusal(status, **{"Retry-After": "17"}), documents("a")), clock=clock) as bench:
        began, ends = clock.now, clock.time() + 17
        task = asyncio.create_task(bench.client.documents())
        await clock.settle()
        assert bench.limiter.paused_until == ends
        page = await clock.run(task)
        assert clock.now - began == 17
    assert page.records[0].identifier == "a"
    assert [exchange.status for exchange in bench.log.exchanges()] == [status, 200]


async def test_a_date_is_waited_for_too() -> None:
    clock = FakeClock()
    dated = {"Retry-After": "Sun, 06 Nov 2044 08:49:37 GMT", "Date": "Sun, 06 Nov 2044 08:49:07 GMT"}
    async with Bench(answers(refusal(503, **dated), documents()), clock=clock) as bench:
        began = clock.now
        await clock.run(bench.client.documents())
        assert clock.now - began == 30


async def test_all_requests_pause_after_a_rejection() -> None:
    clock = FakeClock()
    async with Bench(answers(refusal(**{"Retry-After": "20"}), documents()), clock=clock) as bench:
        first = asyncio.create_task(bench.client.documents())
        await clock.settle()
        others = [asyncio.create_task(bench.client.tiles("a")) for _ in range(3)]
        await clock.advance(19)
        assert len(bench.sent) == 1
        for task in others:
            task.cancel()
        await clock.run(first)


@pytest.mark.parametrize("seed", range(3))
async def test_without_a_wish_the_waits_grow_and_outlast_the_servers_minute(seed: int) -> None:
    random.seed(seed)
    clock = FakeClock()
    async with Bench(answers(refusal()), clock=clock) as bench:
        sent_at: list[float] = []
        bench.log.subscribe(lambda exchange: sent_at.append(exchange.started_at))
        with pytest.raises(types.TooManyRequests) as caught:
            await clock.run(bench.client.documents())
    moments = sorted(set(sent_at))
    waits = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(bench.sent) == MAX_TRIES == len(moments)
    assert caught.value.reason == "slow down"
    assert waits[:4] == sorted(waits[:4])
    assert sum(waits) > 60
    assert all(wait % 1 for wait in waits)  # never a round number: jittered


async def test_two_clients_do_not_wait_alike() -> None:
    waits = set()
    for _ in range(5):
        clock = FakeClock()
        async with Bench(answers(refusal(), documents()), clock=clock) as bench:
            began = clock.now
            await clock.run(bench.client.documents())
            waits.add(clock.now - began)
    assert len(waits) == 5


@pytest.mark.parametrize("wish", ["0", "1"])
async def test_a_wish_that_is_too_small_again_and_again_does_not_use_up_the_tries(wish: str) -> None:
    clock = FakeClock()
    async with Bench(answers(refusal(**{"Retry-After": wish})), clock=clock) as bench:
        began = clock.now
        with pytest.raises(types.TooManyRequests):
            await clock.run(bench.client.documents())
        assert clock.now - began > 60


async def test_a_very_long_retry_after_fails_at_once() -> None:
    clock = FakeClock()
    async with Bench(answers(refusal(503, **{"Retry-After": "86400"})), clock=clock) as bench:
        with pytest.raises(types.ServerFailed) as caught:
            await clock.run(bench.client.documents())
        assert caught.value.retry_after_seconds == 86400
        assert bench.limiter.paused_until is None
    assert len(bench.sent) == 1
    assert clock.slept == []


async def test_a_rejected_post_is_sent_again_completely() -> None:
    clock = FakeClock()
    done = httpx.Response(200, json={"job_id": "j"})
    async with Bench(answers(refusal(503, **{"Retry-After": "5"}), refusal(), done), clock=clock) as bench:
        assert await clock.run(bench.client.initiate("a", {"format": "pdf"})) == "j"
    assert [request.method for request in bench.sent] == ["POST"] * 3
    assert {request.content for request in bench.sent} == {b'{"format": "pdf"}'}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 500, 502, 504])
async def test_other_answers_are_not_tried_again(status: int) -> None:
    async with Bench(answers(httpx.Response(status, json={}))) as bench:
        with pytest.raises(types.ApiError):
            await bench.client.initiate("a", {"format": "pdf"})
    assert len(bench.sent) == 1


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.ConnectError("x")])
async def test_failures_of_the_network_are_not_tried_again(failure: Exception) -> None:
    async with Bench(answers(failure)) as bench:
        with pytest.raises(types.NotReached):
            await bench.client.documents()
        assert bench.limiter.used == (0 if isinstance(failure, httpx.ConnectError) else 1)
    assert len(bench.sent) == 1


async def test_the_priority_travels_with_the_request() -> None:
    clock = FakeClock()
    order: list[str] = []

    async def handle(request: httpx.Request) -> httpx.Response:
        order.append(str(request.extensions[PRIORITY].name))
        return documents()

    async with Bench(handle, clock=clock, limit=1) as bench:
        slot = await bench.limiter.acquire(Priority.INTERACTIVE)
        tasks = [
            asyncio.create_task(bench.client.documents(priority=priority)) for priority in reversed(Priority)
        ]
        await clock.settle()
        slot.unsent()
        await clock.run(asyncio.gather(*tasks))
    assert order == ["INTERACTIVE", "START_OR_FETCH", "POLL", "BACKGROUND"]


async def test_waiting_is_not_counted_as_latency() -> None:
    clock = FakeClock()
    async with Bench(answers(documents()), clock=clock, limit=1) as bench:
        await clock.run(bench.client.documents())
        await clock.run(bench.client.documents())
    durations = [exchange.duration_seconds for exchange in bench.log.exchanges()]
    assert durations == [0, 0]
    assert clock.now > 1060


async def test_a_cancelled_request_gives_its_place_back_in_time() -> None:
    clock = FakeClock()

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with Bench(never, clock=clock) as bench:
        task = asyncio.create_task(bench.client.documents())
        await clock.settle()
        task.cancel()
        await clock.settle()
        assert bench.limiter.used == 1
        clock.now += 66
        assert bench.limiter.used == 0
        assert bench.last.failure == "Canceled."


ELSEWHERE = [
    "https://store.example/file.pdf",
    "https://blobsrus.omniapp.co:8443/api/v1/file",
    "https://blobsrus.omniapp.co.evil.example/api",
    "//evil.example/api",
]


@pytest.mark.parametrize("target", ELSEWHERE)
async def test_a_file_may_lie_elsewhere_but_the_token_stays_at_home(target: str) -> None:
    async def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/api/v1/dashboards"):
            headers = {"Location": target, "Set-Cookie": "session=abc; Path=/"}
            return httpx.Response(302, headers=headers)
        return httpx.Response(200, content=b"%PDF-")

    async with Bench(handle) as bench:
        async with bench.client.file("a", "j") as file:
            assert b"".join([chunk async for chunk in file.chunks()]) == b"%PDF-"
        used = bench.limiter.used
    first, second = bench.sent
    assert first.headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Authorization" not in second.headers
    assert "Cookie" not in second.headers
    assert second.headers["Accept"] == "*/*"
    assert used == 1  # a storage does not count our requests


async def test_a_redirect_at_home_keeps_the_token() -> None:
    async with Bench(
        answers(httpx.Response(307, headers={"Location": "/api/v2/x"}), documents("a"))
    ) as bench:
        assert (await bench.client.documents()).records
    assert [request.headers["Authorization"] for request in bench.sent] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize(
    "target",
    ["http://blobsrus.omniapp.co/api/v1/documents", "http://store.example/", "http://localhost/", "ftp://x/"],
)
async def test_nothing_is_sent_over_plain_http(target: str) -> None:
    async with Bench(answers(httpx.Response(302, headers={"Location": target}))) as bench:
        with pytest.raises(types.NotOmni, match="The server redirected to an unencrypted address: "):
            await bench.client.documents()
    assert len(bench.sent) == 1


async def test_a_redirect_to_an_invalid_url_is_not_a_lost_connection() -> None:
    async with Bench(answers(httpx.Response(302, headers={"Location": "http://[::1"}))) as bench:
        with pytest.raises(types.NotOmni, match="redirected to an invalid URL"):
            await bench.client.documents()


async def test_this_machine_may_redirect_to_itself() -> None:
    moved = httpx.Response(302, headers={"Location": "http://localhost:9/api/v1/documents"})
    async with Bench(answers(moved, documents("a")), root="http://127.0.0.1:8/api") as bench:
        assert (await bench.client.documents()).records
    assert "Authorization" not in bench.sent[1].headers  # another port is another origin


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_post_is_never_redirected(status: int) -> None:
    moved = httpx.Response(status, headers={"Location": "https://omni.example.com/api/v1/x"})
    async with Bench(answers(moved)) as bench:
        with pytest.raises(types.NotOmni) as caught:
            await bench.client.initiate("a", {"format": "pdf"})
    assert len(bench.sent) == 1
    assert "omni.example.com" in caught.value.message
    assert "OMNI_BASE_URL" in caught.value.hint


async def test_an_omni_that_has_moved_says_where_to() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "blobsrus.omniapp.co":
            return httpx.Response(
                301, headers={"Location": str(request.url.copy_with(host="omni.example.com"))}
            )
        return httpx.Response(401, json={"error": "no token"})

    async with Bench(handle) as bench:
        with pytest.raises(types.NotOmni) as caught:
            await bench.client.documents()
    assert "omni.example.com" in caught.value.message


async def test_a_storage_rejection_differs_from_omnis() -> None:
    moved = httpx.Response(302, headers={"Location": "https://store.example/f?X-Amz-Signature=abc"})
    denied = httpx.Response(403, content=b"<Error/>", headers={"Content-Type": "application/xml"})
    async with Bench(answers(moved, denied)) as bench:
        with pytest.raises(types.ServerFailed, match="storage"):
            async with bench.client.file("a", "j"):
                raise AssertionError
    assert "abc" not in str(bench.log.exchanges())


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("closed")],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_storage_that_fails_is_named_and_not_omni(failure: httpx.RequestError) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host != "store.example":
            return httpx.Response(302, headers={"Location": "https://store.example/f?X-Amz-Signature=abc"})
        failure.request = request
        raise failure

    async with Bench(handle) as bench:
        with pytest.raises(types.NotReached) as caught:
            async with bench.client.file("a", "j"):
                raise AssertionError
    assert "store.example (redirected from blobsrus.omniapp.co)" in caught.value.message
    assert "abc" not in caught.value.message


async def test_running_in_circles_ends() -> None:
    async with Bench(answers(httpx.Response(302, headers={"Location": "/api/x"}))) as bench:
        with pytest.raises(types.NotOmni, match="Too many redirects"):
            await bench.client.documents()
    assert len(bench.sent) < 10


async def test_cookies_are_neither_kept_nor_sent() -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, json={"records": [], "pageInfo": {}}, headers={"Set-Cookie": "session=abc; Path=/"}
        )

    async with Bench(handle) as bench:
        await bench.client.documents()
        await bench.client.documents()
        assert not list(bench.client._session._http.cookies.jar)
    assert all("Cookie" not in request.headers for request in bench.sent)
    assert "abc" not in str(bench.log.exchanges())


async def test_callers_cannot_set_another_token() -> None:
    seen: list[Any] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(dict(request.headers))
        return httpx.Response(200)

    transport = RateLimitTransport(
        httpx.MockTransport(handle),
        limiter=RateLimiter(clock=FakeClock()),
        home=httpx.URL(ROOT),
        token=Secret(TOKEN),
        clock=FakeClock(),
    )
    headers = {"Authorization": "Bearer other", "Cookie": "a=b", "Proxy-Authorization": "Basic x"}
    request = httpx.Request("GET", "https://elsewhere.example/", headers=headers)
    await transport.handle_async_request(request)
    assert not {"authorization", "cookie", "proxy-authorization"} & set(seen[0])
    home = httpx.Request("GET", ROOT, headers=headers)
    await transport.handle_async_request(home)
    assert seen[1]["authorization"] == f"Bearer {TOKEN}"
    assert home.headers["Authorization"] == "Bearer other"  # the caller's own is not touched
