"""Addresses in every form that people type, turned into the one that requests are built on.

Standard library only: the screens and the command line read addresses before anything heavy is loaded.
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
_LONGEST_HOST = 253
_ENDS_IN_NUMBER = re.compile(r"\.(?:[0-9]+|0x[0-9a-f]*)\Z")
_INSTANCE_NAME = re.compile(_LABEL)
# An id stands alone when it is one word with a digit in it, as short ids and UUIDs are, or eight hex digits.
_IDENTIFIER = re.compile(r"(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{6,64}|[0-9A-Fa-f]{8}")
_ANY_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What may stand in an address: no blank, control, quote or backslash; and no more than browsers take.
_HARMLESS_ADDRESS = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&()*+,;=._~%-]{1,2000}")
_DASHBOARD_PAGES = ("dashboards", "w")
_EXAMPLE = "It looks like https://blobsrus.omniapp.co, or just blobsrus."


class Environment(Enum):
    """Whether it matters what is done there."""

    PRODUCTION = "production"
    PLAYGROUND = "playground"
    LOCAL = "this machine"


class AddressError(OmniTuiError):
    """What was typed is not an address of an Omni."""


def api_root(text: str) -> str:
    """The address that paths are appended to: `https://blobsrus.omniapp.co/api`, no slash after it.

    Takes an instance's name, its host, its address with or without `/api` or `/api/v1`, and the address of
    any page in a browser. Raises AddressError when it is none, or when it would send the token over plain
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
            "An address that begins with http:// would send your token unencrypted.",
            "Use https://, or leave the beginning out.",
        )
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port is None or port == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{shown_host}{shown_port}{_api_path(parts.path)}"


def dashboard_reference(text: str) -> str | None:
    """The dashboard's id in an id (`12db1a0a`, a UUID) or in an address that leads to one; None in neither.

    In an address it is what follows `/dashboards/` or `/w/`, whatever comes after it. A single word counts
    as an id when it has a digit in it, so a word that is searched for is seldom taken for one.
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


def dashboard_root(text: str) -> str:
    """Return the API root of a dashboard's URL; empty for an ID, or a path alone (`/dashboards/12db1a0a`).

    Raises AddressError when the host is no address of an Omni.
    """
    typed = text.strip().strip("<>\"'")
    names_a_host = "://" in typed or ("/" in typed and typed.split("/")[0] not in ("", *_DASHBOARD_PAGES))
    return api_root(typed) if names_a_host else ""


def origin_of(root: str) -> str:
    """Return an address without its path: two that share it are the same Omni."""
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}"


def dashboard_address(root: str, identifier: str, told: str = "") -> str:
    """Where a dashboard is in the browser. `root` is the API's; `told` is what the server says, or empty.

    That is only taken where it leads to the same Omni, and has nothing in it that an address has not.
    """
    if told.startswith(f"{origin_of(root)}/") and _HARMLESS_ADDRESS.fullmatch(told):
        return told
    return f"{root.removesuffix('/api')}/dashboards/{quote(identifier, safe='')}"


def instance_label(root: str) -> str:
    """How an instance is called on the screen: `blobsrus`, or the host (and port) of any other address."""
    host = urlsplit(root).netloc
    for domain in (INSTANCE_DOMAIN, PLAYGROUND_DOMAIN):
        name = host.removesuffix(f".{domain}")
        if name != host and "." not in name:
            return name if domain == INSTANCE_DOMAIN else f"{name} (playground)"
    return host


def environment_of(root: str) -> Environment:
    """What an address tells of what stands behind it. A domain of one's own is for what counts."""
    host = urlsplit(root).hostname or ""
    if is_loopback(host):
        return Environment.LOCAL
    return Environment.PLAYGROUND if host.endswith(f".{PLAYGROUND_DOMAIN}") else Environment.PRODUCTION


def is_loopback(host: str) -> bool:
    """Whether a host, as a name or a number without brackets, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unwrapped(text: str) -> str:
    """The text without what a paste brings along; AddressError for what no address holds."""
    typed = text.strip().strip("<>\"'").strip()
    if not typed:
        raise AddressError("There is no address.", _EXAMPLE)
    if re.search(r"[\s\x00-\x1f\x7f\\]", typed):
        raise AddressError("An address has no spaces or backslashes in it.", _EXAMPLE)
    return typed


def _split(typed: str, has_scheme: bool) -> SplitResult:
    try:
        parts = urlsplit(typed if has_scheme else f"//{typed}")
    except ValueError:
        raise _not_an_address() from None
    if parts.scheme not in ("", *_DEFAULT_PORTS):
        raise AddressError(f"An address begins with https://, not with {parts.scheme}://.", _EXAMPLE)
    if "@" in parts.netloc:
        # also guards against blobsrus.omniapp.co@elsewhere.example; the text may hold a password: not quoted
        raise AddressError("An address has no user name or password in it.", _EXAMPLE)
    return parts


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        host, port = (parts.hostname or "").removesuffix("."), parts.port
        host = _ascii_host(host)
    except ValueError:  # a port that is none, or a name that cannot be one (UnicodeError is a ValueError)
        raise _not_an_address() from None
    if _is_ip_address(host):
        return host, port
    if not _HOST_NAME.fullmatch(host) or len(host) > _LONGEST_HOST or host in _DEFAULT_PORTS:
        raise _not_an_address()
    if "." in host and _ENDS_IN_NUMBER.search(host):  # a browser reads it as an IP address, too
        raise AddressError(f"{host} isn't a valid IP address.", _EXAMPLE)
    return host, port


def _ascii_host(host: str) -> str:
    """A host as DNS knows it. Raises ValueError for one that is invalid in IDNA 2008, as httpx reads it."""
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
    """The path up to its `/api`; any other path is a page's, and the API lies at the top."""
    segments = [segment for segment in path.split("/") if segment]
    prefix = segments[: segments.index("api")] if "api" in segments else []
    return "/" + "/".join([*prefix, "api"])


def _not_an_address() -> AddressError:
    return AddressError("That is not an address of an Omni.", _EXAMPLE)
