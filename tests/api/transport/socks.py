"""A real SOCKS5 proxy on loopback (RFC 1928, with the passwords of RFC 1929)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

GRANTED, NO_ACCEPTABLE_METHOD = 0, 0xFF


@dataclass
class SocksProxy:
    """Connects every name to `port` on this machine.

    `login` is the user name and password that it wants; `reply` is its answer to a wish for a connection.
    `banner` is what it says in place of all that; `is_silent`: it says nothing at all.
    """

    port: int = 0
    login: tuple[str, str] | None = None
    reply: int = GRANTED
    banner: bytes = b""
    is_silent: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)
    """Hosts and ports that connections were wanted to."""
    heard: bytearray = field(default_factory=bytearray)
    """All bytes that went through towards the server."""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Serve; the host and port."""
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
            await _closed(writer)

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            yield "127.0.0.1:{1}".format(*server.sockets[0].getsockname())
            await asyncio.gather(*tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_silent or self.banner:
            writer.write(self.banner)
            await reader.read()  # until the other side has had enough
            return
        methods = (await reader.readexactly(2))[1]
        offered = await reader.readexactly(methods)
        method = 2 if self.login else 0
        if method not in offered:
            writer.write(bytes([5, NO_ACCEPTABLE_METHOD]))
            return
        writer.write(bytes([5, method]))
        if self.login and not await self._is_let_in(reader, writer):
            return
        _, command, _, kind = await reader.readexactly(4)
        assert command == 1
        host = await _host(reader, kind)
        self.asked.append((host, int.from_bytes(await reader.readexactly(2), "big")))
        writer.write(bytes([5, self.reply, 0, 1, 127, 0, 0, 1, 0, 0]))
        if self.reply == GRANTED:
            from_there, to_there = await asyncio.open_connection("127.0.0.1", self.port)
            await asyncio.gather(_pump(reader, to_there, self.heard), _pump(from_there, writer, bytearray()))
            await _closed(to_there)

    async def _is_let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        name = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        is_right = (name.decode(), password.decode()) == self.login
        writer.write(bytes([1, 0 if is_right else 1]))
        return is_right


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 1:
        return ".".join(map(str, await reader.readexactly(4)))
    assert kind == 3, "a name, to be looked up by the proxy"
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, copy: bytearray) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            copy += piece
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
