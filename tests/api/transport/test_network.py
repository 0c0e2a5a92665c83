"""Real failures of a real network, and the ways through proxies."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import httpx
import pytest

from omni_tui.api import http_session
from omni_tui.api.errors import types
from omni_tui.api.transport.network import NetworkTransport, proxy_for
from tests.api.support import TOKEN, Bench, RawServer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
EMPTY_PAGE = b'{"records": [], "pageInfo": {}}'


async def read_file(bench: Bench) -> bytes:
    async with bench.client.file("a", "j") as file:
        return b"".join([chunk async for chunk in file.chunks()])


async def test_a_real_server_is_asked_and_its_file_is_read() -> None:
    server = RawServer((HEAD + b"Content-Length: 6\r\n\r\n%PDF", b"-1"))
    async with server.running() as root, Bench(root=root) as bench:
        assert await read_file(bench) == b"%PDF-1"
    lines = server.requests[0].decode().splitlines()
    assert lines[0] == "GET /api/v1/dashboards/a/download/j HTTP/1.1"
    assert f"Authorization: Bearer {TOKEN}" in lines
    assert not any(line.lower().startswith("cookie") for line in lines)


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ((None,), types.NotReached),
        ((b"",), types.NotReached),
        ((b"SSH-2.0-OpenSSH_9.6\r\n\r\n",), types.NotOmni),
        ((HEAD,), types.NotReached),
        ((HEAD + b"Content-Length: 100\r\n\r\n%PDF-",), types.NotReached),
        ((HEAD + b"Content-Length: 100\r\n\r\n%PDF-", None), types.NotReached),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n%PDF-\r\n",), types.NotReached),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\nno size\r\n",), types.NotOmni),
    ],
)
async def test_a_broken_answer_is_never_a_file(
    pieces: tuple[bytes | None, ...], kind: type[types.ApiError]
) -> None:
    async with RawServer(pieces).running() as root, Bench(root=root) as bench:
        with pytest.raises(kind) as caught:
            await read_file(bench)
        assert type(caught.value) is kind
        assert "127.0.0.1" in caught.value.message
        assert bench.last.failure


async def test_a_server_that_says_nothing_is_given_up() -> None:
    never = asyncio.Event()
    server = RawServer((b"",), then_waits=never)
    async with server.running() as root, Bench(root=root, timeout_seconds=0.3) as bench:
        with pytest.raises(types.TimedOut):
            await bench.client.documents()
        never.set()


async def test_a_file_that_stops_coming_is_given_up() -> None:
    never = asyncio.Event()
    server = RawServer((HEAD + b"Content-Length: 100\r\n\r\n%PDF-",), then_waits=never)
    async with server.running() as root, Bench(root=root, timeout_seconds=0.3) as bench:
        with pytest.raises(types.TimedOut):
            await read_file(bench)
        assert bench.last.response_bytes == 5
        never.set()


async def test_an_answer_in_drips_is_given_up_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each drip comes in time; only all of them together take too long."""
    monkeypatch.setattr(http_session, "RESPONSE_TIMEOUT_FACTOR", 1.5)
    hung_up = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(JSON + b"Content-Length: 100000\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b" ")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.01)
        except ConnectionError:
            return  # hung up with a reset
        finally:
            writer.close()
            hung_up.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Bench(root=f"http://127.0.0.1:{port}/api", timeout_seconds=0.5) as bench:
        with pytest.raises(types.TimedOut, match="finish"):
            await bench.client.documents()
        await asyncio.wait_for(hung_up.wait(), 30)


async def test_a_closed_port_uses_nothing_of_the_rate_limit() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        async with Bench(root=f"http://127.0.0.1:{port}/api") as bench:
            with pytest.raises(types.NotReached, match="Nothing is listening"):
                await bench.client.documents()
            assert bench.limiter.used == 0


async def test_a_redirect_to_an_impossible_port_is_reported() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n"
    async with RawServer((moved,)).running() as root, Bench(root=root) as bench:
        with pytest.raises(types.NotReached, match=r"Can't reach 127\.0\.0\.1:99999 "):
            await bench.client.documents()


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://b.omniapp.co", ""),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://b.omniapp.co", "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "https://b.omniapp.co", "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy:1"}, "https://b.omniapp.co", "http://proxy:1"),
        ({"HTTP_PROXY": "http://proxy:1"}, "https://b.omniapp.co", ""),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "omniapp.co"}, "https://b.omniapp.co", ""),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "other.co"}, "https://b.omniapp.co", "http://proxy:1"),
        ({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "*"}, "https://b.omniapp.co", ""),
        ({"HTTP_PROXY": "http://proxy:1", "ALL_PROXY": "http://proxy:1"}, "http://127.0.0.1:9", ""),
        ({"ALL_PROXY": "http://proxy:1"}, "https://localhost:9", ""),
        (
            {"ALL_PROXY": "socks5h://proxy:1", "HTTPS_PROXY": "http://p:2"},
            "https://b.omniapp.co",
            "http://p:2",
        ),
        ({"ALL_PROXY": "socks://proxy:1"}, "https://b.omniapp.co", "socks5h://proxy:1"),
        *[
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": exceptions}, url, "" if is_excepted else "http://p:1")
            for exceptions, url, is_excepted in [
                ("10.0.0.0/8", "https://10.1.2.3", True),
                ("a.example, 10.0.0.0/8", "https://10.1.2.3:8443", True),
                ("localhost 10.0.0.0/8", "https://10.1.2.3", True),
                ("10.0.0.0/8", "https://11.1.2.3", False),
                ("10.0.0.1/8", "https://10.200.0.9", True),
                ("10.0.0.0/33,10.", "https://10.1.2.3", False),
                ("10.0.0.0/8", "https://10.example.com", False),
                ("fd00::/8", "https://[fd12::1]", True),
                ("fd00::/8", "https://[fe80::1]:9", False),
                ("[fd12::1]", "https://[fd12:0::1]", True),
                ("[fd12::1]:8443", "https://[fd12::1]", False),
                ("192.168.1.5:443", "https://192.168.1.5", True),
                ("192.168.1.5:444", "https://192.168.1.5", False),
                ("*.corp.example", "https://omni.corp.example", True),
                ("*.corp.example", "https://corp.example.evil", False),
            ]
        ],
    ],
)
def test_the_environment_names_the_proxy(
    environment: dict[str, str], url: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(httpx.URL(url)) == proxy


async def test_a_real_proxy_is_used_and_may_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    server = RawServer((b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",))
    async with server.running() as root:
        monkeypatch.setenv("HTTPS_PROXY", root.removesuffix("/api"))
        async with Bench(root="https://blobsrus.omniapp.co/api") as bench:
            with pytest.raises(types.NotReached, match=r"prox(y|ies)"):
                await bench.client.documents()
    assert server.requests[0].startswith(b"CONNECT blobsrus.omniapp.co:443 ")
    assert TOKEN.encode() not in server.requests[0]


@pytest.mark.parametrize(
    "proxy", ["gopher://proxy:70", "socks4://proxy:1080", "http://proxy:port", "https://", "http://[::1"]
)
async def test_a_proxy_of_another_kind_is_reported(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    async with Bench(root="https://blobsrus.omniapp.co/api") as bench:
        with pytest.raises(types.NotReached, match=r"prox(y|ies)"):
            await bench.client.documents()


async def test_a_certificate_is_asked_for_on_https(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without TLS at an https address never gets the token."""
    server = RawServer((JSON + b"Content-Length: 31\r\n\r\n" + EMPTY_PAGE,))
    async with (
        server.running() as root,
        Bench(root=root.replace("http://", "https://"), timeout_seconds=0.3) as bench,
    ):
        with pytest.raises(types.NotReached):
            await bench.client.documents()
    assert server.requests == []


async def test_closing_closes_every_way_that_was_opened() -> None:
    server = RawServer((JSON + b"Content-Length: 31\r\n\r\n" + EMPTY_PAGE,))
    async with server.running() as root:
        transport = NetworkTransport()
        async with Bench(root=root, transport=transport) as bench:
            await bench.client.documents()
        with pytest.raises(RuntimeError):
            await bench.client.documents()
