"""Track a load of the whole list, and find where it continues: takes pages, returns the next cursor.

The newest changes come first. So an interrupted load doesn't have to start over: it reads from the top until
a page has nothing new, and then continues where it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.catalog.disk_cache import UnfinishedLoad

# After this many pages in a row without a new document, the list is considered complete.
MAX_IDLE_PAGES = 3


class ListLoad:
    """One load of the list, perhaps resumed. `left_over` is where the previous run was interrupted.

    `cursor` is the next page's (None: the first page); `seen` are the IDs of the dashboards read so far.
    """

    def __init__(self, now: float, left_over: UnfinishedLoad | None = None) -> None:
        self.started_at = now if left_over is None else left_over.started_at
        self.seen: set[str] = set() if left_over is None else set(left_over.seen)
        self.cursor: str | None = None
        self.total: int | None = None
        self.is_at_end = False
        self.is_resumed = False
        """Whether the next page is the first one after the interruption."""
        self._left_over = left_over
        self._position = 0
        self._cursors: set[str] = set()
        self._met: set[str] = set()
        """The IDs of all documents read in this run."""
        self._idle_pages = 0

    @property
    def loaded(self) -> int:
        """Return how many documents were read over all runs."""
        return max(self._position, self._left_over.loaded if self._left_over else 0)

    def unfinished(self) -> UnfinishedLoad | None:
        """Return where the load could be resumed, or None if it can't be."""
        left_over = self._left_over
        if left_over is not None and left_over.loaded > self._position:
            return UnfinishedLoad(self.started_at, left_over.cursor, self.seen, left_over.loaded, self.total)
        if self.cursor is None or self.is_at_end:
            return None
        return UnfinishedLoad(self.started_at, self.cursor, self.seen, self._position, self.total)

    def take(
        self,
        identifiers: Iterable[str],
        count: int,
        total: int | None,
        next_cursor: str | None,
        *,
        has_changes: bool,
        others: Iterable[str] = (),
    ) -> None:
        """Record a page of `count` documents with the IDs of its dashboards, of which some may have changed.

        `others` are the IDs of its documents that aren't dashboards. `total` is the number that the server
        reports; some servers report the remaining number, so only the first page's counts.
        """
        self.is_resumed = False
        identifiers = tuple(identifiers)
        self.seen.update(identifiers)
        met_before = len(self._met)
        self._met.update(identifiers, others)
        self._idle_pages = 0 if len(self._met) > met_before else self._idle_pages + 1
        self._position += count
        self.total = total if self.total is None else self.total
        # a repeated cursor would loop forever, as would new cursors without new documents
        is_endless = next_cursor in self._cursors or self._idle_pages >= MAX_IDLE_PAGES
        self.is_at_end = next_cursor is None or is_endless
        if next_cursor is not None:
            self._cursors.add(next_cursor)
            self.cursor = next_cursor
        if self._left_over is not None and (not has_changes or self._left_over.loaded <= self._position):
            self._continue_from(self._left_over)
        if self.total is not None:
            self.total = max(self.total, self.loaded)

    def _continue_from(self, left_over: UnfinishedLoad) -> None:
        self._left_over = None
        if left_over.loaded > self._position:
            self.cursor, self._position = left_over.cursor, left_over.loaded
            self._cursors.add(left_over.cursor)
            self.is_at_end, self.is_resumed = False, True
