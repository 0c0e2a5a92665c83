"""Which proxy the environment names for a URL, and what its failures are called.

Read from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (in either case), and from the system's settings where
Python knows them.
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

# httpx speaks these. To all SOCKS ones it hands the host's name over, to be looked up there.
SCHEMES = ("http", "https", "socks5", "socks5h")
_SOCKS_WORDS = re.compile(r"(?i)^proxy server could not connect:\s*")


class ProxyFailure(httpx.ProxyError):
    """The proxy is why a request never left: `told` is what happened, `hint` what to do."""

    def __init__(self, told: str, hint: str, request: httpx.Request) -> None:
        self.told, self.hint = told, hint
        super().__init__(told, request=request)


def proxy_for(url: httpx.URL) -> str:
    """The proxy that the environment names for a URL; empty for none.

    This machine itself is never asked for through a proxy: over plain http that would hand over the token.
    """
    proxies = getproxies()
    proxy = (proxies.get(url.scheme) or proxies.get("all") or "").strip()
    if not proxy or is_loopback(url.host) or proxy_bypass(url.netloc.decode("ascii")):
        return ""
    if is_excepted(url.host, url.port, proxies.get("no", "")):
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    # desktops write socks:// for version 5
    return re.sub(r"(?i)^socks://", "socks5h://", proxy)


def is_excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Whether `NO_PROXY` names a host by a network (`10.0.0.0/8`, `fd00::/8`), an IP address or `*.domain`.

    Plain domains are the standard library's business. A name is not looked up to see whether it lies in a
    network: curl doesn't either.
    """
    return any(_excepts(entry.strip().lower(), host.lower(), port) for entry in exceptions.split(","))


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
    """A proxy's host and port, without a password."""
    return plain(proxy.partition("://")[2].partition("/")[0].rpartition("@")[2])


def wrong_proxy(proxy: str, request: httpx.Request) -> ProxyFailure | None:
    """What is wrong with the proxy's URL itself, if anything."""
    scheme = proxy.partition("://")[0].lower()
    if scheme not in SCHEMES:
        words = f"A proxy of the kind {plain(scheme)}:// isn't supported."
        return ProxyFailure(words, f"{_check(request)}: use http://, https:// or socks5h://.", request)
    try:
        parts = urlsplit(proxy)
        is_valid = bool(parts.hostname) and parts.port != 0
        httpx.URL(proxy)
    except (ValueError, httpx.InvalidURL):
        is_valid = False
    return None if is_valid else ProxyFailure("The proxy's URL is invalid.", f"{_check(request)}.", request)


def proxy_failure(error: Exception, proxy: str, request: httpx.Request) -> ProxyFailure | None:
    """An error on the way through a proxy as what it is, if it is about the proxy."""
    name, where = proxy_name(proxy), request.url.netloc.decode("ascii")
    check = _check(request)
    match error:
        case httpx.ConnectTimeout():
            words = f"No connection to {where} through the proxy {name} in time."
            return ProxyFailure(words, f"{check} and your network.", request)
        case httpx.ConnectError() if not is_about_tls(
            error
        ):  # only the proxy itself is connected to from here
            words = f"The proxy {name} cannot be reached: {short_cause(error)}."
            return ProxyFailure(words, f"{check} and your network.", request)
        case httpx.ProxyError():
            reason = _SOCKS_WORDS.sub("", plain(str(error))).rstrip(". ") or "no reason given"
            is_about_login = reason.startswith("407") or re.search(r"(?i)auth|password", reason) is not None
            hint = (
                f"{check}: its user name and password." if is_about_login else f"{check}, or ask who runs it."
            )
            words = f"The proxy {name} did not let us through to {where}: {reason}."
            return ProxyFailure(words, hint, request)
    return None


def is_about_tls(error: BaseException) -> bool:
    """Whether TLS is why a connection failed."""
    return any(isinstance(cause, ssl.SSLError) for cause in causes_of(error))


def _check(request: httpx.Request) -> str:
    """`Check HTTPS_PROXY`, by the variable that names the proxy."""
    names = (f"{request.url.scheme}_proxy", "all_proxy")
    set_here = (name for each in names for name in (each, each.upper()) if os.environ.get(name))
    return f"Check {next(set_here, 'the proxy in the system settings')}"
