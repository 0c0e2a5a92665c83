"""Record one exchange while it happens: bounded in size, and without secrets."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import cast

import httpx

from omni_tui.api.errors.types import ApiError, error_from_httpx
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.api.request_log.redaction import Secret, redact_cut_text, redact_headers, redact_url
from omni_tui.clock import Clock

MAX_BODY_BYTES = 64 * 1024
IS_FILE = "is_file"  # the request extension that is true for the request of an export's file
_TEXTUAL = re.compile(
    r"text/.*|application/(json|xml|javascript|graphql|x-www-form-urlencoded|x-ndjson|.*\+(json|xml))"
)


class Recording:
    """Follows one request to its end, and puts what is known about it into the log."""

    def __init__(
        self, request: httpx.Request, log: ExchangeLog, clock: Clock, secrets: tuple[Secret, ...]
    ) -> None:
        """Start recording. The request is being sent; its body has been read."""
        self._log = log
        self._clock = clock
        self._secrets = tuple(secret.reveal() for secret in secrets)
        self._host = request.url.host
        self._sent_at = clock.monotonic()
        self._exchange = described(request, self._secrets, number=log.next_number(), started_at=clock.time())
        self._body: BodyCapture | None = None
        log.put(self._exchange)

    def answered(self, response: httpx.Response) -> httpx.Response:
        """Record the status and headers. Returns the response to pass on; its body is recorded when read."""
        self._body = BodyCapture(response.headers, self._secrets)
        self._exchange = replace(
            self._exchange,
            status=response.status_code,
            response_headers=redact_headers(_as_written(response.headers), self._secrets),
            response_type=self._body.media_type,
        )
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_RecordedStream(cast("httpx.AsyncByteStream", response.stream), self),
            extensions=response.extensions,
        )

    def took(self, piece: bytes) -> None:
        """Record a chunk of the response's body."""
        if self._body is not None:
            self._body.take(piece)

    def ended(self) -> None:
        """Record the end of the response's body."""
        self._close("")

    def failed(self, error: BaseException) -> None:
        """Record that no response came, or that its body was cut off."""
        self._close(_failure_words(error, self._host))

    def _close(self, failure: str) -> None:
        if self._exchange.is_complete:
            return
        self._exchange = replace(
            self._exchange,
            failure=failure,
            response_body=self._body.text() if self._body else "",
            response_bytes=self._body.size_bytes if self._body else 0,
            duration_seconds=self._clock.monotonic() - self._sent_at,
            is_complete=True,
        )
        self._log.put(self._exchange)


class _RecordedStream(httpx.AsyncByteStream):
    """A response's body, passed on chunk by chunk without buffering."""

    def __init__(self, stream: httpx.AsyncByteStream, recording: Recording) -> None:
        self._stream = stream
        self._recording = recording

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._stream:
                self._recording.took(piece)
                yield piece
        except BaseException as error:  # of any kind, cancellation included: log it and raise it again
            self._recording.failed(error)
            raise
        self._recording.ended()

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._recording.failed(GeneratorExit())  # has no effect if it has already ended


def described(
    request: httpx.Request,
    secrets: tuple[str, ...],
    *,
    number: int = 0,
    started_at: float = 0.0,
    longest_body_bytes: int = MAX_BODY_BYTES,
) -> Exchange:
    """Return a request as the log shows it: without secrets, its body cut after `longest_body_bytes`."""
    body = BodyCapture(request.headers, secrets, longest_body_bytes)
    body.take(request.content)
    return Exchange(
        number=number,
        started_at=started_at,
        method=request.method,
        url=redact_url(str(request.url), secrets),
        path=redact_url(request.url.raw_path.partition(b"?")[0].decode("ascii"), secrets),
        request_headers=redact_headers(_as_written(request.headers), secrets),
        request_body=body.text(),
        is_file=bool(request.extensions.get(IS_FILE)),
    )


class BodyCapture:
    """Counts a body chunk by chunk, and keeps its first `longest_bytes` if it is text."""

    def __init__(
        self, headers: httpx.Headers, secrets: Iterable[str] = (), longest_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._longest_bytes = longest_bytes
        self.size_bytes = 0
        self.media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        self._encoding = headers.get("content-encoding", "").strip().lower()
        self._secrets = tuple(secrets)
        self._is_text = bool(_TEXTUAL.fullmatch(self.media_type))
        self._kept = bytearray()

    def take(self, piece: bytes) -> None:
        """Add a chunk, as received."""
        self.size_bytes += len(piece)
        if self._is_text:
            self._kept += piece[: self._longest_bytes - len(self._kept)]

    def text(self) -> str:
        """Return the beginning of a text body, decompressed and without secrets; empty for binary ones."""
        kept, is_whole = _unpacked(bytes(self._kept), self._encoding)
        text = redact_cut_text(kept.decode("utf-8", "replace"), self._secrets)
        if not self._is_text or (is_whole and len(self._kept) == self.size_bytes):
            return text
        return f"{text}\n… (cut after {self._longest_bytes // 1024} KiB)"


def _unpacked(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Return the beginning of a compressed body, up to a bounded length, and whether that is all of it."""
    if encoding in ("", "identity"):
        return data, True
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # detects gzip or deflate
    try:
        return unpacker.decompress(data, MAX_BODY_BYTES), unpacker.eof
    except zlib.error:
        return f"(compressed with {encoding})".encode(), True


def _as_written(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return the headers with their names in original case."""
    names = (name.decode("latin-1") for name, _ in headers.raw)
    return list(zip(names, (value for _, value in headers.multi_items()), strict=True))


def _failure_words(error: BaseException, host: str) -> str:
    if isinstance(error, httpx.HTTPError):
        return f"{error_from_httpx(error, where=host).message} ({type(error).__name__})"
    if isinstance(error, ApiError):
        return error.message
    if isinstance(error, asyncio.CancelledError):
        return "Canceled."
    if isinstance(error, GeneratorExit):
        return "Closed before the end of the response."
    return f"Internal error ({type(error).__name__})."
