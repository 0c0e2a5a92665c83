"""Why no connection came about, in a sentence and what to do: each cause has its own.

Read from what the system said (the errors below httpx's), and from httpx's text where it keeps them back.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

# OpenSSL's numbers for what is wrong with a certificate (x509_vfy.h).
_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_HOST = frozenset({62, 64})  # by its name, by its number
_OFFLINE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
# What names the authorities to trust; of the files the first that is set wins.
CA_FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CA_FOLDER_VARIABLE = "SSL_CERT_DIR"
CERTIFICATES_HINT = "If your company inspects traffic, set SSL_CERT_FILE to its certificates."


@dataclass(frozen=True, slots=True)
class Why:
    """What happened, and what to do next."""

    message: str
    hint: str


def why_not_connected(error: Exception, where: str) -> Why:
    """Why there is no connection to a host. `error` is httpx's ConnectError."""
    causes = tuple(causes_of(error))
    return _about_certificates(causes, where) or _about_names(causes, where) or _about_ways(causes, where)


def short_cause(error: Exception) -> str:
    """Why there is no connection, in a few words for the end of a sentence."""
    causes = tuple(causes_of(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "its name cannot be looked up"
    # asyncio words its own: "[Errno 111] Connect call failed"; a failed attempt of several has a number too
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno]
    return os.strerror(numbers[-1]).lower() if numbers else "connection refused"


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that lie below it, those of several attempts at once too."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from causes_of(each)
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
                return _not_trusted(where, str(getattr(cause, "verify_message", "") or ""))
    text = str(causes[0]).lower()
    if "certificate" in text:
        return _not_trusted(where, "")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Why(f"{where} does not speak TLS as it should.", "Check the address and the port.")
    return None


def _not_trusted(where: str, reason: str) -> Why:
    """With OpenSSL's reason, and the variable that names an authority if one is set."""
    told = f"The certificate of {where} is not trusted{f': {reason}' if reason else ''}."
    variable = next((name for name in (*CA_FILE_VARIABLES, CA_FOLDER_VARIABLE) if os.environ.get(name)), "")
    if not variable:
        return Why(told, CERTIFICATES_HINT)
    hint = f"{variable} is set to {os.environ[variable]}: check that it holds the authority that signed it."
    return Why(told, hint)


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
