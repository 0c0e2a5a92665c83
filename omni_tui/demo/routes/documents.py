"""The list of documents, in pages. It is requested first, so it imports little."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.replies import bad_request, wire_time
from omni_tui.demo.routes.common import check_user, demo_of, found_dashboard
from omni_tui.demo.routes.paging import included, page_of
from omni_tui.demo.sample_data.demo_users import owner_id, stable_id
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import SORT_FIELDS

DEFAULT_PAGE_SIZE = 50
VERIFIED_LABEL = "Verified"


async def documents(request: Request) -> Response:
    """`GET /v1/documents`: one page, and the cursor of the next."""
    query = request.query_params
    sort_field, direction = query.get("sortField", "name"), query.get("sortDirection", "asc")
    if sort_field not in SORT_FIELDS:
        raise bad_request("sortField", f"Invalid enum value. Expected {' | '.join(SORT_FIELDS)}")
    if direction not in ("asc", "desc"):
        raise bad_request("sortDirection", "Invalid enum value. Expected asc | desc")
    page = page_of(query, DEFAULT_PAGE_SIZE)
    check_user(request)
    all_documents = demo_of(request).documents
    indexes = all_documents.in_order(sort_field, descending=direction == "desc")
    shown = (all_documents.at(index) for index in page.cut(indexes))
    records = [document_record(request, dashboard, included(query)) for dashboard in shown]
    return JSONResponse({"records": records, "pageInfo": page.info(len(indexes))})


async def document(request: Request) -> Response:
    """`GET /v1/documents/{id}`: one document [D]; older servers don't have this endpoint."""
    if not demo_of(request).behavior.has_document:
        raise HTTPException(404, "Not Found")
    found = found_dashboard(request)
    if found is None:
        raise HTTPException(404, "Document not found")
    if not found.has_dashboard:
        raise HTTPException(400, "Document does not have a dashboard")
    return JSONResponse(document_record(request, found, frozenset({"_count", "labels"})))


def document_record(request: Request, dashboard: Dashboard, include: frozenset[str]) -> dict[str, Any]:
    """Return a document as listed; `include` are the optional fields that were requested."""
    path = "dashboards" if dashboard.has_dashboard else "w"
    record: dict[str, Any] = {
        "identifier": dashboard.identifier,
        "name": dashboard.name,
        "type": "document",
        "description": None,
        "hasDashboard": dashboard.has_dashboard,
        "folder": folder_record(dashboard.folder),
        "owner": {"id": owner_id(dashboard.owner), "name": dashboard.owner},
        "scope": "organization",
        "connectionId": stable_id("connection"),
        "updatedAt": wire_time(dashboard.updated_at),
        "url": f"{request.base_url}{path}/{dashboard.identifier}",
        "deleted": False,
    }
    if "_count" in include:
        record["_count"] = {"favorites": dashboard.favorites, "views": dashboard.views}
    if "labels" in include:
        has_objects = demo_of(request).behavior.has_label_objects
        record["labels"] = [_label(name) if has_objects else name for name in dashboard.labels]
    return record


def folder_record(path: str) -> dict[str, str]:
    """Return a folder as in a document."""
    scope = "restricted" if path.endswith(("private", "scratch")) else "organization"
    return {"id": stable_id(f"folder {path}"), "name": path.rpartition("/")[2], "path": path, "scope": scope}


def _label(name: str) -> dict[str, Any]:
    return {"name": name, "verified": name == VERIFIED_LABEL}
