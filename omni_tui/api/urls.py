"""Parse server and dashboard URLs in every form that people type.

Standard library only: the screens and the command line read URLs before anything heavy is imported.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from enum import Enum
from urllib.parse import SplitResult, quote, unquote, urlsplit

from omni_tui.errors import OmniTuiError

INSTANCE_DOMAIN = "omniapp.co"
PLAYGROUND_DOMAIN = "playground.exploreomni.dev"
_DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MAX_HOST_LENGTH = 253
_ENDS_IN_NUMBER = re.compile(r"\.(?:[0-9]+|0x[0-9a-f]*)\Z")
_INSTANCE_NAME = re.compile(_LABEL)
# An ID alone is one word with a digit in it, as short IDs and UUIDs are, or eight hex digits.
_IDENTIFIER = re.compile(r"(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{6,64}|[0-9A-Fa-f]{8}")
# The IDs that Omni makes: eight hex digits, or a UUID.
_OMNI_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{8}")
_ANY_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Characters allowed in a URL: no blanks, controls, quotes or backslashes; and no longer than browsers accept.
_HARMLESS_ADDRESS = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&()*+,;=._~%-]{1,2000}")
_DASHBOARD_PAGES = ("dashboards", "w")
_EXAMPLE = "Example: https://blobsrus.omniapp.co, or just blobsrus."


class Environment(Enum):
    """The kind of environment, which shows how much care is needed."""

    PRODUCTION = "production"
    PLAYGROUND = "playground"
    LOCAL = "this machine"


class AddressError(OmniTuiError):
    """The text is not an Omni address."""


def api_root(text: str) -> str:
    """Return the URL that paths are appended to: `https://blobsrus.omniapp.co/api`, without a final slash.

    Accepts an instance's name, its host, its URL with or without `/api` or `/api/v1`, and the URL of any page
    in a browser. Raises AddressError for anything else, and for a URL that would send the token over plain
    http to another machine.
    """
    typed = _unwrapped(text)
    has_scheme = "://" in typed or typed.startswith("//")
    parts = _split(typed, has_scheme)
    host, port = _host_and_port(parts)
    if not has_scheme and port is None and _INSTANCE_NAME.fullmatch(host) and host != "localhost":
        host = f"{host}.{INSTANCE_DOMAIN}"
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme == "http" and not is_loopback(host):
        raise AddressError(
            "An http:// address would send your API key unencrypted.",
            "Use https://, or leave out http://.",
        )
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port is None or port == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{shown_host}{shown_port}{_api_path(parts.path)}"


def dashboard_reference(text: str) -> str | None:
    """Return the dashboard ID in an ID (`12db1a0a`, a UUID) or in a dashboard's URL, else None.

    In a URL it follows `/dashboards/` or `/w/`. A single word is an ID only if it has a digit in it, so
    search words are rarely mistaken for one.
    """
    typed = text.strip().strip("<>\"'")
    if _IDENTIFIER.fullmatch(typed):
        return typed
    path = re.split(r"[?#]", typed, maxsplit=1)[0]
    segments = [unquote(segment) for segment in path.split("/")]
    for page, identifier in itertools.pairwise(segments):
        if page in _DASHBOARD_PAGES and _ANY_IDENTIFIER.fullmatch(identifier):
            return identifier
    return None


def is_omni_identifier(text: str) -> bool:
    """Return whether the text has the form of the IDs that Omni makes; other texts may be names."""
    return _OMNI_IDENTIFIER.fullmatch(text) is not None


def dashboard_root(text: str) -> str:
    """Return the API root of a dashboard's URL; empty for an ID or a bare path (`/dashboards/12db1a0a`).

    Raises AddressError if the host is not an Omni address.
    """
    typed = text.strip().strip("<>\"'")
    names_a_host = "://" in typed or ("/" in typed and typed.split("/")[0] not in ("", *_DASHBOARD_PAGES))
    return api_root(typed) if names_a_host else ""


def origin_of(root: str) -> str:
    """Return a URL without its path; equal origins are the same Omni server."""
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}"


def dashboard_address(root: str, identifier: str, server_url: str = "") -> str:
    """Return a dashboard's URL for the browser. `root` is the API's.

    `server_url`, the one that the API returned if any, is used only if it is on the same server and
    contains only characters allowed in a URL.
    """
    if server_url.startswith(f"{origin_of(root)}/") and _HARMLESS_ADDRESS.fullmatch(server_url):
        return server_url
    return f"{root.removesuffix('/api')}/dashboards/{quote(identifier, safe='')}"


def instance_label(root: str) -> str:
    """Return an instance's display name: `blobsrus`, or the host (and port) of any other URL."""
    host = urlsplit(root).netloc
    for domain in (INSTANCE_DOMAIN, PLAYGROUND_DOMAIN):
        name = host.removesuffix(f".{domain}")
        if name != host and "." not in name:
            return name if domain == INSTANCE_DOMAIN else f"{name} (playground)"
    return host


def environment_of(root: str) -> Environment:
    """Return the environment that a URL shows. A custom domain counts as production."""
    host = urlsplit(root).hostname or ""
    if is_loopback(host):
        return Environment.LOCAL
    return Environment.PLAYGROUND if host.endswith(f".{PLAYGROUND_DOMAIN}") else Environment.PRODUCTION


def is_loopback(host: str) -> bool:
    """Return whether a host, given as a name or an IP address without brackets, is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unwrapped(text: str) -> str:
    """Return the text without what a paste adds. Raises AddressError for invalid characters."""
    typed = text.strip().strip("<>\"'").strip()
    if not typed:
        raise AddressError("Enter an address.", _EXAMPLE)
    if re.search(r"[\s\x00-\x1f\x7f\\]", typed):
        raise AddressError("An address can't contain spaces or backslashes.", _EXAMPLE)
    return typed


def _split(typed: str, has_scheme: bool) -> SplitResult:
    try:
        parts = urlsplit(typed if has_scheme else f"//{typed}")
    except ValueError:
        raise _not_an_address() from None
    if parts.scheme not in ("", *_DEFAULT_PORTS):
        raise AddressError(f"An address starts with https://, not {parts.scheme}://.", _EXAMPLE)
    if "@" in parts.netloc:
        # also guards against blobsrus.omniapp.co@elsewhere.example; not quoted, as it may hold a password
        raise AddressError("An address can't contain a user name or password.", _EXAMPLE)
    return parts


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        host, port = (parts.hostname or "").removesuffix("."), parts.port
        host = _ascii_host(host)
    except ValueError:  # invalid port, or invalid name (UnicodeError is a ValueError)
        raise _not_an_address() from None
    if _is_ip_address(host):
        return host, port
    if not _HOST_NAME.fullmatch(host) or len(host) > _MAX_HOST_LENGTH or host in _DEFAULT_PORTS:
        raise _not_an_address()
    if "." in host and _ENDS_IN_NUMBER.search(host):  # browsers read it as an IP address, too
        raise AddressError(f"{host} isn't a valid IP address.", _EXAMPLE)
    return host, port


def _ascii_host(host: str) -> str:
    """Return a host in DNS form. Raises ValueError if it is invalid in IDNA 2008, as httpx reads it."""
    if host.isascii() and "xn--" not in host:
        return host
    import idna

    encoded = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    idna.decode(encoded)
    return encoded


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _api_path(path: str) -> str:
    """Return the path up to its `/api`; for any other page the API is at the top level."""
    segments = [segment for segment in path.split("/") if segment]
    prefix = segments[: segments.index("api")] if "api" in segments else []
    return "/" + "/".join([*prefix, "api"])


def _not_an_address() -> AddressError:
    return AddressError("That isn't an Omni address.", _EXAMPLE)
