"""Send one request through the transports, read its response within limits, and convert every failure."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx

from omni_tui import __version__
from omni_tui.api.errors.reason_text import NotJson, parse_json, plain, words_in
from omni_tui.api.errors.types import (
    TRY_LATER,
    ApiError,
    NotOmni,
    NotReached,
    ServerFailed,
    TimedOut,
    Unauthorized,
    error_from_httpx,
    error_from_response,
    moved,
)
from omni_tui.api.errors.unexpected_success import error_in_success, not_json, status_for, storage_code
from omni_tui.api.models import REASON_MEMBERS
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.capture import IS_FILE, described
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.api.request_log.redaction import Secret, redact_cut_text
from omni_tui.api.transport.decoding import decoded, encodings_of
from omni_tui.api.transport.network import NetworkTransport
from omni_tui.api.transport.transports import (
    PRIORITY,
    SENDING,
    RateLimitTransport,
    RecordingTransport,
    Sending,
    unrecorded,
)
from omni_tui.clock import Clock

T = TypeVar("T")

# Only files come near this; larger responses would just fill memory.
MAX_RESPONSE_BYTES = 64 * 1024 * 1024
# The time limit for a whole response, as a multiple of the limit for one chunk.
RESPONSE_TIMEOUT_FACTOR = 10
_MAX_REDIRECTS = 5

# These log whole URLs, also signed ones of a storage; the request log has them without secrets.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class ApiResponse:
    """A success, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes
    path: str
    redact: Callable[[str], str] = field(repr=False)
    """Hides secrets in the server's text."""

    @cached_property
    def members(self) -> Mapping[str, Any]:
        """Return the body as a JSON object, without secrets in its messages. Raises ApiError otherwise.

        NaN and Infinity are null, so that one odd record doesn't cost the others of its page.
        """
        return self._read(accepts_nan=True)

    @property
    def unchanged_members(self) -> Mapping[str, Any]:
        """Return `members` for a body that is sent back to the server. Raises ApiError for NaN, too."""
        return self._read(accepts_nan=False)

    def _read(self, *, accepts_nan: bool) -> Mapping[str, Any]:
        try:
            value = parse_json(self.body, accepts_nan=accepts_nan)
        except NotJson:
            value = None
        if not isinstance(value, dict):
            raise self.unreadable()
        # only the server's messages, which may echo a key or a signed URL; the rest stays unchanged
        words = {name: self.redact(words_in(value[name])) for name in REASON_MEMBERS if value.get(name)}
        return {**value, **words}

    def member(self, name: str, kind: type[T]) -> T:
        """Return a required member. Raises ApiError if it is missing or of another type."""
        value = self.members.get(name)
        if not isinstance(value, kind):
            raise self.unreadable()
        return value

    def unreadable(self) -> ApiError:
        """Return the error for a response in which something is missing or wrong."""
        return error_in_success(self.status, self.headers, self.body, path=self.path, redact=self.redact)


class HttpSession:
    """Requests to one Omni server with one token. `root` is a URL as `api_root` returns it.

    `transport` is the innermost transport and replaces the network in tests. Raises Unauthorized if the
    token contains characters that aren't allowed in a header.
    """

    def __init__(
        self,
        root: str,
        token: str,
        *,
        limiter: RateLimiter,
        exchanges: ExchangeLog,
        clock: Clock,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.root = root.rstrip("/")
        self._home = httpx.URL(self.root)
        self._where = self._home.netloc.decode("ascii")
        self._token = Secret(_checked_token(token))
        self._timeout_seconds = timeout_seconds
        network = transport or NetworkTransport()
        recorder = RecordingTransport(network, exchanges=exchanges, clock=clock, secrets=(self._token,))
        self._http = httpx.AsyncClient(
            transport=RateLimitTransport(
                recorder, limiter=limiter, home=self._home, token=self._token, clock=clock
            ),
            headers={
                "User-Agent": f"omni-tui/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # keeps none and sends none
            timeout=httpx.Timeout(timeout_seconds, pool=None),
            max_redirects=_MAX_REDIRECTS,
            trust_env=False,  # NetworkTransport reads the proxies from the environment
        )

    async def fetch(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        priority: Priority,
        content: bytes | None = None,
        sending: Sending = unrecorded,
    ) -> ApiResponse:
        """Send a request and return its whole response if it is a success. Raises ApiError otherwise.

        `sending` is called each time the request is sent, after the wait for the rate limit.
        """
        async with self.open(
            method,
            path,
            query=query,
            priority=priority,
            content=content,
            sending=sending,
        ) as response:
            if not response.is_success:
                raise await self.error(response)
            body, path = await self._body(response), response.request.url.path
            return ApiResponse(response.status_code, response.headers, body, path, self.redact)

    @contextlib.asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        priority: Priority,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        sending: Sending = unrecorded,
        is_file: bool = False,
    ) -> AsyncIterator[httpx.Response]:
        """Send a request and return its response's head, before the body. GETs follow redirects.

        `is_file` marks the request of an export's file in the request log.
        """
        with self.failures_named():
            request = self._request(method, path, query, content, headers)
            marks = {PRIORITY: priority, SENDING: sending, IS_FILE: is_file}
            request.extensions = {**request.extensions, **marks}
            response = await self._http.send(request, stream=True, follow_redirects=method == "GET")
        try:
            yield response
        finally:
            with contextlib.suppress(httpx.HTTPError):  # we have read all we need
                await response.aclose()

    def described(self, method: str, path: str, *, query: Mapping[str, str], content: bytes) -> Exchange:
        """Return the request that `fetch` would send, as the log would show it; send nothing."""
        with self.failures_named():
            request = self._request(method, path, query, content)
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return described(request, (self._token.reveal(),), longest_body_bytes=len(content))

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        content: bytes | None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        sent = {**(headers or {}), **({} if content is None else {"Content-Type": "application/json"})}
        return self._http.build_request(
            method, self.root + path, params=dict(query) or None, content=content, headers=sent
        )

    async def error(self, response: httpx.Response) -> ApiError:
        """Return the error for a response."""
        try:
            body = await self._body(response)
        except (NotReached, NotOmni):  # the status is enough
            body = b""
        status, url = response.status_code, response.request.url
        if self._is_home(url):
            return error_from_response(status, response.headers, body, path=url.path, redact=self.redact)
        # a redirect's target, which did not get the token
        if url.path == response.history[0].request.url.path:
            return moved(url.host, status)
        return ServerFailed(f"Omni's file storage returned HTTP {status}.", TRY_LATER, status=status)

    def error_in_place_of_file(self, response: httpx.Response, body: bytes) -> ApiError:
        """Return the error for a body that came with status 200 in place of a file."""
        url = response.request.url
        if code := storage_code(body):
            return ServerFailed(f"Omni's file storage rejected the request ({code}).", TRY_LATER, status=403)
        status = status_for(body, response.headers.get("content-type", ""))
        if status is None:
            return not_json(response.status_code, {"content-type": "text/html"}, body)
        if not self._is_home(url):
            return ServerFailed(f"Omni's file storage returned HTTP {status}.", TRY_LATER, status=status)
        return error_from_response(status, response.headers, body, path=url.path, redact=self.redact)

    def redact(self, words: str) -> str:
        """Return the server's text without the key and other secrets, signed URLs included."""
        begun = words.removesuffix("…")  # a long text may be cut inside the key
        return redact_cut_text(begun, [self._token.reveal()]) + words[len(begun) :]

    @contextlib.contextmanager
    def failures_named(self) -> Iterator[None]:
        """Convert every failure of httpx to an ApiError."""
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            # not "from failure": the network's frames contain the token, and a traceback may show them
            raise error_from_httpx(failure, where=self._where_of(failure)) from None

    def _where_of(self, failure: httpx.HTTPError | httpx.InvalidURL) -> str:
        """Return the host that failed, which a redirect may have named."""
        try:
            url = failure.request.url if isinstance(failure, httpx.HTTPError) else self._home
        except RuntimeError:  # the failure has no request
            url = self._home
        if self._is_home(url):
            return self._where
        return plain(f"{url.netloc.decode('ascii')} (redirected from {self._where})")

    def _is_home(self, url: httpx.URL) -> bool:
        return (url.host, url.port) == (self._home.host, self._home.port)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        """Read the whole body. Raises TimedOut if it comes too slowly, NotOmni if it is too long."""
        body = bytearray()
        try:
            with self.failures_named():
                async with asyncio.timeout(self._timeout_seconds * RESPONSE_TIMEOUT_FACTOR):
                    async for piece in decoded(response.aiter_raw(), encodings_of(response)):
                        body += piece
                        if len(body) > MAX_RESPONSE_BYTES:
                            raise NotOmni("Omni's response is too long.", status=response.status_code)
        except TimeoutError:
            raise TimedOut(f"{self._where} didn't finish its response in time.", TRY_LATER) from None
        return bytes(body)


def _checked_token(token: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Unauthorized(
            "The API key contains characters that aren't allowed.",
            "Copy it again, without spaces, quotes or line breaks.",
        )
    return token
