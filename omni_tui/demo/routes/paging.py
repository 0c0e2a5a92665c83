"""Pages of a list: their start, their size, and the cursor of the next."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.datastructures import QueryParams

from omni_tui.demo.replies import bad_request

MAX_PAGE_SIZE = 100
_CURSOR_PREFIX = "after:"
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Page:
    """The requested page."""

    start: int
    size: int

    def cut(self, items: Sequence[_Item]) -> Sequence[_Item]:
        """Return the items on the page."""
        return items[self.start : self.start + self.size]

    def info(self, total: int) -> dict[str, Any]:
        """Return `pageInfo`; `total` counts the items of all pages."""
        end = self.start + self.size
        return {
            "hasNextPage": end < total,
            "nextCursor": _cursor(end) if end < total else None,
            "pageSize": self.size,
            "totalRecords": total,
        }


def page_of(query: QueryParams, default_size: int) -> Page:
    """Return the requested page. Raises HTTPException for an invalid one."""
    size = _whole(query.get("pageSize", str(default_size)))
    start = _cursor_start(query.get("cursor"))
    if size is None or size < 1:
        raise bad_request("pageSize", "Number must be greater than 0")
    if size > MAX_PAGE_SIZE:
        raise bad_request("pageSize", f"Number must be less than or equal to {MAX_PAGE_SIZE}")
    if start is None:
        raise bad_request("cursor", "Invalid cursor")
    return Page(start, size)


def included(query: QueryParams) -> frozenset[str]:
    """Return the fields requested with `include`."""
    return frozenset(query.get("include", "").split(","))


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"{_CURSOR_PREFIX}{start}".encode()).decode()


def _cursor_start(cursor: str | None) -> int | None:
    """Return the start of the page; None for an invalid cursor."""
    if cursor is None:
        return 0
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    return _whole(text.removeprefix(_CURSOR_PREFIX)) if text.startswith(_CURSOR_PREFIX) else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
