"""Decode a compressed response in bounded steps: all of it, or an error.

httpx stops at the first member of a gzip stream, accepts one without its end, passes on what it can't
decode, and decodes a chunk of any size at once. Servers and proxies may compress without being asked.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import Protocol

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


class CorruptData(httpx.DecodingError):
    """The bytes aren't valid in this encoding. A retry may get them intact."""


class UnknownEncoding(httpx.DecodingError):
    """No decoder is available."""


class DecodedTooLarge(httpx.DecodingError):
    """The data decodes to far more than a legitimate response."""


class Decoder(Protocol):
    """Decodes one encoding."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next bytes contain, step by step. Raises CorruptData."""
        ...

    def finish(self) -> None:
        """Raise httpx.RemoteProtocolError if the data is incomplete."""
        ...


def encodings_of(response: httpx.Response) -> tuple[str, ...]:
    """Return a response's encodings in the order they were applied."""
    names = response.headers.get("content-encoding", "").lower().split(",")
    return tuple(name.strip() for name in names if name.strip() not in ("", "identity"))


def layers_for(encodings: tuple[str, ...]) -> list[Decoder]:
    """Return the decoders, for the last encoding first. Raises UnknownEncoding."""
    unknown = [name for name in encodings if name not in _LAYERS]
    if unknown or len(encodings) > MAX_LAYERS:
        raise UnknownEncoding(f"can't decode {', '.join(unknown or encodings)}")
    return [_LAYERS[name]() for name in reversed(encodings)]


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


def _through(layers: list[Decoder], piece: bytes) -> Iterator[bytes]:
    if not layers:
        yield piece
        return
    for start in range(0, len(piece), _TAKEN_BYTES):
        for step in layers[0].decode(piece[start : start + _TAKEN_BYTES]):
            yield from _through(layers[1:], step)


class _Deflated:
    """Data that zlib decodes, as `wbits` says, up to its end mark."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)

    @property
    def is_at_end(self) -> bool:
        return self._zlib.eof

    @property
    def rest(self) -> bytes:
        """Return the bytes after the end."""
        return self._zlib.unused_data

    def decode(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                step = self._zlib.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise CorruptData(str(error)) from None
            if step:
                yield step
            data = self._zlib.unconsumed_tail
            if self._zlib.eof or not (data or len(step) == STEP_BYTES):
                return


class _Gzip:
    """Gzip members in a row, followed by zeros at most."""

    def __init__(self) -> None:
        self._member: _Deflated | None = None
        self._head = b""
        self._has_ended_one = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member is None:
                data = self._begin(data)
                continue
            yield from self._member.decode(data)
            data = b""
            if self._member.is_at_end:
                data, self._member = self._member.rest, None
                self._has_ended_one = True

    def _begin(self, data: bytes) -> bytes:
        """Begin a member, or wait for the rest of its first bytes; return the data to decode now."""
        data, self._head = self._head + data, b""
        if self._has_ended_one:
            data = data.lstrip(b"\0")
        if len(data) < len(_GZIP_BEGINS) and _GZIP_BEGINS.startswith(data):
            self._head = data
            return b""
        if not data.startswith(_GZIP_BEGINS):
            raise CorruptData("no gzip")
        self._member = _Deflated(zlib.MAX_WBITS | 16)
        return data

    def finish(self) -> None:
        if self._member is not None or self._head or not self._has_ended_one:
            raise _cut()


class _Deflate:
    """`deflate` is zlib's format by the standard, and raw deflate from many servers."""

    def __init__(self) -> None:
        self._stream: _Deflated | None = None
        self._head = b""

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data, self._head = self._head + data, b""
            if len(data) < 2:
                self._head = data
                return
            is_zlib = data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = _Deflated(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        if self._stream.is_at_end:
            raise CorruptData("data after the end")
        yield from self._stream.decode(data)
        if self._stream.rest:
            raise CorruptData("data after the end")

    def finish(self) -> None:
        if self._stream is None or not self._stream.is_at_end:
            raise _cut()


_LAYERS: dict[str, type[_Gzip] | type[_Deflate]] = {"gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate}


def _cut() -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError("the end of the compressed data is missing")
