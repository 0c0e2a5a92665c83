"""Which certificates are trusted: those of the environment's names, else certifi's and the system's.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's own names; `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` are what
companies with an authority of their own have set for other programs already.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import certifi

from omni_tui.api.errors import NotReached

# The first that is set wins.
FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
FOLDER_VARIABLE = "SSL_CERT_DIR"


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
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_default_verify_paths()  # a company's authority is often known to the system only
    return context


def _named(variable: str, file: str | None, folders: str | None) -> ssl.SSLContext:
    """Those of a file, and of folders (`:` between several), whose files are named by their hashes."""
    try:
        if not file and not any(Path(folder).is_dir() for folder in (folders or "").split(os.pathsep)):
            raise FileNotFoundError
        if file and Path(file).is_dir():  # requests takes a folder in REQUESTS_CA_BUNDLE too
            return ssl.create_default_context(capath=file)
        return ssl.create_default_context(cafile=file, capath=folders)
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
