"""A request read back from what was sent: the inverse of `rules.payload` and `rules.query`."""

from __future__ import annotations

from collections.abc import Mapping

from omni_tui.options.rules import applicable, payload, query
from omni_tui.options.spec import ExportRequest, Format, JsonValue, OptionValue, Place


def request_from_body(
    dashboard_id: str, body: Mapping[str, JsonValue], sent_query: Mapping[str, str]
) -> ExportRequest | None:
    """Return the request that sends exactly this body and query; None if no options do."""
    try:
        fmt = Format(str(body.get("format")))
    except ValueError:
        return None
    values: dict[str, OptionValue] = {}
    for spec in applicable(fmt):
        if spec.place is Place.QUERY:
            value: JsonValue = sent_query.get(spec.wire_name)
        elif spec.sent_as is not None:
            key, sent = spec.sent_as
            value = True if body.get(key) == sent else None
        else:
            value = body.get(spec.wire_name)
        if isinstance(value, bool | int | str | dict):
            values[spec.wire_name] = value
    request = ExportRequest(dashboard_id, fmt, values)
    return request if payload(request) == body and query(request) == sent_query else None
