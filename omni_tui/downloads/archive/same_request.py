"""Find exports that were made with the same request."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

from omni_tui.downloads.job.models import Job
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import ExportRequest, Kind
from omni_tui.options.table import OPTIONS

# Options that change a file's name, not its content.
NOT_CONTENT = frozenset(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TEXT)
# Options that say how the server gets the data, not which.
_NOT_WHICH_DATA = frozenset(spec.sent_as[0] for spec in OPTIONS if spec.sent_as)


def same_request_key(job: Job) -> Hashable:
    """Return a key that is equal for exports of the same request: dashboard, format, options and filters.

    Whether the server was asked for uncached data makes no difference. Each export that somebody else
    started has its own key, because its options aren't known.
    """
    order = job.order
    if order.has_unknown_options:
        return job.id
    sent = sent_options(order.request).items()
    return (
        order.request.dashboard_id,
        canonical({name: value for name, value in sent if name not in _NOT_WHICH_DATA}),
    )


def sent_options(request: ExportRequest) -> dict[str, Any]:
    """Return the options as they are sent, by their names on the wire, without those about the name."""
    sent: dict[str, Any] = {**payload(request), **query(request)}
    return {name: value for name, value in sent.items() if name not in NOT_CONTENT}


def canonical(value: Any) -> str:
    """Return JSON that is equal for equal values, whatever the order of their keys."""
    return json.dumps(value, sort_keys=True, default=str)
