"""A fake list of documents: pages, failures, and the requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from omni_tui.api.models import Document, DocumentPage
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.search.index import Index
from omni_tui.errors import OmniTuiError


class FakeSource:
    """Gives `documents` in pages; can fail at a page (counted from 0), or wait there until `go_on`."""

    def __init__(self, documents: Sequence[Document], *, page_size: int = 2) -> None:
        self.all = list(documents)
        self.page_size = page_size
        self.priorities: list[Priority] = []
        self.asked: list[dict[str, object]] = []
        self.fail_at_page: int | None = None
        self.wait_at_page: int | None = None
        self.is_waiting = asyncio.Event()
        self.go_on = asyncio.Event()
        self.remaining_as_total = False

    async def documents(
        self,
        *,
        cursor: str | None = None,
        page_size: int = 100,
        sort_field: str = "name",
        sort_direction: str = "asc",
        priority: Priority = Priority.BACKGROUND,
    ) -> DocumentPage:
        """One page, as the client would give it."""
        start = int(cursor or 0)
        number = start // self.page_size
        self.asked.append({"cursor": cursor, "size": page_size, "sort": (sort_field, sort_direction)})
        self.priorities.append(priority)
        await asyncio.sleep(0)
        if self.wait_at_page == number:
            self.is_waiting.set()
            await self.go_on.wait()
        if self.fail_at_page == number:
            raise OmniTuiError("The server did not answer.", "Try again.")
        end = start + self.page_size
        total = len(self.all) - (end if self.remaining_as_total else 0)
        more = str(end) if end < len(self.all) else None
        return DocumentPage(tuple(self.all[start:end]), more, total)


def document(name: str, identifier: str = "", **more: object) -> Document:
    """A document whose id is made from its name, if none is given."""
    return Document(identifier=identifier or name.lower().replace(" ", "-"), name=name, **more)  # type: ignore[arg-type]


def search(documents: Iterable[Document], text: str) -> Listing:
    """Search a list of these documents."""
    return Index(Listing.of(documents)).search(text)
