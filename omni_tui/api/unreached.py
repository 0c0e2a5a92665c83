"""Why no connection came about, in a sentence and what to do: each cause has its own.

Read from what the system said (the errors below httpx's), and from httpx's text where it keeps them back.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

# OpenSSL's numbers for what is wrong with a certificate (x509_vfy.h).
_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_HOST = frozenset({62, 64})  # by its name, by its number
_OFFLINE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
CERTIFICATES_HINT = "If your company inspects traffic, set SSL_CERT_FILE to its certificates."


@dataclass(frozen=True, slots=True)
class Why:
    """What happened, and what to do next."""

    message: str
    hint: str


def why_not_connected(error: Exception, where: str) -> Why:
    """Why there is no connection to a host. `error` is httpx's ConnectError."""
    causes = tuple(_causes(error))
    return _about_certificates(causes, where) or _about_names(causes, where) or _about_ways(causes, where)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that lie below it, those of several attempts at once too."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from _causes(each)
        error = error.__cause__ or error.__context__


def _about_certificates(causes: tuple[BaseException, ...], where: str) -> Why | None:
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError(verify_code=number) if number in (_EXPIRED, _NOT_YET_VALID):
                state = "has expired" if number == _EXPIRED else "is not valid yet"
                return Why(
                    f"The certificate of {where} {state}.", "Check this machine's clock, or tell its owner."
                )
            case ssl.SSLCertVerificationError(verify_code=number) if number in _OTHER_HOST:
                return Why(f"The certificate of {where} is for another host.", "Check the address.")
            case ssl.SSLCertVerificationError():
                return Why(f"The certificate of {where} is not trusted.", CERTIFICATES_HINT)
    text = str(causes[0]).lower()
    if "certificate" in text:
        return Why(f"The certificate of {where} is not trusted.", CERTIFICATES_HINT)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Why(f"{where} does not speak TLS as it should.", "Check the address and the port.")
    return None


def _about_names(causes: tuple[BaseException, ...], where: str) -> Why | None:
    numbers = {cause.errno for cause in causes if isinstance(cause, socket.gaierror)}
    text = str(causes[0]).lower()
    if socket.EAI_AGAIN in numbers or "temporary failure" in text:
        return Why(f"The name {where} cannot be looked up: there is no network.", "Check your connection.")
    if numbers & _NO_SUCH_NAME or any(
        words in text for words in ("name or service", "nodename", "no address")
    ):
        return Why(f"There is no server called {where}, or no network.", "Check the address.")
    if numbers or "getaddrinfo" in text:
        return Why(f"The name {where} cannot be looked up.", "Check the address and your connection.")
    return None


def _about_ways(causes: tuple[BaseException, ...], where: str) -> Why:
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    text = str(causes[0]).lower()
    if numbers & _OFFLINE:
        return Why(f"No network leads to {where}.", "Check your connection, or whether a VPN is needed.")
    if errno.ECONNREFUSED in numbers or "refused" in text or "all connection attempts failed" in text:
        return Why(f"Nothing answers at {where}.", "Check the address and the port.")
    return Why(f"{where} cannot be reached.", "Check the address and your network.")
