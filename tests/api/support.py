"""A client over a handler instead of a network, and a server that says exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from omni_tui.api.client import OmniClient
from omni_tui.api.models import KeyKind
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.clock import Clock, SystemClock

ROOT = "https://blobsrus.omniapp.co/api"
TOKEN = "omni_osk_Zx9abcDEF-planted_SECRET"
JOB_ID = "550e8400-e29b-41d4-a716-446655440000"
HTML = httpx.Response(200, html="<html>Sign in</html>")

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Awaitable[httpx.Response]]


class Bench:
    """A client, what it sent (as the network would see it), and its log."""

    def __init__(
        self,
        handler: Any = None,
        *,
        clock: Clock | None = None,
        root: str = ROOT,
        token: str = TOKEN,
        limit: int = 60,
        timeout_seconds: float = 30.0,
        key_kind: KeyKind = KeyKind.UNKNOWN,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.sent: list[httpx.Request] = []
        clock = clock or SystemClock()
        self.limiter = RateLimiter(limit, clock=clock)
        self.log = ExchangeLog()
        if handler is not None:
            transport = httpx.MockTransport(self._remembering(handler))
        self.client = OmniClient(
            root,
            token,
            limiter=self.limiter,
            exchanges=self.log,
            clock=clock,
            timeout_seconds=timeout_seconds,
            key_kind=key_kind,
            transport=transport,
        )

    async def __aenter__(self) -> Bench:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    @property
    def last(self) -> Exchange:
        return self.log.exchanges()[-1]

    def _remembering(self, handler: Any) -> Callable[[httpx.Request], Awaitable[httpx.Response]]:
        async def handle(request: httpx.Request) -> httpx.Response:
            self.sent.append(request)
            answer = handler(request)
            response: httpx.Response = await answer if isinstance(answer, Awaitable) else answer
            return response

        return handle


def answers(*responses: httpx.Response | Exception) -> Callable[[httpx.Request], httpx.Response]:
    """A handler that gives one after the other, and the last one again and again."""
    left = list(responses)

    def handle(_: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return handle


def documents(*identifiers: str, **page: Any) -> httpx.Response:
    """A page of documents."""
    records = [{"identifier": each, "name": each.upper(), "hasDashboard": True} for each in identifiers]
    return httpx.Response(200, json={"records": records, "pageInfo": page})


@dataclass
class RawServer:
    """Says the given bytes to each request, in pieces; None breaks the connection off with a reset."""

    pieces: tuple[bytes | None, ...]
    then_waits: asyncio.Event | None = None
    requests: list[bytes] = field(default_factory=list, repr=False)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """The address of the API's root while it runs."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            yield f"http://127.0.0.1:{port}/api"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            for piece in self.pieces:
                if piece is None:
                    writer.transport.abort()
                    return
                writer.write(piece)
                await writer.drain()
            if self.then_waits is not None:
                await self.then_waits.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client has gone
        finally:
            writer.close()
