"""Decode a compressed response in bounded steps: all of it, or an error.

httpx stops at the first member of a gzip stream, accepts one without its end, passes on what it can't
decode, and decodes a chunk of any size at once. Servers and proxies may compress without being asked.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

import httpx

# The maximum number of bytes that one step returns.
STEP_BYTES = 256 * 1024
# How many bytes are decoded at a time; the rest of them is copied at each step.
_TAKEN_BYTES = 16 * 1024
# A response may decode to this many bytes in any case, and beyond that to this many times its own size.
# Deflate compresses a thousand to one at best, and tables of data about ten to one.
ALWAYS_DECODED_BYTES = 2 * 1024**3
MAX_DECODED_RATIO = 100
# Legitimate responses are compressed at most this often: by the server and by a proxy.
MAX_LAYERS = 2
_GZIP_BEGINS = b"\x1f\x8b"
_IS_GZIP = {"gzip": True, "x-gzip": True, "deflate": False}


class CorruptData(httpx.DecodingError):
    """The bytes aren't valid in this encoding. A retry may get them intact."""


class UnknownEncoding(httpx.DecodingError):
    """No decoder is available."""


class DecodedTooLarge(httpx.DecodingError):
    """The data decodes to far more than a legitimate response."""


def encodings_of(response: httpx.Response) -> tuple[str, ...]:
    """Return a response's encodings in the order they were applied."""
    names = response.headers.get("content-encoding", "").lower().split(",")
    return tuple(name.strip() for name in names if name.strip() not in ("", "identity"))


def layers_for(encodings: tuple[str, ...]) -> list[Inflater]:
    """Return the decoders, for the last encoding first. Raises UnknownEncoding."""
    unknown = [name for name in encodings if name not in _IS_GZIP]
    if unknown or len(encodings) > MAX_LAYERS:
        raise UnknownEncoding(f"can't decode {', '.join(unknown or encodings)}")
    return [Inflater(is_gzip=_IS_GZIP[name]) for name in reversed(encodings)]


async def decoded(pieces: AsyncIterable[bytes], encodings: tuple[str, ...]) -> AsyncIterator[bytes]:
    """Yield the decoded bytes of a response.

    Raises httpx.RemoteProtocolError if the end is missing, CorruptData, UnknownEncoding and DecodedTooLarge.
    """
    layers = layers_for(encodings)
    received = given = 0
    async for piece in pieces:
        received += len(piece)
        for step in _through(layers, piece):
            given += len(step)
            if given > max(ALWAYS_DECODED_BYTES, MAX_DECODED_RATIO * received):
                raise DecodedTooLarge("it decodes to far too much")
            yield step
    for layer in layers:
        layer.finish()


def _through(layers: list[Inflater], piece: bytes) -> Iterator[bytes]:
    if not layers:
        yield piece
        return
    for start in range(0, len(piece), _TAKEN_BYTES):
        for step in layers[0].decode(piece[start : start + _TAKEN_BYTES]):
            yield from _through(layers[1:], step)


class Inflater:
    """Decodes gzip members in a row, followed by zeros at most, or else one `deflate` stream.

    `deflate` is zlib's format by the standard, and raw deflate from many servers.
    """

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._stream: zlib._Decompress | None = None
        self._head = b""  # the first byte of a stream, too short to tell its format
        self._has_ended_one = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next bytes contain, step by step. Raises CorruptData."""
        while data:
            if self._stream is None:
                data = self._begin(data)
                continue
            yield from _steps(self._stream, data)
            data = self._stream.unused_data
            if self._stream.eof:
                self._stream, self._has_ended_one = None, True

    def finish(self) -> None:
        """Raise httpx.RemoteProtocolError if the data is incomplete."""
        if self._stream is not None or self._head or not self._has_ended_one:
            raise httpx.RemoteProtocolError("the end of the compressed data is missing")

    def _begin(self, data: bytes) -> bytes:
        """Begin a stream, or wait for its second byte; return the data to decode now."""
        data, self._head = self._head + data, b""
        if self._is_gzip:
            data = data.lstrip(b"\0") if self._has_ended_one else data
            if not _GZIP_BEGINS.startswith(data[:2]):
                raise CorruptData("no gzip")
        elif self._has_ended_one:
            raise CorruptData("data after the end")
        if len(data) < 2:
            self._head = data
            return b""
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16 if self._is_gzip else _deflate_wbits(data))
        return data


def _deflate_wbits(data: bytes) -> int:
    """Return the `wbits` for data that begins with zlib's header, or without it."""
    is_zlib = data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def _steps(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        try:
            step = stream.decompress(data, STEP_BYTES)
        except zlib.error as error:
            raise CorruptData(str(error)) from None
        if step:
            yield step
        data = stream.unconsumed_tail
        if stream.eof or not (data or len(step) == STEP_BYTES):
            return
