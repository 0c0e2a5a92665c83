"""One request and its answer: sent through the transports, read within bounds, and every failure named."""

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
from omni_tui.api.errors.not_a_file import status_for, storage_code
from omni_tui.api.errors.reason_text import NotJson, parse_json, words_in
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
from omni_tui.api.errors.unexpected_success import error_in_success, not_json
from omni_tui.api.rate_limit.limiter import Budget
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.request_log.redaction import Secret, redact_cut_text
from omni_tui.api.transport.decoding import decoded, encodings_of
from omni_tui.api.transport.network import NetworkTransport
from omni_tui.api.transport.transports import (
    PRIORITY,
    SENDING,
    BudgetTransport,
    HeadDeadlineTransport,
    RecordingTransport,
    Sending,
    unrecorded,
)
from omni_tui.clock import Clock

T = TypeVar("T")

# No answer but a file is anywhere near this; more would only fill the memory.
LONGEST_ANSWER_BYTES = 64 * 1024 * 1024
# A whole answer may take so many times what one piece of it may.
SLOWEST_ANSWER = 10
# To connect, to send and to wait for the first byte may each take as long as one piece.
SLOWEST_HEAD = 3
_MOST_REDIRECTS = 5
# The members of a success in which the server says in its own words what went wrong with a job.
_WORD_MEMBERS = ("error", "error_message")

# They log whole addresses, signed ones of a storage too; the exchange log has them with the secrets hidden.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Answer:
    """A success, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes
    path: str
    redact: Callable[[str], str] = field(repr=False)
    """Hides what is secret in the server's words."""

    @cached_property
    def members(self) -> Mapping[str, Any]:
        """The JSON object that the body is, without secrets in its words. Raises ApiError when it is none."""
        try:
            value = parse_json(self.body)
        except NotJson:
            value = None
        if not isinstance(value, dict):
            raise self.unreadable()
        # the server's own words, of which it may echo a key or a signed URL; all else is kept as it came
        words = {name: self.redact(words_in(value[name])) for name in _WORD_MEMBERS if value.get(name)}
        return {**value, **words}

    def member(self, name: str, kind: type[T]) -> T:
        """A member without which the answer is not what was asked for. Raises ApiError."""
        value = self.members.get(name)
        if not isinstance(value, kind):
            raise self.unreadable()
        return value

    def unreadable(self) -> ApiError:
        """The error that it is when something in it is missing or odd."""
        return error_in_success(self.status, self.headers, self.body, path=self.path, redact=self.redact)


class Connection:
    """The requests to one Omni with one token. `root` is an address as `api_root` gives it.

    `transport` is the innermost one and replaces the network in tests. Raises Unauthorized for a token that
    no header could carry.
    """

    def __init__(
        self,
        root: str,
        token: str,
        *,
        budget: Budget,
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
        network = HeadDeadlineTransport(transport or NetworkTransport(), timeout_seconds * SLOWEST_HEAD)
        recorder = RecordingTransport(network, exchanges=exchanges, clock=clock, secrets=(self._token,))
        self._http = httpx.AsyncClient(
            transport=BudgetTransport(
                recorder, budget=budget, home=self._home, token=self._token, clock=clock
            ),
            headers={
                "User-Agent": f"omni-tui/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # keeps none and sends none
            timeout=httpx.Timeout(timeout_seconds, pool=None),
            max_redirects=_MOST_REDIRECTS,
            trust_env=False,  # the environment's proxies are NetworkTransport's business
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
    ) -> Answer:
        """One request and its whole answer, if that is a success. Raises the ApiError that it is else.

        `sending` is called each time that it goes out, behind the wait for the budget.
        """
        headers = {} if content is None else {"Content-Type": "application/json"}
        async with self.open(
            method, path, query=query, priority=priority, headers=headers, content=content, sending=sending
        ) as response:
            if not response.is_success:
                raise await self.error(response)
            body, path = await self._body(response), response.request.url.path
            return Answer(response.status_code, response.headers, body, path, self.redact)

    @contextlib.asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        priority: Priority,
        headers: Mapping[str, str],
        content: bytes | None = None,
        sending: Sending = unrecorded,
    ) -> AsyncIterator[httpx.Response]:
        """One request and the head of its answer; the body is still to come. GETs follow redirects."""
        with self.failures_named():
            request = self._http.build_request(
                method,
                self.root + path,
                params=dict(query) or None,
                content=content,
                headers=dict(headers),
                extensions={PRIORITY: priority, SENDING: sending},
            )
            response = await self._http.send(request, stream=True, follow_redirects=method == "GET")
        try:
            yield response
        finally:
            with contextlib.suppress(httpx.HTTPError):  # all that was wanted of it has been read
                await response.aclose()

    async def error(self, response: httpx.Response) -> ApiError:
        """The error that an answer is."""
        try:
            body = await self._body(response)
        except (NotReached, NotOmni):  # its status says enough
            body = b""
        url = response.request.url
        if (url.host, url.port) != (self._home.host, self._home.port):
            return _error_elsewhere(response)
        return error_from_response(
            response.status_code, response.headers, body, path=url.path, redact=self.redact
        )

    def error_in_place_of_file(self, response: httpx.Response, body: bytes) -> ApiError:
        """The error that a body is which came with status 200 in place of a file."""
        url = response.request.url
        if code := storage_code(body):
            return ServerFailed(f"Omni's file storage refused the file ({code}).", TRY_LATER, status=403)
        status = status_for(body)
        if status is None:
            return not_json(response.status_code, {"content-type": "text/html"}, body)
        if (url.host, url.port) != (self._home.host, self._home.port):
            return ServerFailed(f"Omni's file storage returned HTTP {status}.", TRY_LATER, status=status)
        return error_from_response(status, response.headers, body, path=url.path, redact=self.redact)

    def redact(self, words: str) -> str:
        """Return the server's words without the key and all that looks like a secret: a signed URL too."""
        begun = words.removesuffix("…")  # a long text may have been cut in the middle of the key
        return redact_cut_text(begun, [self._token.reveal()]) + words[len(begun) :]

    @contextlib.contextmanager
    def failures_named(self) -> Iterator[None]:
        """Turn every failure of httpx into its kind of ApiError."""
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            # not "from failure": the frames of the network hold the token, and a traceback may show them
            raise error_from_httpx(failure, where=self._where) from None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        """The whole body. Raises TimedOut when it comes in drips, NotOmni when it is too long."""
        body = bytearray()
        try:
            with self.failures_named():
                async with asyncio.timeout(self._timeout_seconds * SLOWEST_ANSWER):
                    async for piece in decoded(response.aiter_raw(), encodings_of(response)):
                        body += piece
                        if len(body) > LONGEST_ANSWER_BYTES:
                            raise NotOmni("Omni's answer is too long.", status=response.status_code)
        except TimeoutError:
            raise TimedOut(f"{self._where} did not finish its answer in time.", TRY_LATER) from None
        return bytes(body)


def _error_elsewhere(response: httpx.Response) -> ApiError:
    """The error that an answer is to which we were redirected, and which did not get the token."""
    status, url = response.status_code, response.request.url
    if url.path == response.history[0].request.url.path:
        return moved(url.host, status)
    message = f"The storage that Omni keeps its files in answered with status {status}."
    return ServerFailed(message, TRY_LATER, status=status)


def _checked_token(token: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Unauthorized(
            "The token has characters in it that no key of Omni's has.",
            "Copy it again, without spaces, quotes or line breaks.",
        )
    return token
