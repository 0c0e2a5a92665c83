"""The requests pane: the log of all requests and their statuses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from omni_tui.api.request_log.curl import as_curl
from omni_tui.api.request_log.log import Exchange
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import display_path
from omni_tui.tui.common.key_labels import keys_of, with_keys
from omni_tui.tui.common.service_watcher import ServiceWatcher, Throttle, Unsubscribe
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.messages import ExchangeChanged
from omni_tui.tui.requests.list import ExchangeList

if TYPE_CHECKING:
    from omni_tui.services import Services

REPAINT_SECONDS = 0.5


class RequestsPane(TitledFrame, ServiceWatcher):
    """Shows all exchanges, newest last. A cursor on the last row follows new ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy as cURL", tooltip="Copy this request as a cURL command", id="copy-curl"),
        Binding("h", "save_har", "save as HAR", tooltip="Save all requests in a HAR file", id="save-har"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Requests", id=id)
        self._list = ExchangeList()
        self._repaint = Throttle(self, REPAINT_SECONDS, self._show_exchanges)

    def compose(self) -> ComposeResult:
        """Compose the list."""
        yield self._list

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the exchanges."""
        yield services.exchanges.subscribe(lambda exchange: self.post_if_running(ExchangeChanged(exchange)))

    def show_services(self) -> None:
        """Show the existing exchanges, and the keys in use."""
        self.note = with_keys("{request} details · {copy-curl} copy as cURL", keys_of(self.app))
        self._show_exchanges()

    def on_exchange_changed(self) -> None:
        """Update the list from the log, at most every 0.5 s."""
        self._repaint.ask()

    def _show_exchanges(self) -> None:
        exchanges = self._services.exchanges.exchanges() if self._services is not None else ()
        had_some = bool(self._list.rows)
        is_at_end = self._list.cursor >= len(self._list.rows) - 1
        self._list.set_rows(exchanges, cursor=len(exchanges) - 1 if is_at_end else None)
        if had_some != bool(exchanges):
            self.refresh_bindings()

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now: there is no request."""
        return self._list.current is None

    # what keys do

    @on(RowList.Selected)
    def _open(self, event: RowList.Selected) -> None:
        from omni_tui.tui.requests.detail_screen import RequestScreen

        event.stop()
        if isinstance(event.row, Exchange):
            self.app.push_screen(RequestScreen(event.row))

    def action_save_har(self) -> None:
        """Save all requests in a HAR file in the download folder, and show its path."""
        if self._services is not None and self._list.rows:
            run_in_background(self, partial(self._save_har, self._services))

    async def _save_har(self, services: Services) -> None:
        from omni_tui.support.har_file import save_har

        exchanges = services.exchanges.exchanges()
        try:
            path = await asyncio.to_thread(save_har, services.download_folder, exchanges)
        except OmniTuiError as error:
            self.app.notify(str(error), severity="error", markup=False)
        else:
            self.app.notify(f"Saved {len(exchanges):,} requests in {display_path(path)}.", markup=False)

    def action_copy(self) -> None:
        """Copy the request as a cURL command, with the token's variable name instead of the token."""
        exchange = self._list.current
        if exchange is not None:
            self.copy(as_curl(exchange))
