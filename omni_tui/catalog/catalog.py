"""The dashboards that the key sees: there at once from the cache, then read page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from omni_tui.api.budget import Priority
from omni_tui.api.models import Document, DocumentPage
from omni_tui.api.subscribers import Subscribers
from omni_tui.catalog.cache import read_cache, write_cache
from omni_tui.catalog.ordering import NewestFirst
from omni_tui.clock import Clock
from omni_tui.errors import OmniTuiError

PAGE_SIZE = 100  # the most that the server gives at once


class DocumentSource(Protocol):
    """What the catalog needs of the client."""

    async def documents(
        self,
        *,
        cursor: str | None = None,
        page_size: int = 100,
        sort_field: str = "name",
        sort_direction: str = "asc",
        priority: Priority = Priority.BACKGROUND,
    ) -> DocumentPage:
        """One page of documents; failures come as OmniTuiError."""
        ...


class Catalog:
    """All dashboards, the newest change first. Documents without a dashboard, or deleted ones, are not in it.

    Subscribers are called whenever anything below changes, on the loop that `refresh` runs on.
    """

    def __init__(self, client: DocumentSource, cache_path: Path | None, clock: Clock) -> None:
        self._client = client
        self._cache_path = cache_path
        self._clock = clock
        self._ordered = NewestFirst()
        self._subscribers: Subscribers[[]] = Subscribers()
        self._turn = asyncio.Lock()
        self._finished_refreshes = 0
        self.dashboards: tuple[Document, ...] = ()
        """The newest change first; the same object as long as nothing in it changed."""
        self.as_of: float | None = None
        """When the whole list was last read (seconds since 1970); None before that."""
        self.is_loading = False
        self.loaded_count = 0
        """Documents read by the refresh that runs, or ran last; those without a dashboard count too."""
        self.total_count: int | None = None
        """How many documents there will be, as far as the server says."""
        self.failure: OmniTuiError | None = None
        """Why the last refresh failed; None when it did not."""
        self.cache_failure: OSError | None = None
        """Why the list could not be kept on disk; the list itself is whole."""

    def find(self, identifier: str) -> Document | None:
        """The dashboard of that id, if it is in the list."""
        return self._ordered.get(identifier)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback` after every change; what is returned ends that."""
        return self._subscribers.add(callback)

    def load_cache(self) -> None:
        """Shows what was kept on disk, if anything. Sends nothing."""
        cached = read_cache(self._cache_path) if self._cache_path else None
        if cached is not None:
            documents, self.as_of = cached
            self._ordered = NewestFirst(documents)
            self._publish_list()

    async def refresh(self) -> None:
        """Reads the list anew, page by page, each shown as it comes.

        What was there stays until the end; only then goes what the server no longer has, and the list is
        kept on disk. A failure is kept in `failure` and raised; what was read until then stays. While one
        refresh runs, a second waits for it and asks nothing, unless the first did not come to its end.
        """
        finished_before = self._finished_refreshes
        async with self._turn:
            if self._finished_refreshes == finished_before:
                await self._refresh()
                self._finished_refreshes += 1

    async def _refresh(self) -> None:
        self.is_loading, self.failure = True, None
        self.loaded_count, self.total_count = 0, None
        self._publish()
        try:
            self._drop_all_but(await self._read_pages())
            self.as_of = self._clock.time()
            self.total_count = self.loaded_count
            await self._keep_on_disk(self.as_of)
        except OmniTuiError as failure:
            self.failure = failure
            raise
        finally:
            self.is_loading = False
            self._publish()

    async def _read_pages(self) -> frozenset[str]:
        """Reads and shows every page; returns the ids of the dashboards that there are."""
        seen: set[str] = set()
        cursors: set[str] = set()
        cursor: str | None = None
        priority = Priority.PERSON  # somebody looks at an empty list; the rest can wait behind their exports
        while True:
            page = await self._client.documents(
                cursor=cursor,
                page_size=PAGE_SIZE,
                sort_field="updatedAt",
                sort_direction="desc",
                priority=priority,
            )
            seen.update(self._take(page))
            # a cursor that comes back would lead round for ever
            if page.next_cursor is None or page.next_cursor in cursors:
                return frozenset(seen)
            cursors.add(page.next_cursor)
            cursor, priority = page.next_cursor, Priority.BACKGROUND

    def _take(self, page: DocumentPage) -> set[str]:
        """Puts a page into the list; returns the ids of its dashboards."""
        self.loaded_count += len(page.records)
        if self.total_count is None:  # some servers give what remains, so only the first page's word counts
            self.total_count = page.total_records
        if self.total_count is not None:
            self.total_count = max(self.total_count, self.loaded_count)
        there = [record for record in page.records if _is_dashboard(record)]
        gone = [record for record in page.records if not _is_dashboard(record)]
        changes = [self._ordered.put(record) for record in there]
        changes += [self._ordered.remove(record.identifier) for record in gone]
        if any(changes):
            self._publish_list()
        else:
            self._publish()
        return {record.identifier for record in there}

    def _drop_all_but(self, identifiers: frozenset[str]) -> None:
        vanished = self._ordered.identifiers() - identifiers
        for identifier in vanished:
            self._ordered.remove(identifier)
        if vanished:
            self._publish_list()

    async def _keep_on_disk(self, as_of: float) -> None:
        if self._cache_path is None:
            return
        try:
            await asyncio.to_thread(write_cache, self._cache_path, self.dashboards, as_of)
        except OSError as failure:
            self.cache_failure = failure
        else:
            self.cache_failure = None

    def _publish_list(self) -> None:
        self.dashboards = self._ordered.documents()
        self._publish()

    def _publish(self) -> None:
        self._subscribers.tell()


def _is_dashboard(record: Document) -> bool:
    return bool(record.identifier) and record.has_dashboard and not record.deleted
