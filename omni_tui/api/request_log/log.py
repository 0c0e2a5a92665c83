"""What was sent and what was answered: a bounded ring of exchanges, and who wants to hear of them.

Nothing secret is in here: what puts an exchange has taken it out (`redaction`). Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from omni_tui.api.observers import Subscribers
from omni_tui.formatting import shell_word

CAPACITY = 1000
# What curl works out for itself, and would only repeat.
_CURLS_OWN_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"}
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and, once it is there, its answer or failure. All text has its secrets hidden.

    `started_at` is seconds since 1970, when it was sent (not when it began to wait for the budget).
    `status` is None until an answer comes; `failure` says in words why none came or its body broke off.
    Bodies are text, cut to a bounded length, or empty for binary ones; `response_bytes` counts what has
    come over the wire. `is_complete` is False while it is under way.
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


class ExchangeLog:
    """The last exchanges, oldest first; subscribers hear of each when it is sent and when it has ended."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._exchanges: dict[int, Exchange] = {}
        self._last_number = 0
        self._subscribers: Subscribers[[Exchange]] = Subscribers()

    def next_number(self) -> int:
        """A number for a new exchange, greater than all before."""
        self._last_number += 1
        return self._last_number

    def exchanges(self) -> tuple[Exchange, ...]:
        """What the ring holds, in the order of sending."""
        return tuple(sorted(self._exchanges.values(), key=lambda exchange: exchange.number))

    def put(self, exchange: Exchange) -> None:
        """Keep an exchange; one with the same number is replaced. One that has left the ring stays out."""
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
        """Call back with each exchange from now on; returns what ends that."""
        return self._subscribers.add(callback)


def as_curl(exchange: Exchange) -> str:
    """The request as one line for a shell, with `$OMNI_API_TOKEN` where the token was."""
    words = ["curl"]
    if exchange.method != ("POST" if exchange.request_body else "GET"):
        words.append(f"--request {shell_word(exchange.method)}")
    words.append(shell_word(exchange.url))
    for name, value in exchange.request_headers:
        if name.lower() == "authorization":
            words.append('--header "Authorization: Bearer $OMNI_API_TOKEN"')
        elif name.lower() not in _CURLS_OWN_HEADERS:
            words.append(f"--header {shell_word(f'{name}: {value}')}")
    if exchange.request_body:
        words.append(f"--data-raw {shell_word(exchange.request_body)}")
    return " ".join(words)
