"""A file being downloaded: decoded, and told from a response sent in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_tui.api.errors.not_a_file import NotAFile, only_files
from omni_tui.api.errors.reason_text import plain
from omni_tui.api.errors.types import TRY_LATER, ApiError, NotOmni, NotReached
from omni_tui.api.http_session import Connection
from omni_tui.api.transport.decoding import CorruptData, DecodedTooLarge, UnknownEncoding, decoded, layers_for

if TYPE_CHECKING:
    import httpx


@dataclass(slots=True)
class FileStream:
    """A file being downloaded. `content_length` is in bytes; None if unknown or of compressed bytes.

    `is_end_marked`: a truncated file can be detected, because its length or its end is marked.

    `file_name` is the server's proposal, empty if there is none; like all its text it is not to be trusted.
    """

    content_type: str
    content_length: int | None
    file_name: str
    is_end_marked: bool
    _response: httpx.Response
    _connection: Connection
    _encodings: tuple[str, ...]

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes chunk by chunk, decoded if they are compressed.

        Raises NotReached if they are cut off or can't be decoded, ApiError if they decode to far too many
        bytes, and the matching error if the response isn't the file.
        """
        with self._connection.failures_named():
            pieces = decoded(self._response.aiter_raw(), self._encodings)
            try:
                async for chunk in only_files(pieces, self.content_type):
                    yield chunk
            except NotAFile as other:
                raise self._connection.error_in_place_of_file(self._response, other.body) from None
            except CorruptData:
                raise NotReached(
                    "The downloaded file is damaged: it can't be decompressed.", TRY_LATER
                ) from None
            except DecodedTooLarge:
                raise ApiError("The file decompresses to far more than a real export.") from None


def decodable(encodings: tuple[str, ...]) -> tuple[str, ...]:
    """Return a file's encodings unchanged. Raises NotOmni if they can't be decoded."""
    try:
        layers_for(encodings)
    except UnknownEncoding:
        names = plain(", ".join(encodings))
        raise NotOmni(
            f"The file is compressed with {names}, which omni-tui can't decode.",
            "Check HTTPS_PROXY: a proxy may compress it. Otherwise ask its administrator.",
        ) from None
    return encodings
