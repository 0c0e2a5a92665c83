"""The way to the network: straight, or through the proxy that the environment names.

httpx looks the proxies up itself only when it is given no transport, and ours are given. So the same
variables (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` …) are read here, by the standard library.
"""

from __future__ import annotations

import ssl
from urllib.request import getproxies, proxy_bypass

import httpx

from omni_tui.api.addresses import is_loopback


class NetworkTransport(httpx.AsyncBaseTransport):
    """httpx's own transport for each way that is needed, made when it is first taken.

    This machine itself is never asked for through a proxy: over plain http that would hand the proxy the
    token. Certificates are httpx's, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    """

    def __init__(self) -> None:
        self._ways: dict[tuple[str, bool], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the way that fits the address."""
        proxy = proxy_for(request.url)
        way = (proxy, request.url.scheme == "https" or bool(proxy))
        if way not in self._ways:
            self._ways[way] = _open_way(*way)
        return await self._ways[way].handle_async_request(request)

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


def _open_way(proxy: str, with_tls: bool) -> httpx.AsyncHTTPTransport:
    if not with_tls:
        # a context that trusts nobody: loading the certificates takes long, and plain http asks for none
        return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        return httpx.AsyncHTTPTransport(proxy=proxy or None)
    except (ImportError, ValueError) as error:  # a kind of proxy that httpx cannot speak to here
        raise httpx.ProxyError(f"no way through a proxy of this kind: {error}") from None
