"""Servers that speak TLS with certificates of a test's own, and a proxy in front of them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import trustme

from omni_tui.api.transport.network import NetworkTransport
from tests.api.support import Bench

PAGE = json.dumps({"records": [], "pageInfo": {"hasNextPage": False}}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE

# A name that only the proxy knows how to reach.
HOST = "omni.example"


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
