"""Format requests as lines: time, method and URL, status, duration and size."""

from __future__ import annotations

from datetime import datetime

from omni_tui.api.request_log.log import Exchange
from omni_tui.formatting import format_latency, format_size, plain_line


def request_line(exchange: Exchange, *, has_date: bool = False) -> str:
    """Return a finished request in one line without control characters, in local time.

    `17:04:05.123 GET https://blobsrus.omniapp.co/api/v1/documents?pageSize=1 -> 200 in 142 ms, 1.2 kB`
    """
    sent_at = datetime.fromtimestamp(exchange.started_at).astimezone()
    moment = sent_at.isoformat(timespec="milliseconds") if has_date else f"{sent_at:%H:%M:%S.%f}"[:-3]
    result = "no response" if exchange.status is None else str(exchange.status)
    duration = format_latency(exchange.duration_seconds or 0.0)
    size = f", {format_size(exchange.response_bytes)}" if exchange.response_bytes else ""
    failure = f": {exchange.failure}" if exchange.failure else ""
    line = f"{moment} {exchange.method} {exchange.url} -> {result} in {duration}{size}{failure}"
    return plain_line(line)
