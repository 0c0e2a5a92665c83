"""Which certificates are trusted: those of the environment's names, else certifi's and the system's.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's own names; `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` are what
companies with an authority of their own have set for other programs already.
"""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

import certifi

from omni_tui.api.errors.connect_errors import CA_FILE_VARIABLES, CA_FOLDER_VARIABLE
from omni_tui.api.errors.types import NotReached

FILE_VARIABLES, FOLDER_VARIABLE = CA_FILE_VARIABLES, CA_FOLDER_VARIABLE


class UntrustedStore(NotReached):
    """The certificates that a variable names cannot be used: nobody could be trusted."""


def trusting_context() -> ssl.SSLContext:
    """A context for TLS that trusts whom the environment says. Blocks for some milliseconds.

    Raises UntrustedStore when a variable names what is no certificate.
    """
    variable = next((name for name in FILE_VARIABLES if os.environ.get(name)), "")
    folders = os.environ.get(FOLDER_VARIABLE) or None
    if variable:
        return _named(variable, os.environ[variable], folders)
    if folders:
        return _named(FOLDER_VARIABLE, None, folders)
    return _as_curl_checks(_usual_authorities())


def _usual_authorities() -> ssl.SSLContext:
    """certifi's and the system's: a company's authority is often known to the system only.

    On macOS and Windows the system is asked itself. Elsewhere its store is files, which OpenSSL reads once;
    truststore would read them anew for each connection (70 ms, in which no key is answered).
    """
    if sys.platform in ("darwin", "win32"):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_default_verify_paths()
    return context


def _as_curl_checks(context: ssl.SSLContext) -> ssl.SSLContext:
    """Check certificates as curl does.

    Python 3.13 turns OpenSSL's strict checks on, which reject the authorities of many companies, such as one
    without a key identifier. And an authority that is trusted need not be the root of its chain.
    """
    context.verify_flags = (context.verify_flags & ~ssl.VERIFY_X509_STRICT) | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _named(variable: str, file: str | None, folders: str | None) -> ssl.SSLContext:
    """Those of a file, and of folders (`:` between several), whose files are named by their hashes."""
    try:
        if not file and not any(Path(folder).is_dir() for folder in (folders or "").split(os.pathsep)):
            raise FileNotFoundError
        if file and Path(file).is_dir():  # requests takes a folder in REQUESTS_CA_BUNDLE too
            return _as_curl_checks(ssl.create_default_context(capath=file))
        return _as_curl_checks(ssl.create_default_context(cafile=file, capath=folders))
    except (OSError, ValueError) as error:
        raise _unusable(variable, file or folders or "", error) from None


def _unusable(variable: str, path: str, error: Exception) -> UntrustedStore:
    if isinstance(error, ssl.SSLError):
        why = "which holds no certificate"
    elif isinstance(error, FileNotFoundError):
        why = "which is not there"
    else:
        why = "which cannot be read"
    return UntrustedStore(f"{variable} names {path}, {why}.", f"Correct {variable}, or unset it.")
