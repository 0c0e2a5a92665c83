"""What every request passes through: `BudgetTransport` over `RecordingTransport` over httpx's own.

The budget waits outermost, so that waiting is not counted as latency. The recorder inside sees each try of a
request, and failures too.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import httpx
from tenacity import AsyncRetrying, RetryCallState, wait_exponential, wait_random
from tenacity.wait import wait_base

from omni_tui.api.errors.types import retry_after_seconds
from omni_tui.api.rate_limit.limiter import LONGEST_PAUSE_SECONDS, Budget, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.request_log.capture import Recording
from omni_tui.api.request_log.log import ExchangeLog
from omni_tui.api.request_log.redaction import Secret
from omni_tui.api.urls import is_loopback
from omni_tui.clock import Clock

PRIORITY = "priority"  # the request extension that says who goes first
SENDING = "sending"  # the one that is called whenever the request goes out

# Called right before a request goes out, and waited for: what has to be recorded first.
Sending = Callable[[], Awaitable[None]]


async def unrecorded() -> None:
    """Record nothing."""


REFUSED_FOR_NOW = frozenset({429, 503})
MOST_TRIES = 8
# All waits together outlast the server's minute by far.
GROWING_WAITS = wait_exponential(multiplier=2, max=30) + wait_random(0, 1)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class BudgetTransport(httpx.AsyncBaseTransport):
    """Waits for the budget, adds the token where it belongs, and sends again what was refused for now.

    - The token goes to the home origin and nowhere else: it is added here, below anything that could carry
      it along on a redirect, and an `Authorization` or cookie from above is dropped. Other origins (a
      storage that a file is fetched from) do not spend the budget.
    - Plain http goes only from this machine to itself; anything else is `httpx.UnsupportedProtocol`.
    - 429 and 503 pause the whole budget, for `Retry-After` or for growing waits, and the request is sent
      again: it was refused, so nothing happened twice. After `tries` the answer is handed on as it is.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        budget: Budget,
        home: httpx.URL,
        token: Secret,
        clock: Clock,
        waits: wait_base = GROWING_WAITS,
        tries: int = MOST_TRIES,
    ) -> None:
        self._inner = inner
        self._budget = budget
        self._home = home
        self._token = token
        self._clock = clock
        self._waits = waits
        self._tries = tries

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send when the budget allows. Failures of the network are not tried again here."""
        self._refuse_plain_http(request.url)
        is_home = _origin(request.url) == _origin(self._home)
        outgoing = _without_credentials(request)  # a copy: what the caller holds never has the token
        if not is_home:
            return await self._inner.handle_async_request(outgoing)
        outgoing.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return await self._send_within_budget(outgoing)

    async def aclose(self) -> None:
        """Close what is below."""
        await self._inner.aclose()

    def _refuse_plain_http(self, url: httpx.URL) -> None:
        stays_here = is_loopback(url.host) and is_loopback(self._home.host)
        if url.scheme != "https" and not (url.scheme == "http" and stays_here):
            raise httpx.UnsupportedProtocol("Plain http is used within this machine only.")

    async def _send_within_budget(self, request: httpx.Request) -> httpx.Response:
        priority = request.extensions.get(PRIORITY, Priority.PERSON)
        sending: Sending = request.extensions.get(SENDING, unrecorded)
        attempt = 1
        while True:
            slot = await self._budget.acquire(priority)
            try:
                await sending()
            except BaseException:
                slot.unsent()
                raise
            response = await self._send(request, slot)
            if response.status_code not in REFUSED_FOR_NOW:
                slot.answered()
                return response
            seconds = self._wait_seconds(response, attempt)
            if response.status_code == 429:
                slot.rejected()
            if seconds <= LONGEST_PAUSE_SECONDS:
                self._budget.pause(seconds)  # before the slot is given back, or somebody slips through
            slot.answered()
            if attempt >= self._tries or seconds > LONGEST_PAUSE_SECONDS:
                return response
            await _let_go(response)
            attempt += 1

    async def _send(self, request: httpx.Request, slot: Slot) -> httpx.Response:
        """One try; without an answer the slot is ended here."""
        try:
            return await self._inner.handle_async_request(request)
        except _NEVER_SENT:
            slot.unsent()
            raise
        except BaseException:  # a reset, a timeout, a cancel: whatever it is, the place has to be given back
            slot.lost()
            raise

    def _wait_seconds(self, response: httpx.Response, attempt: int) -> float:
        """What the server wishes for; from the second refusal on, or without a wish, at least ours."""
        wish = retry_after_seconds(response.headers, self._clock.time())
        if wish and attempt == 1:
            return wish
        state = RetryCallState(AsyncRetrying(), None, (), {})
        state.attempt_number = attempt
        return max(wish or 0.0, float(self._waits(state)))


class HeadDeadlineTransport(httpx.AsyncBaseTransport):
    """Bounds the time until an answer's head is whole, which httpx bounds only piece by piece.

    Raises `httpx.ReadTimeout` after `seconds`. The body that follows isn't bounded here.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and wait for the head within the time."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._inner.handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("the head did not come in time", request=request) from None

    async def aclose(self) -> None:
        """Close what is below."""
        await self._inner.aclose()


class RecordingTransport(httpx.AsyncBaseTransport):
    """Puts every request into the log when it is sent, and again when its answer has ended or failed."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        exchanges: ExchangeLog,
        clock: Clock,
        secrets: tuple[Secret, ...] = (),
    ) -> None:
        self._inner = inner
        self._exchanges = exchanges
        self._clock = clock
        self._secrets = secrets

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and write down what happens."""
        await request.aread()
        recording = Recording(request, self._exchanges, self._clock, self._secrets)
        try:
            response = await self._inner.handle_async_request(request)
        except BaseException as error:  # whatever it is, a cancel too: told to the log, and passed on
            recording.failed(error)
            raise
        return recording.answered(response)

    async def aclose(self) -> None:
        """Close what is below."""
        await self._inner.aclose()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _without_credentials(request: httpx.Request) -> httpx.Request:
    """A copy of the request without anything that says who we are."""
    headers = request.headers.copy()
    for name in ("Authorization", "Proxy-Authorization", "Cookie"):
        headers.pop(name, None)
    return httpx.Request(
        request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
    )


async def _let_go(response: httpx.Response) -> None:
    """Read a refusal to its end, so that its connection can be used again; its body is of no use."""
    with contextlib.suppress(httpx.HTTPError):  # the recorder has told the log
        await response.aread()
    await response.aclose()
