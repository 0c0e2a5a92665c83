"""The way to the network: straight, or through the proxy that the environment names.

httpx looks the proxies up itself only when it is given no transport, and ours are given. So the same
variables (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` …) are read here, by the standard library.
"""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from omni_tui.api.addresses import is_loopback
from omni_tui.api.trust import trusting_context


class ProxyUnreachable(httpx.ProxyError):
    """The proxy itself does not answer. `unreachable_proxy` is its host and port, without a password."""

    def __init__(self, proxy: str, request: httpx.Request) -> None:
        self.unreachable_proxy = urlsplit(proxy).netloc.rpartition("@")[2]
        super().__init__(f"the proxy {self.unreachable_proxy} does not answer", request=request)


class NetworkTransport(httpx.AsyncBaseTransport):
    """httpx's own transport for each way that is needed, made when it is first taken.

    This machine itself is never asked for through a proxy: over plain http that would hand the proxy the
    token. Which certificates are trusted is told in `api.trust`.
    """

    def __init__(self) -> None:
        self._ways: dict[tuple[str, bool], httpx.AsyncHTTPTransport] = {}
        self._opening = asyncio.Lock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the way that fits the address. Raises UntrustedStore, or what httpx raises."""
        proxy = proxy_for(request.url)
        way = (proxy, request.url.scheme == "https" or bool(proxy))
        try:
            return await (await self._open(way)).handle_async_request(request)
        except httpx.ConnectError as error:
            if proxy and not _is_about_tls(error):  # only the proxy itself is connected to from here
                raise ProxyUnreachable(proxy, request) from None
            raise

    async def _open(self, way: tuple[str, bool]) -> httpx.AsyncHTTPTransport:
        async with self._opening:
            if way not in self._ways:
                _, with_tls = way
                # reading all certificates takes longer than a key may wait
                self._ways[way] = await asyncio.to_thread(_open_way, *way) if with_tls else _open_way(*way)
            return self._ways[way]

    async def aclose(self) -> None:
        """Close every way that was opened."""
        for transport in self._ways.values():
            await transport.aclose()


def proxy_for(url: httpx.URL) -> str:
    """The proxy that the environment names for an address; empty for the straight way."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all") or ""
    if not proxy or is_loopback(url.host) or proxy_bypass(url.netloc.decode("ascii")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


# What one read of the network takes at most: as much as asyncio takes from the system at a time. With less,
# httpcore has each piece cut up, and its rest copied with every cut.
httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 256 * 1024


def _open_way(proxy: str, with_tls: bool) -> httpx.AsyncHTTPTransport:
    if not with_tls:
        # a context that trusts nobody: loading the certificates takes long, and plain http asks for none
        return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        return httpx.AsyncHTTPTransport(verify=trusting_context(), proxy=_proxy(proxy))
    except (ImportError, ValueError) as error:  # a kind of proxy that httpx cannot speak to here
        raise httpx.ProxyError(f"no way through a proxy of this kind: {error}") from None


def _proxy(proxy: str) -> httpx.Proxy | None:
    """A proxy that is itself spoken to over TLS is trusted by the same certificates."""
    if not proxy:
        return None
    return httpx.Proxy(proxy, ssl_context=trusting_context() if proxy.startswith("https:") else None)


def _is_about_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
