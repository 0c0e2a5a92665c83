"""A bounded log of requests and their responses, with observers.

It holds no secrets: whoever adds an entry has removed them (`redaction`). Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from omni_tui.api.observers import Subscribers

CAPACITY = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and, when it arrives, its response or failure. All text has its secrets hidden.

    `started_at` is when it was sent (seconds since 1970), not when it began to wait for the rate limit.
    `status` is None until a response comes; `failure` says why none came or why the body was cut off.
    Bodies are text cut to a bounded length, or empty if binary; `response_bytes` counts the bytes received.
    `is_complete` is False while the request runs. `is_file` is True if the request is for an export's file.
    """

    number: int
    started_at: float
    method: str
    url: str
    path: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str = ""
    status: int | None = None
    failure: str = ""
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: str = ""
    response_type: str = ""
    response_bytes: int = 0
    duration_seconds: float | None = None
    is_complete: bool = False
    is_file: bool = False

    @property
    def without_file(self) -> Exchange:
        """Return the exchange without the content of a downloaded file, to be stored or exported."""
        has_file = self.is_file and self.response_body and (self.status or 0) < 400
        return replace(self, response_body="") if has_file else self


class ExchangeLog:
    """The most recent exchanges, oldest first. Observers get each one when it is sent and when it ends."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._exchanges: dict[int, Exchange] = {}
        self._last_number = 0
        self._subscribers: Subscribers[[Exchange]] = Subscribers()

    def next_number(self) -> int:
        """Return the number for a new exchange, greater than all before."""
        self._last_number += 1
        return self._last_number

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return all kept exchanges, in the order they were sent."""
        return tuple(sorted(self._exchanges.values(), key=lambda exchange: exchange.number))

    def put(self, exchange: Exchange) -> None:
        """Add an exchange, or replace the one with the same number unless it has already been dropped."""
        if exchange.number not in self._exchanges and len(self._exchanges) >= self._capacity:
            oldest = min(self._exchanges)
            if exchange.number > oldest:
                del self._exchanges[oldest]
                self._exchanges[exchange.number] = exchange
        else:
            self._exchanges[exchange.number] = exchange
        self._last_number = max(self._last_number, exchange.number)
        self._subscribers.tell(exchange)

    def subscribe(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call back with each exchange from now on; return a function that unsubscribes."""
        return self._subscribers.add(callback)
