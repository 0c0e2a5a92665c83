"""The details of one request: headers and bodies, as far as the log keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.api.request_log.curl import as_curl
from omni_tui.api.request_log.log import Exchange
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_latency, format_size, plain_lines
from omni_tui.tui.common.screens.reader_screen import ReaderScreen
from omni_tui.tui.common.service_watcher import Unsubscribe
from omni_tui.tui.common.text import content
from omni_tui.tui.messages import ExchangeChanged
from omni_tui.tui.requests.list import shown_path, status_cell

if TYPE_CHECKING:
    from omni_tui.services import Services

STATE_STYLES = {"good": "$success", "warn": "$warning", "bad": "$error", "muted": "$muted"}
INDENT = "  "


class RequestScreen(ReaderScreen):
    """Shows one request, and updates while it runs. `n` and `p` show the next and previous request."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy as cURL", tooltip="Copy this request as a cURL command", id="copy-curl"),
        Binding(
            "m",
            "copy_command",
            "copy command",
            tooltip="Copy this request as an omni-tui download command",
            id="copy-request-command",
        ),
        Binding("n", "go(1)", "next", tooltip="Next request", id="next-request"),
        Binding("p", "go(-1)", "previous", tooltip="Previous request", id="previous-request"),
    ]

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("Request", note="")
        self._exchange = exchange

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the exchanges."""
        yield services.exchanges.subscribe(lambda exchange: self.post_if_running(ExchangeChanged(exchange)))

    def on_exchange_changed(self, event: ExchangeChanged) -> None:
        """Show the response as soon as it arrives."""
        if event.exchange.number == self._exchange.number:
            self._exchange = event.exchange
            self.show_lines()

    def show_lines(self, *, from_the_top: bool = False) -> None:
        """Show the request's current state, with its number in the frame."""
        super().show_lines(from_the_top=from_the_top)
        exchange = self._exchange
        sent_at = datetime.fromtimestamp(exchange.started_at)
        self.frame.border_title = content(f"{exchange.method} {shown_path(exchange.path)}")
        self.frame.note = f"sent at {sent_at:%H:%M:%S} · {self._place_words()}"

    def lines(self) -> list[Content]:
        """Return the request line, headers and body, then the same of the response."""
        exchange = self._exchange
        return [
            Content.assemble((exchange.method, "bold $heading"), " ", content(exchange.url, "bold")),
            *_header_lines(exchange.request_headers),
            *_body_lines(exchange.request_body),
            Content(""),
            *self._response_lines(),
            *_header_lines(exchange.response_headers),
            *self._response_body_lines(),
        ]

    def _response_lines(self) -> list[Content]:
        """Return the status and duration, and why the request failed or the body is incomplete."""
        exchange = self._exchange
        word, tone = status_cell(exchange)
        shown = str(exchange.status) if exchange.status is not None else word
        if exchange.duration_seconds is not None:
            after = f"after {format_latency(exchange.duration_seconds)}"
        else:
            after = "no response yet" if exchange.status is None else "receiving body"
        line = Content.assemble((shown, f"bold {STATE_STYLES[tone]}"), "  ", (after, "$muted"))
        return [line, content(INDENT + exchange.failure, "$error")] if exchange.failure else [line]

    def _response_body_lines(self) -> list[Content]:
        exchange = self._exchange
        if exchange.response_body:
            return _body_lines(exchange.response_body)
        if exchange.response_bytes:
            kind = exchange.response_type or "no content type"
            return [
                Content(""),
                content(f"{format_size(exchange.response_bytes)}, {kind}: not kept", "$muted"),
            ]
        return [Content(""), content("no body", "$muted")] if exchange.is_complete else []

    # what keys do

    def action_copy(self) -> None:
        """Copy the request as a cURL command."""
        self.frame.copy(as_curl(self._exchange))

    def action_copy_command(self) -> None:
        """Copy the command that sends this request again; show why if there is none."""
        from omni_tui.tui.requests.command import exchange_command

        services = self._services
        try:
            command = exchange_command(
                self._exchange,
                services.engine.jobs() if services else (),
                connection=services.connection_flags if services else (),
            )
        except OmniTuiError as error:
            self.frame.show_message(str(error))
        else:
            self.frame.copy(command)

    def action_go(self, by: int) -> None:
        """Show the next or previous request."""
        exchanges, index = self._around()
        if index is not None and 0 <= index + by < len(exchanges):
            self._exchange = exchanges[index + by]
            self.show_lines(from_the_top=True)
        else:
            self.frame.show_message("this is the last request" if by > 0 else "this is the first request")

    def _around(self) -> tuple[Sequence[Exchange], int | None]:
        """Return all requests, and the index of this one; None if the log no longer has it."""
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
    """Return a body after an empty line, with JSON indented."""
    if not body:
        return []
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # not JSON, truncated, or nested too deeply
        text = body
    return [Content(""), *(Content(f"{INDENT}{line}") for line in plain_lines(text))]
