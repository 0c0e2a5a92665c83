"""The dashboards that the key can access: at once from the cache, then read page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.api.errors.types import Rejected
from omni_tui.api.models import Document, DocumentPage
from omni_tui.api.observers import Subscribers
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.disk_cache import UnfinishedLoad, append_page, read_cache, write_cache
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.load_progress import ListLoad
from omni_tui.catalog.table import Table
from omni_tui.clock import Clock
from omni_tui.errors import OmniTuiError

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient

PAGE_SIZE = 100  # the server's maximum
# If more documents than this are left to read, and the whole list was read this recently, only the changes
# are read, which come first. The rest would use minutes of the key's rate limit.
SMALL_COUNT = 1_000
FRESH_SECONDS = 3600.0
# An unfinished load that is older than this starts over, because too much has changed.
RESUMABLE_SECONDS = 24 * 3600.0


class Catalog:
    """All dashboards by last change, newest first, without deleted ones and documents without a dashboard.

    Subscribers are called after every change, in the event loop that `refresh` runs in.
    """

    def __init__(self, client: OmniClient, cache_path: Path | None, clock: Clock) -> None:
        self._client = client
        self._cache_path = cache_path
        self._clock = clock
        self._table = Table()
        self._unfinished: UnfinishedLoad | None = None
        self._load: ListLoad | None = None
        self._subscribers: Subscribers[[]] = Subscribers()
        self._turn = asyncio.Lock()
        self._finished_refreshes = 0
        self.dashboards = Listing(self._table, ())
        """By last change, newest first; the same object until something in it changes."""
        self.as_of: float | None = None
        """When the whole list was last read (seconds since 1970), or None."""
        self.is_loading = False
        self.loaded_count = 0
        """The number of documents read by the current or last refresh, with or without a dashboard."""
        self.total_count: int | None = None
        """The total number of documents, as far as the server reports it."""
        self.failure: OmniTuiError | None = None
        """Why the last refresh failed, or None."""

    def find(self, identifier: str) -> Document | None:
        """Return the dashboard with that ID, if it is in the list."""
        return self._table.get(identifier)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change; return a function that unsubscribes."""
        return self._subscribers.add(callback)

    def load_cache(self) -> None:
        """Load the cached list, if any. Call it before `refresh`, in any thread. Sends no request."""
        kept = read_cache(self._cache_path) if self._cache_path else None
        if kept is not None:
            self._table, self.as_of, self._unfinished = kept.table, kept.as_of, kept.unfinished
            self._publish_list()

    async def refresh(self, *, whole: bool = False) -> None:
        """Read the list again, newest change first, and publish each page as it arrives.

        Dashboards that the server no longer has are removed at the end. Each page is saved to the disk, so
        that an interrupted or canceled load is resumed, after the changes since. A long list that was read
        recently isn't read to its end, unless `whole` is set.

        Raises OmniTuiError, which is also stored in `failure`; the pages that were read are kept. If a
        refresh is running, wait for it, and read the list only if that one fails.
        """
        finished_before = self._finished_refreshes
        async with self._turn:
            if self._finished_refreshes == finished_before:
                await self._refresh(whole)
                self._finished_refreshes += 1

    async def _refresh(self, whole: bool) -> None:
        self.is_loading, self.failure = True, None
        self.loaded_count, self.total_count = 0, None
        self._publish()
        try:
            if await self._read_pages(whole):
                self.as_of = self._clock.time()
                self.total_count = self.loaded_count
                await self._save_list()
        except OmniTuiError as failure:
            self.failure = failure
            raise
        finally:
            self.is_loading = False
            if self._load is not None:
                self._unfinished, self._load = self._load.unfinished(), None
            self._publish()

    async def _read_pages(self, whole: bool) -> bool:
        """Read and publish the pages; return whether that was the whole list."""
        is_enough = not whole and self._is_fresh()
        self._load = load = ListLoad(self._clock.time(), self._resumable())
        while not load.is_at_end:
            try:
                page = await self._read_page(load.cursor)
            except Rejected:
                if not load.is_resumed:
                    raise
                self._load = load = ListLoad(self._clock.time())  # its cursor has expired
                continue
            has_changes = await self._add_page(page, load)
            if is_enough and not has_changes and load.loaded < (self.total_count or 0) - SMALL_COUNT:
                self._load = None
                await self._save_page(UnfinishedLoad(load.started_at, loaded=load.loaded, total=load.total))
                return False
        self._remove_all_but(load.seen)
        return True

    async def _read_page(self, cursor: str | None) -> DocumentPage:
        # until the first page comes, the user sees an empty list
        priority = Priority.INTERACTIVE if cursor is None else Priority.BACKGROUND
        return await self._client.documents(
            cursor=cursor,
            page_size=PAGE_SIZE,
            sort_field="updatedAt",
            sort_direction="desc",
            priority=priority,
        )

    def _resumable(self) -> UnfinishedLoad | None:
        left_over = self._unfinished
        is_old = left_over is not None and self._clock.time() - left_over.started_at > RESUMABLE_SECONDS
        return None if is_old else left_over

    def _is_fresh(self) -> bool:
        """Return whether the whole list was read recently, so that reading the changes is enough."""
        if self.as_of is None or self._unfinished is not None:
            return False
        return 0 <= self._clock.time() - self.as_of < FRESH_SECONDS

    async def _add_page(self, page: DocumentPage, load: ListLoad) -> bool:
        """Add a page to the list and the cache; return whether a dashboard on it has changed."""
        dashboards = [record for record in page.records if is_dashboard(record)]
        gone = [record.identifier for record in page.records if not is_dashboard(record)]
        has_changes = any(self._has_changed(record) for record in dashboards)
        changed = [record for record in dashboards if self._table.put(record)]
        removed = [identifier for identifier in gone if self._table.remove(identifier)]
        identifiers = [record.identifier for record in dashboards]
        load.take(
            identifiers,
            len(page.records),
            page.total_records,
            page.next_cursor,
            has_changes=has_changes,
            others=gone,
        )
        self.loaded_count, self.total_count = load.loaded, load.total
        if changed or removed:
            self._publish_list()
        else:
            self._publish()
        if (unfinished := load.unfinished()) is not None:  # after the last page, the whole list is saved
            await self._save_page(unfinished, identifiers, changed, removed)
        return has_changes

    def _has_changed(self, record: Document) -> bool:
        known = self._table.get(record.identifier)
        return known is None or known.updated_at != record.updated_at

    def _remove_all_but(self, identifiers: AbstractSet[str]) -> None:
        removed = self._table.identifiers() - identifiers
        for identifier in removed:
            self._table.remove(identifier)
        if removed:
            self._publish_list()

    async def _save_page(
        self,
        load: UnfinishedLoad,
        seen: Sequence[str] = (),
        changed: Sequence[Document] = (),
        gone: Sequence[str] = (),
    ) -> None:
        """Append a page to the cache. If the disk fails, only the next start is slower."""
        if self._cache_path is None:
            return
        append = partial(
            append_page, self._cache_path, load, self._table, seen=seen, changed=changed, gone=gone
        )
        with suppress(OSError):
            if not await asyncio.to_thread(append):
                await asyncio.to_thread(write_cache, self._cache_path, Table(), self.as_of)
                await asyncio.to_thread(append)

    async def _save_list(self) -> None:
        if self._cache_path is not None:
            with suppress(OSError):
                await asyncio.to_thread(write_cache, self._cache_path, self._table, self.as_of)

    def _publish_list(self) -> None:
        self.dashboards = Listing(self._table, tuple(self._table.order))
        self._publish()

    def _publish(self) -> None:
        self._subscribers.tell()


def is_dashboard(record: Document) -> bool:
    """Return whether the document has a dashboard and isn't deleted."""
    return bool(record.identifier) and record.has_dashboard and not record.deleted
