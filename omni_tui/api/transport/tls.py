"""Choose the trusted certificates: those named in the environment, else certifi's and the system's.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's own variables; companies with their own authority have often
set `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` for other programs already.
"""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

import certifi

from omni_tui.api.errors.connect_errors import CA_FILE_VARIABLES, CA_FOLDER_VARIABLE
from omni_tui.api.errors.types import NotReached


class UntrustedStore(NotReached):
    """The certificates that a variable names can't be used."""


def ssl_context() -> ssl.SSLContext:
    """Return a TLS context with the trusted certificates. Blocks for some milliseconds.

    Raises UntrustedStore if a variable names something that isn't a certificate.
    """
    variable = next((name for name in CA_FILE_VARIABLES if os.environ.get(name)), "")
    folders = os.environ.get(CA_FOLDER_VARIABLE) or None
    if variable:
        return _named(variable, os.environ[variable], folders)
    if folders:
        return _named(CA_FOLDER_VARIABLE, None, folders)
    return _as_curl_checks(_usual_authorities())


def _usual_authorities() -> ssl.SSLContext:
    """Return a context with certifi's and the system's authorities: often only the system knows a company's.

    On macOS and Windows the system itself decides. Elsewhere its store is files, which OpenSSL reads once;
    truststore would read them again for each connection (70 ms, during which no key is handled).
    """
    if sys.platform in ("darwin", "win32"):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_default_verify_paths()
    return context


def _as_curl_checks(context: ssl.SSLContext) -> ssl.SSLContext:
    """Check certificates as curl does.

    Python 3.13 enables OpenSSL's strict checks, which reject many companies' authorities, such as those
    without a key identifier. Also accept a trusted authority that isn't the root of its chain.
    """
    context.verify_flags = (context.verify_flags & ~ssl.VERIFY_X509_STRICT) | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _named(variable: str, file: str | None, folders: str | None) -> ssl.SSLContext:
    """Return a context for a file, or for folders (separated by `:`) with files named by hash."""
    try:
        if not file and not any(Path(folder).is_dir() for folder in (folders or "").split(os.pathsep)):
            raise FileNotFoundError
        if file and Path(file).is_dir():  # requests accepts a folder in REQUESTS_CA_BUNDLE too
            return _as_curl_checks(ssl.create_default_context(capath=file))
        return _as_curl_checks(ssl.create_default_context(cafile=file, capath=folders))
    except (OSError, ValueError) as error:
        raise _unusable(variable, file or folders or "", error) from None


def _unusable(variable: str, path: str, error: Exception) -> UntrustedStore:
    if isinstance(error, ssl.SSLError):
        why = "which contains no certificate"
    elif isinstance(error, FileNotFoundError):
        why = "which doesn't exist"
    else:
        why = "which can't be read"
    return UntrustedStore(f"{variable} is set to {path}, {why}.", f"Correct or unset {variable}.")
