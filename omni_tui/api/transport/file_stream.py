"""A file on its way: decoded, and told from an answer that came in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_tui.api.errors.not_a_file import StandIn, only_files
from omni_tui.api.errors.reason_text import plain
from omni_tui.api.errors.types import TRY_LATER, ApiError, NotOmni, NotReached
from omni_tui.api.http_session import Connection
from omni_tui.api.transport.decoding import Damaged, TooMuch, UnknownEncoding, decoded, layers_for

if TYPE_CHECKING:
    import httpx


@dataclass(slots=True)
class FileStream:
    """A file on its way. `content_length` is in bytes, None where it is not known or counts packed bytes.

    `is_end_marked`: a file that is cut can't look whole, because its length or its end is marked.

    `file_name` is the server's proposal, empty without one; like all its text it is not to be trusted.
    """

    content_type: str
    content_length: int | None
    file_name: str
    is_end_marked: bool
    _response: httpx.Response
    _connection: Connection
    _encodings: tuple[str, ...]

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, piece by piece, decoded if they came compressed.

        Raises NotReached when they break off or can't be decoded, ApiError when they decode to far too many,
        and what an answer stands for that came in place of the file.
        """
        with self._connection.failures_named():
            pieces = decoded(self._response.aiter_raw(), self._encodings)
            try:
                async for chunk in only_files(pieces, self.content_type):
                    yield chunk
            except StandIn as other:
                raise self._connection.error_in_place_of_file(self._response, other.body) from None
            except Damaged:
                raise NotReached("The file arrived damaged: it can't be decompressed.", TRY_LATER) from None
            except TooMuch:
                raise ApiError("The file decompresses to far more than a real export.") from None


def decodable(encodings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the encodings of a file as they are. Raises NotOmni when they can't be decoded."""
    try:
        layers_for(encodings)
    except UnknownEncoding:
        names = plain(", ".join(encodings))
        raise NotOmni(
            f"The file came compressed as {names}, which omni-tui can't decode.",
            "A proxy may compress it: check HTTPS_PROXY, or ask its administrator.",
        ) from None
    return encodings
