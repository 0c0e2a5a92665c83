"""Explain why a connection failed: a sentence and what to do, for each cause.

The cause comes from the operating system's errors below httpx's, or from httpx's text if it hides them.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from typing import TypeAlias

# OpenSSL's error numbers for certificates (x509_vfy.h).
_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_HOST = frozenset({62, 64})  # host name, IP address
_OFFLINE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
# The variables that name certificate authorities; of those for files, the first one set wins.
CA_FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CA_FOLDER_VARIABLE = "SSL_CERT_DIR"
CERTIFICATES_HINT = "If your company inspects traffic, set SSL_CERT_FILE to its certificates."


# What happened, and what to do next.
Explanation: TypeAlias = tuple[str, str]


def connect_error_explanation(error: Exception, where: str) -> Explanation:
    """Return why a host can't be reached. `error` is httpx's ConnectError."""
    causes = tuple(causes_of(error))
    return _about_certificates(causes, where) or _about_names(causes, where) or _about_routes(causes, where)


def short_cause(error: Exception) -> str:
    """Return why there is no connection, in a few words for the end of a sentence."""
    causes = tuple(causes_of(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "its name can't be looked up"
    # asyncio writes "[Errno 111] Connect call failed"; a failed attempt of several has a number too
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno]
    return os.strerror(numbers[-1]).lower() if numbers else "connection refused"


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and all its causes, including those of several attempts at once."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from causes_of(each)
        error = error.__cause__ or error.__context__


def _about_certificates(causes: tuple[BaseException, ...], where: str) -> Explanation | None:
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError(verify_code=number) if number in (_EXPIRED, _NOT_YET_VALID):
                state = "has expired" if number == _EXPIRED else "is not valid yet"
                return (
                    f"The certificate of {where} {state}.",
                    "Check this machine's clock, or tell its owner.",
                )
            case ssl.SSLCertVerificationError(verify_code=number) if number in _OTHER_HOST:
                return f"The certificate of {where} is for another host.", "Check the address."
            case ssl.SSLCertVerificationError():
                return _not_trusted(where, str(getattr(cause, "verify_message", "") or ""))
    text = str(causes[0]).lower()
    if "certificate" in text:
        return _not_trusted(where, "")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"TLS handshake with {where} failed.", "Check the address and the port."
    return None


def _not_trusted(where: str, reason: str) -> Explanation:
    """Return the message with OpenSSL's reason, and the variable that names an authority if one is set."""
    message = f"The certificate of {where} is not trusted{f': {reason}' if reason else ''}."
    variable = next((name for name in (*CA_FILE_VARIABLES, CA_FOLDER_VARIABLE) if os.environ.get(name)), "")
    if not variable:
        return message, CERTIFICATES_HINT
    hint = f"{variable} is set to {os.environ[variable]}: check that it contains the signing authority."
    return message, hint


def _about_names(causes: tuple[BaseException, ...], where: str) -> Explanation | None:
    numbers = {cause.errno for cause in causes if isinstance(cause, socket.gaierror)}
    text = str(causes[0]).lower()
    if socket.EAI_AGAIN in numbers or "temporary failure" in text:
        return f"Can't look up {where}: there is no network.", "Check your connection."
    if numbers & _NO_SUCH_NAME or any(
        words in text for words in ("name or service", "nodename", "no address")
    ):
        return f"No server is named {where}, or there is no network.", "Check the address."
    if numbers or "getaddrinfo" in text:
        return f"Can't look up {where}.", "Check the address and your connection."
    return None


def _about_routes(causes: tuple[BaseException, ...], where: str) -> Explanation:
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    text = str(causes[0]).lower()
    if numbers & _OFFLINE:
        return f"No route to {where}.", "Check your connection, and whether you need a VPN."
    if errno.ECONNREFUSED in numbers or "refused" in text or "all connection attempts failed" in text:
        return f"Nothing is listening at {where}.", "Check the address and the port."
    return f"Can't reach {where}.", "Check the address and your network."
