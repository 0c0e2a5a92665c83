"""Read a file's size and name from its headers. Neither is to be trusted."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote

_MAX_DIGITS = 18


def size_in(length: str) -> int | None:
    """Return the size in bytes from a Content-Length, or None if it is invalid."""
    return int(length) if length.isdecimal() and len(length) <= _MAX_DIGITS else None


def proposed_name(disposition: str) -> str:
    """Return the file name in a Content-Disposition; the extended form (`filename*`) wins."""
    extended = re.search(r"(?i)\bfilename\*\s*=\s*utf-8'[^']*'([^;\s]+)", disposition)
    if extended:
        return unquote(extended[1], errors="replace")
    header = Message()
    header["Content-Disposition"] = disposition
    return header.get_filename("")
