"""A certificate authority of one's own, and a proxy on the way: real TLS, a real CONNECT, on this machine."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import certifi
import pytest
import trustme

from omni_tui.api.errors import types
from omni_tui.api.transport import network
from omni_tui.api.transport.network import NetworkTransport
from omni_tui.api.transport.tls import FILE_VARIABLES, FOLDER_VARIABLE, UntrustedStore, trusting_context
from tests.api.support import TOKEN, Bench
from tests.api.transport.authorities import Authority
from tests.api.transport.socks import SocksProxy

PAGE = json.dumps({"records": [], "pageInfo": {"hasNextPage": False}}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
# A name that only the proxy knows how to reach.
HOST = "omni.example"


@pytest.fixture(autouse=True)
def no_certificates_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*FILE_VARIABLES, FOLDER_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Served:
    """A server whose connections have all ended when it has."""

    @contextlib.asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(cast("asyncio.Task[None]", asyncio.current_task()))
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self.serve(reader, writer)
            await _closed(writer)

        async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
            yield server.sockets[0].getsockname()[1]
            await asyncio.gather(*tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        raise NotImplementedError


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


@dataclass
class Omni(Served):
    """A server with a certificate of that authority, for those names."""

    authority: trustme.CA
    names: tuple[str, ...] = ("127.0.0.1", HOST)
    requests: list[bytes] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*self.names).configure_cert(context)
        async with self.serving(context) as port:
            yield port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(ANSWER)
        await writer.drain()


@dataclass
class Proxy(Served):
    """Connects to the server whatever name is asked for; `password` is what it wants to hear first."""

    port: int
    password: str = ""
    asked: list[bytes] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        async with self.serving() as port:
            yield f"127.0.0.1:{port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        wanted = base64.b64encode(self.password.encode())
        if self.password and b"Basic " + wanted not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        from_there, to_there = await asyncio.open_connection("127.0.0.1", self.port)
        await asyncio.gather(_pump(reader, to_there), _pump(from_there, writer))
        await _closed(to_there)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


def pem_of(authority: trustme.CA, folder: Path) -> Path:
    path = folder / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


async def ask(root: str) -> None:
    async with Bench(root=root, transport=NetworkTransport()) as bench:
        await bench.client.documents()


# whom to trust


@pytest.mark.parametrize("variable", FILE_VARIABLES)
async def test_an_authority_of_ones_own_is_trusted_by_its_file(
    variable: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Omni(authority).running() as port:
        with pytest.raises(types.NotReached, match="is not trusted") as told:
            await ask(f"https://127.0.0.1:{port}/api")
        assert "SSL_CERT_FILE" in told.value.hint
        monkeypatch.setenv(variable, str(pem_of(authority, tmp_path)))
        await ask(f"https://127.0.0.1:{port}/api")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl tells how the folder's files are named")
async def test_an_authority_of_ones_own_is_trusted_by_its_folder(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context()
    context.load_verify_locations(pem_of(authority, tmp_path))
    [told] = [each for each in context.get_ca_certs() if "trustme" in str(each)]
    assert told
    process = await asyncio.create_subprocess_exec(
        "openssl", "x509", "-hash", "-noout", "-in", str(tmp_path / "company.pem"),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    name = (await process.communicate())[0].decode().strip()
    (tmp_path / "company.pem").rename(tmp_path / f"{name}.0")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    async with Omni(authority).running() as port:
        await ask(f"https://127.0.0.1:{port}/api")


async def test_a_certificate_for_another_host_is_told_as_such(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    omni = Omni(authority, names=("other.example",))
    async with omni.running() as port:
        with pytest.raises(types.NotReached, match="is for another host"):
            await ask(f"https://127.0.0.1:{port}/api")
    assert omni.requests == []


async def test_what_does_not_speak_tls_is_told_as_such() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(types.NotReached, match="TLS"):
            await ask(f"https://127.0.0.1:{port}/api")


@pytest.mark.parametrize(
    ("variable", "content", "words"),
    [
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE names .*, which doesn't exist"),
        ("SSL_CERT_FILE", "no certificate", "which contains no certificate"),
        ("REQUESTS_CA_BUNDLE", None, "REQUESTS_CA_BUNDLE names .*, which doesn't exist"),
        ("SSL_CERT_DIR", None, "SSL_CERT_DIR names .*, which doesn't exist"),
    ],
)
async def test_certificates_that_cannot_be_used_are_told_by_their_variable(
    variable: str, content: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "named"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    async with Bench(root="https://127.0.0.1:9/api", transport=NetworkTransport()) as bench:
        with pytest.raises(UntrustedStore, match=words) as told:
            await bench.client.documents()
        assert variable in told.value.hint
        assert told.value.message in bench.last.failure


def test_without_a_variable_the_usual_authorities_are_trusted() -> None:
    assert len(trusting_context().get_ca_certs()) > 20


@pytest.fixture
def as_python_3_13(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts are made as Python 3.13 makes them, whatever Python this is."""
    make = ssl.create_default_context

    def strict(**places: str | None) -> ssl.SSLContext:
        context = make(**places)  # type: ignore[arg-type]
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)


@pytest.mark.parametrize("variable", FILE_VARIABLES)
@pytest.mark.parametrize(
    "company",
    [
        Authority(),
        Authority(has_key_id=False),
        Authority(is_critical=False),
        Authority(has_usage=False),
        Authority(has_key_id=False, is_critical=False, has_usage=False),
    ],
    ids=["complete", "no key ID", "not critical", "no usage", "bare"],
)
async def test_a_companys_authority_need_not_pass_the_strict_checks(
    company: Authority,
    variable: str,
    as_python_3_13: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, str(company.write(tmp_path / "ca.pem")))
    omni = Omni(trustme.CA())
    async with omni.serving(company.server_context(tmp_path)) as port:
        await ask(f"https://127.0.0.1:{port}/api")
    assert len(omni.requests) == 1


async def test_the_system_store_may_hold_such_an_authority_too(
    as_python_3_13: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Authority(has_key_id=False)
    monkeypatch.setattr(certifi, "where", lambda: str(company.write(tmp_path / "system.pem")))
    omni = Omni(trustme.CA())
    async with omni.serving(company.server_context(tmp_path)) as port:
        await ask(f"https://127.0.0.1:{port}/api")
    assert len(omni.requests) == 1


async def test_an_intermediate_authority_can_be_the_one_that_is_trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = authority.create_child_ca()
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(middle, tmp_path)))
    async with Omni(middle).running() as port:
        await ask(f"https://127.0.0.1:{port}/api")


async def test_another_authority_is_still_not_trusted_and_openssls_reason_is_shown(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Authority().write(tmp_path / "other.pem")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(path))
    omni = Omni(authority)
    async with omni.running() as port:
        with pytest.raises(types.NotReached) as told:
            await ask(f"https://127.0.0.1:{port}/api")
    # the hint names the file that is in use, and not again the variable to set
    assert told.value.message.endswith("is not trusted: unable to get local issuer certificate.")
    assert told.value.hint.startswith(f"CURL_CA_BUNDLE is set to {path}: ")
    assert omni.requests == []


# through a proxy


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
async def test_what_a_socks_proxy_says_is_told(
    proxy: SocksProxy, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{address}")
        with pytest.raises(types.NotReached) as told:
            await ask(f"https://{HOST}/api")
    assert words in told.value.message
    assert address in told.value.message


async def test_a_silent_socks_proxy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_SLOWEST_HEAD", 1)
    proxy = SocksProxy(is_silent=True)
    async with proxy.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{address}")
        bench = Bench(root=f"https://{HOST}/api", transport=NetworkTransport(), timeout_seconds=0.5)
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


async def test_a_proxy_with_a_password_is_given_it_and_told_when_it_is_wrong(
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


async def test_a_proxy_that_is_not_there_is_told_by_its_name_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:hunter2@127.0.0.1:9")
    with pytest.raises(types.NotReached, match=r"the proxy 127\.0\.0\.1:9: connection refused") as told:
        await ask(f"https://{HOST}/api")
    assert "hunter2" not in str(told.value)
