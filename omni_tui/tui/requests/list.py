"""The list of requests, one line each, in the order they were sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from omni_tui.api.request_log.log import Exchange
from omni_tui.formatting import format_latency, format_size
from omni_tui.tui.common.table.painted_rows import Tone
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.text import shorten_folders

PENDING = "…"
# Statuses that mean "try again later" and aren't errors.
RETRY_LATER_STATUSES = frozenset({409, 429})
# The kind of a failure, in parentheses at the end of its message.
_FAILURE_KIND = re.compile(r"\((\w+)\)\s*$")
_LONG_ID = re.compile(r"(?<=/)(?=[^/]*\d)([^/]{4})[^/…]{5,}")
_ANY_ID = re.compile(r"(?<=/)(?=[^/]*\d)([^/]{4})[^/…]{2,}")


class ExchangeList(RowList[Exchange]):
    """Requests with their statuses."""

    HAS_HEADER = False
    EMPTY = "No requests yet."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("time", "Time", width=8, drop=1),
        Column("method", "Method", width=4),
        Column("path", "Path", minimum=40, maximum=88),
        Column("status", "Status", width=7),
        Column("duration", "Duration", width=6, right=True),
        Column("size", "Size", width=6, right=True, drop=2),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select",
            "open",
            key_display="enter",
            tooltip="Show headers and bodies",
            id="request",
        ),
    ]

    def key(self, row: Exchange) -> object:
        """Identify a row by the exchange's number."""
        return row.number

    def cells(self, row: Exchange) -> dict[str, Cell]:
        """Return the cells of one exchange."""
        duration = PENDING if row.duration_seconds is None else format_latency(row.duration_seconds)
        return {
            "time": (f"{datetime.fromtimestamp(row.started_at):%H:%M:%S}", "muted"),
            "method": (row.method, "heading"),
            "path": (shorten_path(shown_path(row.path), self.column_width("path")), "text"),
            "status": status_cell(row),
            "duration": (duration, "muted"),
            "size": (format_size(row.response_bytes) if row.response_bytes else "", "muted"),
        }


def status_cell(exchange: Exchange) -> tuple[str, Tone]:
    """Return the status, or a word for the failure, with its tone."""
    if exchange.failure:
        return (failure_word(exchange), "bad")
    if exchange.status is None:
        return (PENDING, "muted")
    if exchange.status in RETRY_LATER_STATUSES:
        return (str(exchange.status), "warn")
    return (str(exchange.status), "good" if exchange.status < 400 else "bad")


def failure_word(exchange: Exchange) -> str:
    """Return a failure as a word of at most seven letters, to fit the column: timeout, reset …"""
    found = _FAILURE_KIND.search(exchange.failure)
    kind = found[1].lower() if found else exchange.failure.lower()
    if "timeout" in kind:
        return "timeout"
    if "cancel" in kind:
        return "stopped"
    if "connect" in kind or "proxy" in kind:
        return "offline"
    if "read" in kind or "write" in kind or "protocol" in kind or "close" in kind:
        return "reset" if exchange.status is None else "cut off"
    return "failed"


def shown_path(path: str) -> str:
    """Return the path as the API's documentation writes it: from /v1 on."""
    return path.removeprefix("/api") if path.startswith("/api/") else path


def shorten_path(path: str, width: int) -> str:
    """Return a path in at most `width` cells: shorten long IDs, then all IDs, then cut the start."""
    for pattern in (None, _LONG_ID, _ANY_ID):
        shown = path if pattern is None else pattern.sub(r"\1…", path)
        if cell_len(shown) <= width:
            break
    return shorten_folders(shown, width)
