"""The log of requests: every one that was sent, and how it was answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from omni_tui.api.request_log.log import Exchange, as_curl
from omni_tui.tui.common.key_labels import keys_of, with_keys
from omni_tui.tui.common.service_watcher import Following, Joined, Unsubscribe
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import NotedFrame
from omni_tui.tui.messages import ExchangeChanged
from omni_tui.tui.requests.list import ExchangeList

if TYPE_CHECKING:
    from omni_tui.services import Services

REPAINT_SECONDS = 0.5


class RequestsPane(NotedFrame, Following):
    """All exchanges, the newest at the bottom; the cursor goes along while it stands on the last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy as cURL", tooltip="Copy this request as a cURL command", id="copy-curl"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Requests", id=id)
        self._list = ExchangeList()
        self._repaint = Joined(self, REPAINT_SECONDS, self._show_exchanges)

    def compose(self) -> ComposeResult:
        """Only the list: what there is to say without requests, it says itself."""
        yield self._list

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """The exchanges."""
        yield services.exchanges.subscribe(lambda exchange: self.tell(ExchangeChanged(exchange)))

    def show_services(self) -> None:
        """Paint the exchanges that are there already, and name the keys as they are set now."""
        self.note = with_keys("{request} opens · {copy-curl} copies as cURL", keys_of(self.app))
        self._show_exchanges()

    def on_exchange_changed(self) -> None:
        """A request was sent or answered; what it brings is read from the log, with all that came since."""
        self._repaint.ask()

    def _show_exchanges(self) -> None:
        exchanges = self._services.exchanges.exchanges() if self._services is not None else ()
        had_some = bool(self._list.rows)
        is_at_end = self._list.cursor >= len(self._list.rows) - 1
        self._list.set_rows(exchanges, cursor=len(exchanges) - 1 if is_at_end else None)
        if had_some != bool(exchanges):
            self.refresh_bindings()

    def is_idle(self, action: str) -> bool:
        """Whether a key has nothing to do: there is no request to copy."""
        return self._list.current is None

    # what keys do

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        from omni_tui.tui.requests.detail_screen import RequestScreen

        event.stop()
        if isinstance(event.row, Exchange):
            self.app.push_screen(RequestScreen(event.row))

    def action_copy(self) -> None:
        """Copy the request as a cURL command, with the token's name in place of the token."""
        exchange = self._list.current
        if exchange is not None:
            self.copy(as_curl(exchange))
