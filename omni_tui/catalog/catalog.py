"""The dashboards that the key sees: there at once from the cache, then read page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

from omni_tui.api.errors.types import Rejected
from omni_tui.api.models import Document, DocumentPage
from omni_tui.api.observers import Subscribers
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.disk_cache import Page, Sweep, append_page, read_cache, write_cache
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.load_progress import Reading
from omni_tui.catalog.table import Table
from omni_tui.clock import Clock
from omni_tui.errors import OmniTuiError

PAGE_SIZE = 100  # the most that the server gives at once
# Where more documents than these would still be read, and the whole list was read so short a time ago, only
# what has changed since is read, which comes first: the rest would take minutes of everybody's budget.
SMALL_COUNT = 1_000
FRESH_SECONDS = 3600.0
# An unfinished reading that is older than this begins anew: too much has moved meanwhile.
RESUMABLE_SECONDS = 24 * 3600.0


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
        self._table = Table()
        self._unfinished: Sweep | None = None
        self._reading: Reading | None = None
        self._subscribers: Subscribers[[]] = Subscribers()
        self._turn = asyncio.Lock()
        self._finished_refreshes = 0
        self.dashboards = Listing(self._table, ())
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
        return self._table.get(identifier)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback` after every change; what is returned ends that."""
        return self._subscribers.add(callback)

    def load_cache(self) -> None:
        """Takes what was kept on disk, if anything: before `refresh`, in any thread. Sends nothing."""
        kept = read_cache(self._cache_path) if self._cache_path else None
        if kept is not None:
            self._table, self.as_of, self._unfinished = kept.table, kept.as_of, kept.sweep
            self._publish_list()

    async def refresh(self, *, whole: bool = False) -> None:
        """Reads the list anew, the newest change first, page by page, each shown as it comes.

        What was there stays until the end; only then goes what the server no longer has. Each page is kept on
        disk, so that a reading that was broken off goes on where it was, behind what has changed meanwhile.
        A long list that was read as a whole a short while ago is not read to its end, unless `whole`.

        A failure is kept in `failure` and raised; what was read until then stays. While one refresh runs, a
        second waits for it and asks nothing, unless the first did not come to its end.
        """
        finished_before = self._finished_refreshes
        async with self._turn:
            if self._finished_refreshes == finished_before:
                await self._refresh(whole)
                self._finished_refreshes += 1

    def look_again(self) -> None:
        """While a refresh runs: it reads what is newest once more before it goes on."""
        if self._reading is not None:
            self._reading.look_again()

    async def _refresh(self, whole: bool) -> None:
        self.is_loading, self.failure = True, None
        self.loaded_count, self.total_count = 0, None
        self._publish()
        try:
            if await self._read_pages(whole):
                self.as_of = self._clock.time()
                self.total_count = self.loaded_count
                await self._keep_list()
        except OmniTuiError as failure:
            self.failure = failure
            raise
        finally:
            self.is_loading = False
            if self._reading is not None:
                self._unfinished, self._reading = self._reading.sweep(), None
            self._publish()

    async def _read_pages(self, whole: bool) -> bool:
        """Reads and shows the pages; whether that was the whole list."""
        is_enough = not whole and self._is_fresh()
        self._reading = reading = Reading(self._clock.time(), self._resumable())
        priority = Priority.PERSON  # somebody looks at an empty list; the rest can wait behind their exports
        while not reading.is_at_end:
            try:
                page = await self._ask(reading.cursor, priority)
            except Rejected:
                if not reading.is_resumed:
                    raise
                self._reading = reading = Reading(self._clock.time())  # its cursor is of a day gone by
                continue
            has_news = await self._take(page, reading)
            priority = Priority.PERSON if reading.is_at_top else Priority.BACKGROUND
            if is_enough and not has_news and reading.loaded < (self.total_count or 0) - SMALL_COUNT:
                self._reading = None
                await self._keep(Page(reading.started_at, "", reading.loaded, reading.total))
                return False
        self._drop_all_but(reading.seen)
        return True

    async def _ask(self, cursor: str | None, priority: Priority) -> DocumentPage:
        return await self._client.documents(
            cursor=cursor,
            page_size=PAGE_SIZE,
            sort_field="updatedAt",
            sort_direction="desc",
            priority=priority,
        )

    def _resumable(self) -> Sweep | None:
        left_over = self._unfinished
        is_old = left_over is not None and self._clock.time() - left_over.started_at > RESUMABLE_SECONDS
        return None if is_old else left_over

    def _is_fresh(self) -> bool:
        """Whether the whole list was read a short while ago, so that only changes are to be read."""
        if self.as_of is None or self._unfinished is not None:
            return False
        return 0 <= self._clock.time() - self.as_of < FRESH_SECONDS

    async def _take(self, page: DocumentPage, reading: Reading) -> bool:
        """Puts a page into the list, and on disk; whether a dashboard has changed since it was last read."""
        there = [record for record in page.records if is_dashboard(record)]
        gone = [record.identifier for record in page.records if not is_dashboard(record)]
        has_news = any(self._is_news(record) for record in there)
        changed = [record for record in there if self._table.put(record)]
        vanished = [identifier for identifier in gone if self._table.remove(identifier)]
        identifiers = [record.identifier for record in there]
        reading.take(
            identifiers,
            len(page.records),
            page.total_records,
            page.next_cursor,
            news=has_news,
            others=gone,
        )
        self.loaded_count, self.total_count = reading.loaded, reading.total
        if changed or vanished:
            self._publish_list()
        else:
            self._publish()
        await self._keep_page(reading, identifiers, changed, vanished)
        return has_news

    def _is_news(self, record: Document) -> bool:
        known = self._table.get(record.identifier)
        return known is None or known.updated_at != record.updated_at

    def _drop_all_but(self, identifiers: AbstractSet[str]) -> None:
        vanished = self._table.identifiers() - identifiers
        for identifier in vanished:
            self._table.remove(identifier)
        if vanished:
            self._publish_list()

    async def _keep_page(
        self, reading: Reading, seen: list[str], changed: list[Document], gone: list[str]
    ) -> None:
        """Only of a list with more pages: the last one has the whole list kept."""
        sweep = reading.sweep()
        if sweep is None:
            return
        await self._keep(
            Page(
                started_at=sweep.started_at,
                cursor=sweep.cursor,
                loaded=sweep.loaded,
                total=sweep.total,
                seen=tuple(seen),
                changed=tuple(changed),
                gone=tuple(gone),
            )
        )

    async def _keep(self, page: Page) -> None:
        if self._cache_path is None:
            return
        try:
            if not await asyncio.to_thread(append_page, self._cache_path, page, self._table):
                await asyncio.to_thread(write_cache, self._cache_path, Table(), self.as_of)
                await asyncio.to_thread(append_page, self._cache_path, page, self._table)
        except OSError as failure:
            self.cache_failure = failure

    async def _keep_list(self) -> None:
        if self._cache_path is None:
            return
        try:
            await asyncio.to_thread(write_cache, self._cache_path, self._table, self.as_of)
        except OSError as failure:
            self.cache_failure = failure
        else:
            self.cache_failure = None

    def _publish_list(self) -> None:
        self.dashboards = Listing(self._table, tuple(self._table.order))
        self._publish()

    def _publish(self) -> None:
        self._subscribers.tell()


def is_dashboard(record: Document) -> bool:
    """Whether the document has a dashboard and isn't deleted."""
    return bool(record.identifier) and record.has_dashboard and not record.deleted
