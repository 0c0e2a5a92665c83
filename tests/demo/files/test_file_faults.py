"""Faults of file responses, decoded without httpx, which would undo some of them."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable, Iterator

import pytest

from omni_tui.demo import TOKEN
from omni_tui.demo.faults.modes import FileFault
from omni_tui.demo.server import DemoServer
from tests.demo.conftest import BLOB, Caller

BODY = {"format": "csv", "queryIdentifierMapKey": "8"}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=500, limit=1_000_000) as server:
        yield server


@pytest.fixture(scope="module")
def job_id(server: DemoServer) -> str:
    caller = Caller(server)
    with caller.http:
        job_id: str = caller.start(BODY).json()["job_id"]
        caller.ended(job_id)
        return job_id


def sent(server: DemoServer, job_id: str, fault: FileFault = FileFault.NONE) -> tuple[dict[str, str], bytes]:
    """Return headers and body as sent, by HTTP/1.0 so that nothing is chunked."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    request = f"GET /api/v1/dashboards/{BLOB}/download/{job_id} HTTP/1.0\r\nHost: {host}\r\n"
    server.demo.file_fault = fault
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{request}Authorization: Bearer {TOKEN}\r\n\r\n".encode())
        with connection.makefile("rb") as stream:
            head, _, body = stream.read().partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert " 200 " in lines[0]
    return dict(line.lower().split(": ", 1) for line in lines[1:]), body


@pytest.mark.parametrize(
    ("fault", "encoding", "undone"),
    [
        (FileFault.GZIP, "gzip", gzip.decompress),
        (FileFault.X_GZIP, "x-gzip", gzip.decompress),
        (FileFault.GZIP_MEMBERS, "gzip", gzip.decompress),
        (FileFault.DEFLATE, "deflate", zlib.decompress),
        (FileFault.RAW_DEFLATE, "deflate", lambda body: zlib.decompress(body, -zlib.MAX_WBITS)),
    ],
)
def test_compressed(
    server: DemoServer, job_id: str, fault: FileFault, encoding: str, undone: Callable[[bytes], bytes]
) -> None:
    plain = sent(server, job_id)[1]
    headers, body = sent(server, job_id, fault)
    assert headers["content-encoding"] == encoding
    assert "content-length" not in headers
    assert undone(body) == plain


def test_several_members(server: DemoServer, job_id: str) -> None:
    body = sent(server, job_id, FileFault.GZIP_MEMBERS)[1]
    first = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    first.decompress(body)
    assert first.unused_data.startswith(b"\x1f\x8b")


def test_cut_before_the_trailer(server: DemoServer, job_id: str) -> None:
    _, body = sent(server, job_id, FileFault.GZIP_CUT)
    with pytest.raises(EOFError):
        gzip.decompress(body)


def test_cut_within_a_row(server: DemoServer, job_id: str) -> None:
    plain, cut = sent(server, job_id)[1], sent(server, job_id, FileFault.CUT)[1]
    assert plain.startswith(cut)
    assert not cut.endswith(b"\n")


@pytest.mark.parametrize(
    ("fault", "content_type", "part"),
    [
        (FileFault.EMPTY, "text/csv; charset=utf-8", b""),
        (FileFault.LOGIN_PAGE, "text/html; charset=utf-8", b"<script>"),
        (FileFault.LOGIN_PAGE_AS_FILE, "text/csv; charset=utf-8", b"<script>"),
        (FileFault.STORAGE_ERROR, "application/xml", b"<Code>AccessDenied"),
        (FileFault.STATUS_CODE, "application/json", b'"statusCode": 401'),
        (FileFault.ERROR, "application/json", b'"error"'),
        (FileFault.IN_PROGRESS, "application/json", b'"in_progress"'),
    ],
)
def test_something_else_instead(
    server: DemoServer, job_id: str, fault: FileFault, content_type: str, part: bytes
) -> None:
    headers, body = sent(server, job_id, fault)
    assert headers["content-type"] == content_type
    assert part in body
