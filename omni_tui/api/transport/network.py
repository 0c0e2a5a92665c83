"""The network transport: direct, or through the environment's proxy.

httpx reads the proxy variables only if it is given no transport, and we give it ours. So `proxies` reads the
same variables.
"""

from __future__ import annotations

import asyncio
import ssl
from contextvars import ContextVar
from functools import partial
from typing import Any

import httpcore
import httpx
from httpcore._backends.auto import AutoBackend

from omni_tui.api.transport.proxies import ProxyFailure, proxy_failure, proxy_for, proxy_name, proxy_url_error
from omni_tui.api.transport.tls import ssl_context
from omni_tui.daemon_threads import run_in_daemon_thread

# Connecting, sending and waiting for the first byte may each take as long as one chunk.
HEAD_TIMEOUT_FACTOR = 3

# The connections that a request has opened to a SOCKS proxy.
_OPENED: ContextVar[list[httpcore.AsyncNetworkStream] | None] = ContextVar("opened", default=None)


class NetworkTransport(httpx.AsyncBaseTransport):
    """One httpx transport per route, created on first use.

    Loopback addresses never go through a proxy: over plain http, the proxy would see the token. `tls` chooses
    the trusted certificates. The total time for a response's head is limited: httpx limits each chunk, and
    httpcore reads from SOCKS proxies without a timeout. The body isn't limited here.
    """

    def __init__(self) -> None:
        self._routes: dict[tuple[str, bool], httpx.AsyncHTTPTransport] = {}
        self._opening = asyncio.Lock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the route for the URL. Raises UntrustedStore, or what httpx raises."""
        proxy = proxy_for(request.url)
        if proxy and (failure := proxy_url_error(proxy, request)):
            raise failure
        try:
            return await self._send_in_time(proxy, request)
        except httpx.TransportError as error:
            if not proxy:
                raise
            if failure := proxy_failure(error, proxy, request):
                raise failure from None
            # the certificate is the server's, except for a proxy that has one too
            if not isinstance(error, httpx.ConnectError) or proxy.lower().startswith("https:"):
                error.via_proxy = proxy_name(proxy)  # type: ignore[attr-defined]  # read by api.errors.types
            raise

    async def _send_in_time(self, proxy: str, request: httpx.Request) -> httpx.Response:
        seconds: float = request.extensions["timeout"]["connect"]
        try:
            async with asyncio.timeout(seconds * HEAD_TIMEOUT_FACTOR):
                return await self._send(proxy, request)
        except TimeoutError:
            raise httpx.ReadTimeout("the head did not arrive in time", request=request) from None

    async def _send(self, proxy: str, request: httpx.Request) -> httpx.Response:
        transport = await self._open((proxy, bool(proxy) or request.url.scheme == "https"))
        if not _is_socks(proxy):
            return await transport.handle_async_request(request)
        import socksio

        opened: list[httpcore.AsyncNetworkStream] = []
        token = _OPENED.set(opened)
        try:
            return await transport.handle_async_request(request)
        except BaseException as error:
            for stream in opened:
                await stream.aclose()
            if isinstance(error, socksio.SOCKSError | AssertionError):  # httpcore asserts a proxy's responses
                words = f"{proxy_name(proxy)} is not a SOCKS proxy."
                raise ProxyFailure(words, "Check the kind and port of the proxy.", request) from None
            raise
        finally:
            _OPENED.reset(token)

    async def _open(self, route: tuple[str, bool]) -> httpx.AsyncHTTPTransport:
        async with self._opening:
            if route not in self._routes:
                _, with_tls = route
                # reading all certificates takes too long for the event loop, and a stuck disk has no end
                self._routes[route] = (
                    await run_in_daemon_thread(partial(_open_route, *route))
                    if with_tls
                    else _open_route(*route)
                )
            return self._routes[route]

    async def aclose(self) -> None:
        """Close all opened transports."""
        for transport in self._routes.values():
            await transport.aclose()


# The maximum number of bytes that one read of the network returns: what asyncio reads at a time. With less,
# httpcore cuts up each chunk and copies its rest with every cut.
httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 256 * 1024


def _open_route(proxy: str, with_tls: bool) -> httpx.AsyncHTTPTransport:
    if not with_tls:
        # a context without authorities: loading certificates is slow, and plain http needs none
        return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    transport = httpx.AsyncHTTPTransport(verify=ssl_context(), proxy=_proxy(proxy))
    if _is_socks(proxy):
        # httpx takes no backend, and httpcore leaves a connection open if its SOCKS handshake fails
        transport._pool._network_backend = _TracingBackend()
    return transport


class _TracingBackend(AutoBackend):
    """httpcore's backend, which also tells the request about each connection it opens."""

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        """Connect as httpcore does."""
        stream = await super().connect_tcp(*args, **options)
        opened = _OPENED.get()
        if opened is not None:
            opened.append(stream)
        return stream


def _is_socks(proxy: str) -> bool:
    return proxy.lower().startswith("socks")


def _proxy(proxy: str) -> httpx.Proxy | None:
    """Return a proxy that, if reached over TLS, is checked with the same certificates."""
    if not proxy:
        return None
    is_over_tls = proxy.lower().startswith("https:")
    return httpx.Proxy(proxy, ssl_context=ssl_context() if is_over_tls else None)
