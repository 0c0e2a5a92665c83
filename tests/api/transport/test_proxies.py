"""An Omni behind a proxy: SOCKS5 or HTTP, with a password or without."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from omni_tui.api.errors import types
from omni_tui.api.transport.network import NetworkTransport
from tests.api.support import TOKEN, Bench
from tests.api.transport.socks import SocksProxy
from tests.api.transport.tls_servers import HOST, Omni, Proxy, ask, pem_of


async def test_a_socks_proxy_is_passed_and_looks_the_name_up_itself(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    omni = Omni(authority)
    for scheme in ("socks5h", "socks5", "socks", "SOCKS5H"):
        async with omni.running() as port:
            proxy = SocksProxy(port)
            async with proxy.running() as address:
                monkeypatch.setenv("ALL_PROXY", f"{scheme}://{address}")
                await ask(f"https://{HOST}/api")
        assert proxy.asked == [(HOST, 443)]
        assert TOKEN.encode() not in proxy.heard
    assert len(omni.requests) == 4


async def test_a_socks_proxy_with_a_password_is_given_it_and_named_when_it_is_wrong(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    async with Omni(authority).running() as port:
        proxy = SocksProxy(port, login=("ada", "hunter2"))
        async with proxy.running() as address:
            monkeypatch.setenv("all_proxy", f"socks5h://ada:hunter2@{address}")
            await ask(f"https://{HOST}/api")
            for login, words in (("ada:hunter3@", "user name and password"), ("", "user name and password")):
                monkeypatch.setenv("all_proxy", f"socks5h://{login}{address}")
                with pytest.raises(types.NotReached) as told:
                    await ask(f"https://{HOST}/api")
                assert told.value.message.startswith(
                    f"The proxy {address} rejected the connection to {HOST}: "
                )
                assert told.value.hint.startswith("Check all_proxy")
                assert words in told.value.hint
                assert "hunter" not in str(told.value)
                assert not told.value.was_sent


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        (SocksProxy(reply=2), "rejected the connection to omni.example: Connection not allowed by ruleset"),
        (SocksProxy(reply=4), "rejected the connection to omni.example: Host unreachable"),
        (SocksProxy(reply=5), "rejected the connection to omni.example: Connection refused"),
        (SocksProxy(banner=b"HTTP/1.1 400 Bad Request\r\n\r\n"), "is not a SOCKS proxy"),
        (SocksProxy(banner=b"\x05"), "is not a SOCKS proxy"),
    ],
)
async def test_a_socks_proxys_reply_is_reported(
    proxy: SocksProxy, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{address}")
        with pytest.raises(types.NotReached) as told:
            await ask(f"https://{HOST}/api")
    assert words in told.value.message
    assert address in told.value.message


async def test_a_silent_socks_proxy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = SocksProxy(is_silent=True)
    async with proxy.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{address}")
        bench = Bench(root=f"https://{HOST}/api", transport=NetworkTransport(), timeout_seconds=0.1)
        async with bench:
            with pytest.raises(types.TimedOut, match=f"through the proxy {address}"):
                await bench.client.documents()


async def test_a_proxy_is_passed_and_sees_neither_token_nor_path(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    omni = Omni(authority)
    async with omni.running() as port:
        proxy = Proxy(port)
        async with proxy.running() as address:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
            await ask(f"https://{HOST}/api")
    assert proxy.asked[0].startswith(f"CONNECT {HOST}:443 HTTP/1.1\r\n".encode())
    assert TOKEN.encode() not in b"".join(proxy.asked)
    assert f"Authorization: Bearer {TOKEN}".encode() in omni.requests[0]


async def test_a_proxy_gets_its_password_and_a_wrong_one_is_reported(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    async with Omni(authority).running() as port:
        proxy = Proxy(port, password="ada:hunter2")
        async with proxy.running() as address:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@{address}")
            await ask(f"https://{HOST}/api")
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter3@{address}")
            with pytest.raises(types.NotReached, match="407 Proxy Authentication Required") as told:
                await ask(f"https://{HOST}/api")
    assert "hunter" not in str(told.value)


async def test_no_proxy_goes_straight(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy(0)
    async with proxy.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        monkeypatch.setenv("NO_PROXY", ".invalid")
        with pytest.raises(types.NotReached):
            await ask("https://omni.invalid/api")
    assert proxy.asked == []


async def test_an_untrusted_certificate_behind_a_proxy_is_the_servers(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Omni(authority).running() as port, Proxy(port).running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        with pytest.raises(types.NotReached, match=f"The certificate of {HOST} is not trusted"):
            await ask(f"https://{HOST}/api")


async def test_an_unreachable_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:hunter2@127.0.0.1:9")
    with pytest.raises(types.NotReached, match=r"the proxy 127\.0\.0\.1:9: connection refused") as told:
        await ask(f"https://{HOST}/api")
    assert "hunter2" not in str(told.value)
