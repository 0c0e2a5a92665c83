"""A file being downloaded: decoded, and distinguished from a response sent in its place.

Its size and name come from its headers. Neither is to be trusted.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import unquote

from omni_tui.api.errors.reason_text import plain
from omni_tui.api.errors.types import TRY_LATER, ApiError, NotOmni, NotReached
from omni_tui.api.errors.unexpected_success import NotAFile, only_files
from omni_tui.api.http_session import HttpSession
from omni_tui.api.transport.decoding import (
    CorruptData,
    DecodedTooLarge,
    UnknownEncoding,
    decoded,
    encodings_of,
    layers_for,
)

if TYPE_CHECKING:
    import httpx

_MAX_DIGITS = 18


class FileStream:
    """A file being downloaded. `content_length` is in bytes; None if unknown or of compressed bytes.

    `is_end_marked`: a truncated file can be detected, because its length or its end is marked.
    `file_name` is the server's proposal, empty if there is none; like all its text it is not to be trusted.
    """

    def __init__(self, response: httpx.Response, session: HttpSession) -> None:
        """Take a response with status 200. Raises NotOmni if its encoding is unknown."""
        self._response = response
        self._session = session
        self._encodings = encodings_of(response)
        _check_encodings(self._encodings)
        headers = response.headers
        length = headers.get("content-length", "")
        self.content_type: str = headers.get("content-type", "")
        self.content_length = None if self._encodings else size_in(length)
        self.file_name = session.redact(proposed_name(headers.get("content-disposition", "")))
        self.is_end_marked = bool(self._encodings or length or "transfer-encoding" in headers)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes chunk by chunk, decoded if they are compressed.

        Raises NotReached if they are cut off or can't be decoded, ApiError if they decode to far too many
        bytes, and the matching error if the response isn't the file.
        """
        with self._session.failures_named():
            pieces = decoded(self._response.aiter_raw(), self._encodings)
            try:
                async for chunk in only_files(pieces, self.content_type):
                    yield chunk
            except NotAFile as other:
                raise self._session.error_in_place_of_file(self._response, other.body) from None
            except CorruptData:
                raise NotReached(
                    "The downloaded file is damaged: it can't be decompressed.", TRY_LATER
                ) from None
            except DecodedTooLarge:
                raise ApiError("The file decompresses to far more than a real export.") from None


def _check_encodings(encodings: tuple[str, ...]) -> None:
    try:
        layers_for(encodings)
    except UnknownEncoding:
        names = plain(", ".join(encodings))
        raise NotOmni(
            f"The file is compressed with {names}, which omni-tui can't decode.",
            "Check HTTPS_PROXY: a proxy may compress it. Otherwise ask its administrator.",
        ) from None


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
