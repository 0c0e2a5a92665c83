"""The list of documents, page by page. The first thing that is asked for, so it imports little."""

from __future__ import annotations

import base64
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.callers import caller_of
from omni_tui.demo.fleet.fleet import SORT_FIELDS
from omni_tui.demo.fleet.models import Dashboard
from omni_tui.demo.fleet.people import owner_id, stable_id
from omni_tui.demo.replies import bad_request, refusal, wire_time
from omni_tui.demo.routes.state import demo_of
from omni_tui.demo.users import user_refusal

DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 50, 100
_CURSOR_PREFIX = "after:"


async def documents(request: Request) -> Response:
    """`GET /v1/documents`: one page, and where the next begins."""
    query = request.query_params
    sort_field, direction = query.get("sortField", "name"), query.get("sortDirection", "asc")
    if sort_field not in SORT_FIELDS:
        return bad_request("sortField", f"Invalid enum value. Expected {' | '.join(SORT_FIELDS)}")
    if direction not in ("asc", "desc"):
        return bad_request("sortDirection", "Invalid enum value. Expected asc | desc")
    page_size, start = (
        _whole(query.get("pageSize", str(DEFAULT_PAGE_SIZE))),
        _cursor_start(query.get("cursor")),
    )
    if page_size is None or page_size < 1:
        return bad_request("pageSize", "Number must be greater than 0")
    if page_size > LARGEST_PAGE_SIZE:
        return bad_request("pageSize", f"Number must be less than or equal to {LARGEST_PAGE_SIZE}")
    if start is None:
        return bad_request("cursor", "Invalid cursor")
    refused = user_refusal(query.get("userId"), is_organization_key=caller_of(request).is_organization_key)
    if refused is not None:
        return refusal(400, refused.message)
    fleet = demo_of(request).fleet
    places = fleet.in_order(sort_field, descending=direction == "desc")
    if "folderId" in query or "labels" in query:
        labels = frozenset(label for label in query.get("labels", "").split(",") if label)
        places = [place for place in places if _is_wanted(fleet.at(place), query.get("folderId"), labels)]
    end = start + page_size
    include = frozenset(query.get("include", "").split(","))
    base = str(request.base_url)
    records = [_record(fleet.at(place), include, base) for place in islice(places, start, end)]
    page_info = {
        "hasNextPage": end < len(places),
        "nextCursor": _cursor(end) if end < len(places) else None,
        "pageSize": page_size,
        "totalRecords": len(places),
    }
    return JSONResponse({"records": records, "pageInfo": page_info})


def _record(dashboard: Dashboard, include: frozenset[str], base: str) -> dict[str, Any]:
    place = "dashboards" if dashboard.has_dashboard else "w"
    record: dict[str, Any] = {
        "identifier": dashboard.identifier,
        "name": dashboard.name,
        "type": "document",
        "description": None,
        "hasDashboard": dashboard.has_dashboard,
        "folder": _folder(dashboard.folder),
        "owner": {"id": owner_id(dashboard.owner), "name": dashboard.owner},
        "scope": "organization",
        "connectionId": stable_id("connection"),
        "updatedAt": wire_time(dashboard.updated_at),
        "url": f"{base}{place}/{dashboard.identifier}",
        "deleted": False,
    }
    if "_count" in include:
        record["_count"] = {"favorites": dashboard.favorites, "views": dashboard.views}
    if "labels" in include:
        record["labels"] = list(dashboard.labels)
    return record


def _folder(path: str) -> dict[str, str]:
    scope = "restricted" if path.endswith(("private", "scratch")) else "organization"
    return {"id": stable_id(f"folder {path}"), "name": path.rpartition("/")[2], "path": path, "scope": scope}


def _is_wanted(dashboard: Dashboard, folder_id: str | None, labels: frozenset[str]) -> bool:
    in_folder = folder_id is None or _folder(dashboard.folder)["id"] == folder_id
    return in_folder and labels.issubset(dashboard.labels)


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"{_CURSOR_PREFIX}{start}".encode()).decode()


def _cursor_start(cursor: str | None) -> int | None:
    """Where the page begins; None for a cursor that we did not give."""
    if cursor is None:
        return 0
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    return _whole(text.removeprefix(_CURSOR_PREFIX)) if text.startswith(_CURSOR_PREFIX) else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
