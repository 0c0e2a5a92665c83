"""Find the environment's proxy for a URL, and explain its failures.

Reads `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (upper or lower case), and the system's settings where Python
knows them.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from omni_tui.api.errors.connect_errors import causes_of, short_cause
from omni_tui.api.errors.reason_text import plain
from omni_tui.api.urls import is_loopback

# The kinds that httpx supports. All SOCKS proxies get the host's name and look it up themselves.
SCHEMES = ("http", "https", "socks5", "socks5h")
_SOCKS_WORDS = re.compile(r"(?i)^proxy server could not connect:\s*")


class ProxyFailure(httpx.ProxyError):
    """A proxy caused the failure: `message` is what happened, `hint` what to do."""

    def __init__(self, message: str, hint: str, request: httpx.Request) -> None:
        self.message, self.hint = message, hint
        super().__init__(message, request=request)


def proxy_for(url: httpx.URL) -> str:
    """Return the environment's proxy for a URL; empty for none.

    Loopback addresses never go through a proxy: over plain http, the proxy would see the token.
    """
    proxies = getproxies()
    proxy = (proxies.get(url.scheme) or proxies.get("all") or "").strip()
    if not proxy or is_loopback(url.host) or proxy_bypass(url.netloc.decode("ascii")):
        return ""
    if is_excepted(url.host, url.port, proxies.get("no", "")):
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    # desktops use socks:// for version 5
    return re.sub(r"(?i)^socks://", "socks5h://", proxy)


def is_excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Return whether `NO_PROXY` matches a host by network (`10.0.0.0/8`), IP address or `*.domain`.

    The standard library handles plain domains. A name is not looked up to see whether it is in a network:
    curl doesn't either.
    """
    return any(_excepts(entry.lower(), host.lower(), port) for entry in re.split(r"[,\s]+", exceptions))


def _excepts(entry: str, host: str, port: int | None) -> bool:
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(\d+))?", entry)
    with_port = re.fullmatch(r"([^:]*):(\d+)", entry)
    if found := bracketed or with_port:
        if found[2] and int(found[2]) != (port or 443):
            return False
        entry = found[1]
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def proxy_name(proxy: str) -> str:
    """Return a proxy's host and port, without credentials."""
    return plain(proxy.partition("://")[2].partition("/")[0].rpartition("@")[2])


def proxy_url_error(proxy: str, request: httpx.Request) -> ProxyFailure | None:
    """Return the error if the proxy's URL itself is wrong."""
    scheme = proxy.partition("://")[0].lower()
    if scheme not in SCHEMES:
        words = f"{plain(scheme)}:// proxies aren't supported."
        return ProxyFailure(words, f"{_check(request)}: use http://, https:// or socks5h://.", request)
    try:
        parts = urlsplit(proxy)
        is_valid = bool(parts.hostname) and parts.port != 0
        httpx.URL(proxy)
    except (ValueError, httpx.InvalidURL):
        is_valid = False
    return None if is_valid else ProxyFailure("The proxy's URL is invalid.", f"{_check(request)}.", request)


def proxy_failure(error: Exception, proxy: str, request: httpx.Request) -> ProxyFailure | None:
    """Return the error if a failure is the proxy's."""
    name, where = proxy_name(proxy), request.url.netloc.decode("ascii")
    check = _check(request)
    is_about_tls = any(isinstance(cause, ssl.SSLError) for cause in causes_of(error))
    match error:
        case httpx.ConnectTimeout():
            words = f"The proxy {name} did not connect to {where} in time."
            return ProxyFailure(words, f"{check} and your network.", request)
        # only the proxy itself is connected to directly
        case httpx.ConnectError() if not is_about_tls:
            words = f"Can't reach the proxy {name}: {short_cause(error)}."
            return ProxyFailure(words, f"{check} and your network.", request)
        case httpx.ProxyError():
            reason = _SOCKS_WORDS.sub("", plain(str(error))).rstrip(". ") or "no reason given"
            is_about_login = reason.startswith("407") or re.search(r"(?i)auth|password", reason) is not None
            hint = (
                f"{check}: its user name and password."
                if is_about_login
                else f"{check}, or ask its administrator."
            )
            words = f"The proxy {name} rejected the connection to {where}: {reason}."
            return ProxyFailure(words, hint, request)
    return None


def _check(request: httpx.Request) -> str:
    """Return `Check HTTPS_PROXY`, with the variable that sets the proxy."""
    names = (f"{request.url.scheme}_proxy", "all_proxy")
    set_here = (name for each in names for name in (each, each.upper()) if os.environ.get(name))
    return f"Check {next(set_here, 'the proxy in the system settings')}"
