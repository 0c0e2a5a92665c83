"""The transports around the network's: rate limit and recording.

The rate limit is outermost, so that its wait doesn't count as latency. The recorder inside sees each attempt
of a request, failures included.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

import httpx

from omni_tui.api.errors.types import retry_after_seconds
from omni_tui.api.rate_limit.limiter import RateLimiter, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import MAX_PAUSE_SECONDS
from omni_tui.api.request_log.capture import Recording
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.request_log.redaction import Secret
from omni_tui.api.urls import is_loopback
from omni_tui.clock import Clock, backoff_seconds

PRIORITY = "priority"  # the request extension with the request's priority
SENDING = "sending"  # the request extension with a callback for each time the request is sent

# Called and awaited right before a request is sent, to record it first.
Sending = Callable[[], Awaitable[None]]


async def unrecorded() -> None:
    """Record nothing."""


RETRY_LATER_STATUSES = frozenset({429, 503})
MAX_TRIES = 8  # all waits together are much longer than the server's one-minute window
MAX_PORT = 65_535
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class _OuterTransport(httpx.AsyncBaseTransport):
    """A transport around another one, and closed with it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


class RateLimitTransport(_OuterTransport):
    """Waits for the rate limit, adds the token where it belongs, and retries temporary rejections.

    - The token goes to the home origin only. It is added here, below anything that could carry it along on
      a redirect, and any `Authorization` or cookie from above is dropped. Requests to other origins (such as
      a file storage) don't count toward the rate limit.
    - Plain http is allowed on loopback only; anything else is `httpx.UnsupportedProtocol`. A redirect to a
      port that can't exist is `httpx.ConnectError`: asyncio's OverflowError would pass for a bug.
    - 429 and 503 pause all requests, for `Retry-After` or for growing waits, and the request is retried: the
      server rejected it, so nothing happens twice. After `tries` attempts the response is returned as it is.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        limiter: RateLimiter,
        home: httpx.URL,
        token: Secret,
        clock: Clock,
        tries: int = MAX_TRIES,
    ) -> None:
        super().__init__(inner)
        self._limiter = limiter
        self._home = home
        self._token = token
        self._clock = clock
        self._tries = tries

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send within the rate limit. Network failures are not retried here."""
        self._check_target(request.url)
        is_home = _origin(request.url) == _origin(self._home)
        outgoing = _without_credentials(request)  # a copy: the caller's request never has the token
        if not is_home:
            return await self._inner.handle_async_request(outgoing)
        outgoing.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return await self._send_within_limit(outgoing)

    def _check_target(self, url: httpx.URL) -> None:
        stays_here = is_loopback(url.host) and is_loopback(self._home.host)
        if url.scheme != "https" and not (url.scheme == "http" and stays_here):
            raise httpx.UnsupportedProtocol("Plain http is allowed on this machine only.")
        if (url.port or 0) > MAX_PORT:
            raise httpx.ConnectError(f"{url.port} is no port")

    async def _send_within_limit(self, request: httpx.Request) -> httpx.Response:
        priority = request.extensions.get(PRIORITY, Priority.INTERACTIVE)
        sending: Sending = request.extensions.get(SENDING, unrecorded)
        attempt = 1
        while True:
            slot = await self._limiter.acquire(priority)
            try:
                await sending()
            except BaseException:
                slot.unsent()
                raise
            response = await self._send(request, slot)
            if response.status_code not in RETRY_LATER_STATUSES:
                slot.answered()
                return response
            seconds = self._wait_seconds(response, attempt)
            if response.status_code == 429:
                slot.rejected()
            if seconds <= MAX_PAUSE_SECONDS:
                self._limiter.pause(seconds)  # before releasing the slot, or another request slips through
            slot.answered()
            if attempt >= self._tries or seconds > MAX_PAUSE_SECONDS:
                return response
            await _let_go(response)
            attempt += 1

    async def _send(self, request: httpx.Request, slot: Slot) -> httpx.Response:
        """Send once; end the slot here if no response comes."""
        try:
            return await self._inner.handle_async_request(request)
        except _NEVER_SENT:
            slot.unsent()
            raise
        except BaseException:  # reset, timeout or cancel: always release the slot
            slot.lost()
            raise

    def _wait_seconds(self, response: httpx.Response, attempt: int) -> float:
        """Return Retry-After; at least our own wait after the second rejection, or without the header."""
        wish = retry_after_seconds(response.headers, self._clock.time())
        if wish and attempt == 1:
            return wish
        return max(wish or 0.0, backoff_seconds(attempt))


class RecordingTransport(_OuterTransport):
    """Logs every request when it is sent, and again when its response has ended or failed."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        exchanges: ExchangeLog,
        clock: Clock,
        secrets: tuple[Secret, ...] = (),
    ) -> None:
        super().__init__(inner)
        self._exchanges = exchanges
        self._clock = clock
        self._secrets = secrets

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send and record the exchange."""
        await request.aread()
        recording = Recording(request, self._exchanges, self._clock, self._secrets)
        try:
            response = await self._inner.handle_async_request(request)
        except BaseException as error:  # of any kind, cancellation included: log it and raise it again
            recording.failed(error)
            raise
        return recording.answered(response)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _without_credentials(request: httpx.Request) -> httpx.Request:
    """Return a copy of the request without credentials."""
    headers = request.headers.copy()
    for name in ("Authorization", "Proxy-Authorization", "Cookie"):
        headers.pop(name, None)
    return httpx.Request(
        request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
    )


async def _let_go(response: httpx.Response) -> None:
    """Read a rejection to its end so that its connection can be reused."""
    with contextlib.suppress(httpx.HTTPError):  # the recorder has logged it
        await response.aread()
    await response.aclose()
