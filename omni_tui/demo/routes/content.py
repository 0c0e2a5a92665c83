"""Folders, labels, and the combined list of documents and folders [S]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.access.run_as import user_rejection
from omni_tui.demo.replies import ErrorReply, bad_request, rejection
from omni_tui.demo.routes.documents import VERIFIED_LABEL, document_record, folder_record
from omni_tui.demo.routes.paging import Page, included, page_of, uuid_rejection
from omni_tui.demo.routes.state import demo_of
from omni_tui.demo.sample_data.demo_users import organization_users, owner_id
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import LABELS, SampleDocuments

DEFAULT_PAGE_SIZE = 20
SCOPES = ("organization", "restricted")
_FOLDER_SORT_FIELDS = ("name", "createdAt", "updatedAt", "favorites", "path")
_CONTENT_SORT_FIELDS = ("name", "favorites")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with documents in it or its subfolders; `documents` are those directly in it."""

    path: str
    documents: tuple[Dashboard, ...]

    @property
    def owner(self) -> str:
        """Return the first name of the folder's owner."""
        return self.documents[0].owner if self.documents else organization_users()[0].name.split()[0]

    @property
    def favorites(self) -> int:
        """Return how many users marked it as a favorite."""
        return len(self.path) % 5


async def folders(request: Request) -> Response:
    """`GET /v1/folders`."""
    query = request.query_params
    page = _page(query, _FOLDER_SORT_FIELDS, ("ownerId",))
    if not isinstance(page, Page):
        return page
    wrong = _sharing_rejection(request)
    if wrong is not None:
        return wrong
    found = _sorted(_folders(demo_of(request).documents), query)
    if "path" in query:
        found = [each for each in found if each.path == query["path"].strip("/")]
        if not found:
            return rejection(404, "Folder not found")
    if "ownerId" in query:
        found = [each for each in found if owner_id(each.owner) == query["ownerId"]]
    if scope := query.get("scope"):
        found = [each for each in found if folder_record(each.path)["scope"] == scope]
    if any(label for label in query.get("labels", "").split(",")):
        found = []  # folders have no labels
    if "onlySharedWithMe" in included(query):
        found = [each for each in found if folder_record(each.path)["scope"] == "restricted"]
    records = [_folder_entry(request, each, included(query)) for each in page.cut(found)]
    return JSONResponse({"pageInfo": page.info(len(found)), "records": records})


async def labels(request: Request) -> Response:
    """`GET /v1/labels`: all labels of the organization."""
    used = Counter(label for dashboard in demo_of(request).documents for label in dashboard.labels)
    answer = [
        {
            "name": name,
            "color": f"#{0x0366D6 + 0x0A1000 * place:06x}",
            "description": None,
            "homepage": name == "Homepage",
            "verified": name == VERIFIED_LABEL,
            "usage_count": used[name],
        }
        for place, name in enumerate(LABELS)
    ]
    return JSONResponse({"labels": answer})


async def content(request: Request) -> Response:
    """`GET /v1/content`: folders and documents, in one folder or in all."""
    query = request.query_params
    page = _page(query, _CONTENT_SORT_FIELDS, ("creatorId", "folderId"))
    if not isinstance(page, Page):
        return page
    if "folderId" in query and "path" in query:
        return bad_request("path", "Cannot use both folderId and path")
    documents = demo_of(request).documents
    everywhere = _folders(documents)
    path = _wanted_path(query, everywhere)
    if path is None:
        return rejection(404, "Folder not found")
    include = included(query)
    entries = [
        *(_folder_content(request, each, include) for each in everywhere if _is_in(each.path, path)),
        *(
            document_record(request, each, include | {"_count"})
            for each in documents
            if path in ("", each.folder)
        ),
    ]
    if "creatorId" in query:
        entries = [each for each in entries if each["owner"]["id"] == query["creatorId"]]
    if scope := query.get("scope"):
        entries = [each for each in entries if each["scope"] == scope]
    by_name = query.get("sortField", "name") == "name"
    entries.sort(
        key=lambda each: each["name"].casefold() if by_name else each["_count"]["favorites"],
        reverse=query.get("sortDirection") == "desc",
    )
    shown = page.cut(entries)
    if "_count" not in include:
        shown = [{name: value for name, value in each.items() if name != "_count"} for each in shown]
    return JSONResponse({"pageInfo": page.info(len(entries)), "records": list(shown)})


def _page(query: QueryParams, sort_fields: tuple[str, ...], uuids: tuple[str, ...]) -> Page | ErrorReply:
    """Return the requested page, or a 400 for an invalid parameter."""
    choices = {"sortField": sort_fields, "sortDirection": ("asc", "desc"), "scope": SCOPES}
    for field, known in choices.items():
        if field in query and query[field] not in known:
            return bad_request(field, f"Invalid enum value. Expected {' | '.join(known)}")
    for field in uuids:
        if (wrong := uuid_rejection(query, field)) is not None:
            return wrong
    return page_of(query, DEFAULT_PAGE_SIZE)


def _sharing_rejection(request: Request) -> ErrorReply | None:
    """Return a 400 if `onlySharedWithMe` is used in an invalid way."""
    query, caller = request.query_params, caller_of(request)
    refused = user_rejection(
        query.get("userId"),
        is_organization_key=caller.is_organization_key,
        behavior=demo_of(request).behavior,
    )
    if refused is not None:
        return rejection(refused.status, refused.message)
    if "onlySharedWithMe" not in included(query):
        return None
    if "ownerId" in query or "path" in query:
        return bad_request("include", "onlySharedWithMe cannot be combined with ownerId or path")
    if caller.is_organization_key and "userId" not in query:
        return bad_request("include", "onlySharedWithMe requires userId or a user-scoped key")
    return None


def _folders(documents: SampleDocuments) -> list[Folder]:
    """Return all folders, including parents, by path."""
    inside: dict[str, list[Dashboard]] = {}
    for dashboard in documents:
        parts = dashboard.folder.split("/")
        for end in range(1, len(parts)):
            inside.setdefault("/".join(parts[:end]), [])
        inside.setdefault(dashboard.folder, []).append(dashboard)
    return [Folder(path, tuple(within)) for path, within in sorted(inside.items())]


def _sorted(found: list[Folder], query: QueryParams) -> list[Folder]:
    keys: dict[str, Callable[[Folder], Any]] = {
        "name": lambda folder: folder.path.rpartition("/")[2],
        "favorites": lambda folder: folder.favorites,
    }
    key = keys.get(query.get("sortField", "path"), lambda folder: folder.path)
    return sorted(found, key=key, reverse=query.get("sortDirection") == "desc")


def _folder_entry(request: Request, folder: Folder, include: frozenset[str]) -> dict[str, Any]:
    record = folder_record(folder.path)
    entry: dict[str, Any] = {
        "id": record["id"],
        "name": record["name"],
        "ownerId": owner_id(folder.owner),
        "path": folder.path,
        "url": f"{request.base_url}f/{folder.path}",
    }
    if "_count" in include:
        entry["_count"] = _count(folder)
    if "labels" in include:
        entry["labels"] = []
    return entry


def _folder_content(request: Request, folder: Folder, include: frozenset[str]) -> dict[str, Any]:
    entry = _folder_entry(request, folder, include)
    owner = {"id": entry.pop("ownerId"), "name": folder.owner}
    scope = folder_record(folder.path)["scope"]
    return {**entry, "type": "folder", "owner": owner, "scope": scope, "_count": _count(folder)}


def _count(folder: Folder) -> dict[str, int]:
    return {"documents": len(folder.documents), "favorites": folder.favorites}


def _wanted_path(query: QueryParams, everywhere: list[Folder]) -> str | None:
    """Return the requested folder's path, empty for all; None if it doesn't exist."""
    if "folderId" not in query and "path" not in query:
        return ""
    for folder in everywhere:
        by_id = folder_record(folder.path)["id"] == query.get("folderId")
        if by_id or folder.path == query.get("path", "").strip("/"):
            return folder.path
    return None


def _is_in(path: str, parent: str) -> bool:
    """Return whether a folder is directly in another; without a parent, any folder is."""
    return not parent or path.rpartition("/")[0] == parent
