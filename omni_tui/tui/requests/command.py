"""A sent request as an `omni-tui download` command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from omni_tui.api.request_log.redaction import HIDDEN
from omni_tui.errors import OmniTuiError
from omni_tui.options.command_line import request_command
from omni_tui.options.rules import request_from_body
from omni_tui.options.spec import JsonValue

if TYPE_CHECKING:
    from omni_tui.api.request_log.log import Exchange
    from omni_tui.downloads.job.models import Job

_START = re.compile(r"/v1/dashboards/([^/]+)/download")


def exchange_command(exchange: Exchange, jobs: Iterable[Job] = (), *, connection: Sequence[str] = ()) -> str:
    """Return the command that sends this request again; into the folder of its download if `jobs` has it.

    Raises OmniTuiError for a request that doesn't start an export, or that the log has only in part.
    """
    url = urlsplit(exchange.url)
    start = _START.search(url.path)
    if exchange.method != "POST" or start is None or start.end() != len(url.path):
        raise OmniTuiError("Only a request that starts an export can be copied as a command.")
    body = _object(exchange.request_body)
    if not body or HIDDEN in exchange.request_body + exchange.url:
        raise OmniTuiError("The log has only part of this request.")
    request = request_from_body(unquote(start[1]), body, dict(parse_qsl(url.query)))
    if request is None:
        raise OmniTuiError("This request has options that omni-tui download doesn't know.")
    job_id = _object(exchange.response_body).get("job_id")
    job = next((each for each in jobs if job_id and each.server_job_id == job_id), None)
    return request_command(request, output=job.order.output if job else "", connection=connection)


def _object(text: str) -> dict[str, JsonValue]:
    """Return a JSON object; an empty one for any other text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
