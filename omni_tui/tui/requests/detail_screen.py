"""One request in full: what was sent and what came back, as far as the log keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.api.request_log.log import Exchange, as_curl
from omni_tui.formatting import latency_words, plain_lines, size_words
from omni_tui.tui.common.screens.reader_screen import ReadingScreen
from omni_tui.tui.common.service_watcher import Unsubscribe
from omni_tui.tui.common.text import content
from omni_tui.tui.messages import ExchangeChanged
from omni_tui.tui.requests.list import shown_path, status_cell

if TYPE_CHECKING:
    from omni_tui.services import Services

STATE_STYLES = {"good": "$success", "warn": "$warning", "bad": "$error", "muted": "$muted"}
INDENT = "  "


class RequestScreen(ReadingScreen):
    """Follows the request while it is under way; `n` and `p` go on to the next and the one before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy as cURL", tooltip="Copy this request as a cURL command", id="copy-curl"),
        Binding("n", "go(1)", "next", tooltip="The next request", id="next-request"),
        Binding("p", "go(-1)", "previous", tooltip="The request before", id="previous-request"),
    ]

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("Request", note="")
        self._exchange = exchange

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """The exchanges: this one may not have ended yet."""
        yield services.exchanges.subscribe(lambda exchange: self.tell(ExchangeChanged(exchange)))

    def on_exchange_changed(self, event: ExchangeChanged) -> None:
        """Show the answer as soon as it is there."""
        if event.exchange.number == self._exchange.number:
            self._exchange = event.exchange
            self.show_lines()

    def show_lines(self, *, from_the_top: bool = False) -> None:
        """Show the request as it is now; which one it is stands in the frame."""
        super().show_lines(from_the_top=from_the_top)
        exchange = self._exchange
        sent_at = datetime.fromtimestamp(exchange.started_at)
        self.frame.border_title = content(f"{exchange.method} {shown_path(exchange.path)}")
        self.frame.note = f"sent at {sent_at:%H:%M:%S} · {self._place_words()}"

    def lines(self) -> list[Content]:
        """Request line, headers and body; then the same of the answer."""
        exchange = self._exchange
        return [
            Content.assemble((exchange.method, "bold $heading"), " ", content(exchange.url, "bold")),
            *_header_lines(exchange.request_headers),
            *_body_lines(exchange.request_body),
            Content(""),
            *self._answer_lines(),
            *_header_lines(exchange.response_headers),
            *self._answer_body_lines(),
        ]

    def _answer_lines(self) -> list[Content]:
        """Status and duration; why there is none, or why the body ends where it does."""
        exchange = self._exchange
        word, tone = status_cell(exchange)
        shown = str(exchange.status) if exchange.status is not None else word
        if exchange.duration_seconds is not None:
            after = f"after {latency_words(exchange.duration_seconds)}"
        else:
            after = "no answer yet" if exchange.status is None else "its body is on the way"
        line = Content.assemble((shown, f"bold {STATE_STYLES[tone]}"), "  ", (after, "$muted"))
        return [line, content(INDENT + exchange.failure, "$error")] if exchange.failure else [line]

    def _answer_body_lines(self) -> list[Content]:
        exchange = self._exchange
        if exchange.response_body:
            return _body_lines(exchange.response_body)
        if exchange.response_bytes:
            kind = exchange.response_type or "no type given"
            return [
                Content(""),
                content(f"{size_words(exchange.response_bytes)}, {kind}: not kept", "$muted"),
            ]
        return [Content(""), content("no body", "$muted")] if exchange.is_complete else []

    # what keys do

    def action_copy(self) -> None:
        """Copy the request as a cURL command."""
        self.frame.copy(as_curl(self._exchange))

    def action_go(self, by: int) -> None:
        """Show the request that was sent after or before this one."""
        exchanges, index = self._around()
        if index is not None and 0 <= index + by < len(exchanges):
            self._exchange = exchanges[index + by]
            self.show_lines(from_the_top=True)
        else:
            self.frame.say("this is the last one" if by > 0 else "this is the first one")

    def _around(self) -> tuple[Sequence[Exchange], int | None]:
        """All requests, and where this one stands among them; None when it has left the log."""
        exchanges = self._services.exchanges.exchanges() if self._services is not None else ()
        numbers = [exchange.number for exchange in exchanges]
        number = self._exchange.number
        return exchanges, numbers.index(number) if number in numbers else None

    def _place_words(self) -> str:
        exchanges, index = self._around()
        return "no longer in the log" if index is None else f"{index + 1:,} of {len(exchanges):,}"


def _header_lines(headers: Sequence[tuple[str, str]]) -> list[Content]:
    return [
        Content.assemble(INDENT, content(f"{name}:", "$primary"), " ", content(value))
        for name, value in headers
    ]


def _body_lines(body: str) -> list[Content]:
    """A body after an empty line: JSON laid out for reading, anything else as it came."""
    if not body:
        return []
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:  # no JSON, or JSON that was cut
        text = body
    return [Content(""), *(Content(f"{INDENT}{line}") for line in plain_lines(text))]
