"""Which certificates are trusted: a certificate authority of one's own, and real TLS on this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import threading
from pathlib import Path

import certifi
import pytest
import trustme

from omni_tui.api.errors import types
from omni_tui.api.errors.connect_errors import CA_FILE_VARIABLES, CA_FOLDER_VARIABLE
from omni_tui.api.transport.network import NetworkTransport
from omni_tui.api.transport.tls import UntrustedStore, ssl_context
from tests.api.support import Bench
from tests.api.transport.authorities import Authority
from tests.api.transport.tls_servers import Omni, ask, pem_of


@pytest.mark.parametrize("variable", CA_FILE_VARIABLES)
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
    monkeypatch.setenv(CA_FOLDER_VARIABLE, str(tmp_path))
    async with Omni(authority).running() as port:
        await ask(f"https://127.0.0.1:{port}/api")


async def test_a_certificate_for_another_host_is_reported(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem_of(authority, tmp_path)))
    omni = Omni(authority, names=("other.example",))
    async with omni.running() as port:
        with pytest.raises(types.NotReached, match="is for another host"):
            await ask(f"https://127.0.0.1:{port}/api")
    assert omni.requests == []


async def test_a_server_without_tls_is_reported() -> None:
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
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE is set to .*, which doesn't exist"),
        ("SSL_CERT_FILE", "no certificate", "which contains no certificate"),
        ("REQUESTS_CA_BUNDLE", None, "REQUESTS_CA_BUNDLE is set to .*, which doesn't exist"),
        ("SSL_CERT_DIR", None, "SSL_CERT_DIR is set to .*, which doesn't exist"),
    ],
)
async def test_unusable_certificates_are_reported_with_their_variable(
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


async def test_certificates_that_nobody_delivers_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    before = set(threading.enumerate())
    async with Bench(
        root="https://127.0.0.1:9/api", transport=NetworkTransport(), timeout_seconds=0.03
    ) as bench:
        with pytest.raises(types.TimedOut):
            await bench.client.documents()
    assert all(thread.daemon for thread in set(threading.enumerate()) - before)  # quitting isn't blocked
    path.write_text("")  # so that the thread ends


def test_without_a_variable_the_usual_authorities_are_trusted() -> None:
    assert len(ssl_context().get_ca_certs()) > 20


@pytest.fixture
def as_python_3_13(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts are made as Python 3.13 makes them, whatever Python this is."""
    make = ssl.create_default_context

    def strict(**places: str | None) -> ssl.SSLContext:
        context = make(**places)  # type: ignore[arg-type]
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)


@pytest.mark.parametrize("variable", CA_FILE_VARIABLES)
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
