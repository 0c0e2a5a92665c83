"""How far a reading of the whole list has come, and where it goes on: pages in, the next cursor out.

The newest change comes first. So a reading that was broken off need not begin anew: it reads from the top
until a page tells nothing new, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.catalog.disk_cache import Sweep

# So many pages in a row without a document that wasn't on one before are the end of the list.
MOST_IDLE_PAGES = 3


class Reading:
    """One reading, perhaps of several sittings. `left_over` is where the sitting before was broken off.

    `cursor` asks for the next page (None: the first); `seen` are the ids of the dashboards it came by.
    """

    def __init__(self, now: float, left_over: Sweep | None = None) -> None:
        self.started_at = now if left_over is None else left_over.started_at
        self.seen: set[str] = set() if left_over is None else set(left_over.seen)
        self.cursor: str | None = None
        self.total: int | None = None
        self.is_at_end = False
        self.is_resumed = False
        """Whether the next page is the first one of where it had been broken off."""
        self._left_over = left_over
        self._position = 0
        self._cursors: set[str] = set()
        self._met: set[str] = set()
        """All documents since it last began at the top."""
        self._idle_pages = 0
        self._is_to_look_again = False

    @property
    def loaded(self) -> int:
        """How many documents were read, over all sittings."""
        return max(self._position, self._left_over.loaded if self._left_over else 0)

    @property
    def is_at_top(self) -> bool:
        """Whether the next page is the newest."""
        return self.cursor is None

    def look_again(self) -> None:
        """Read from the top once more, as far as something is new, before going on."""
        self._is_to_look_again = True

    def sweep(self) -> Sweep | None:
        """Where it could go on another time; None where there is nothing to go on from."""
        left_over = self._left_over
        if left_over is not None and left_over.loaded > self._position:
            return Sweep(self.started_at, left_over.cursor, self.seen, left_over.loaded, self.total)
        if self.cursor is None or self.is_at_end:
            return None
        return Sweep(self.started_at, self.cursor, self.seen, self._position, self.total)

    def take(
        self,
        identifiers: Iterable[str],
        count: int,
        total: int | None,
        next_cursor: str | None,
        *,
        news: bool,
        others: Iterable[str] = (),
    ) -> None:
        """A page with so many documents came, those the ids of its dashboards; `news`: one had changed.

        `others` are the IDs of the documents on it that aren't dashboards.
        `total` is how many there are by the server's word, which on some is what remains: so only the first
        page's counts.
        """
        self.is_resumed = False
        identifiers = tuple(identifiers)
        self.seen.update(identifiers)
        met_before = len(self._met)
        self._met.update(identifiers, others)
        self._idle_pages = 0 if len(self._met) > met_before else self._idle_pages + 1
        self._position += count
        self.total = total if self.total is None else self.total
        # a cursor that comes back would lead round for ever; so would ever new ones that bring nothing
        is_endless = next_cursor in self._cursors or self._idle_pages >= MOST_IDLE_PAGES
        self.is_at_end = next_cursor is None or is_endless
        if next_cursor is not None:
            self._cursors.add(next_cursor)
            self.cursor = next_cursor
        if self._left_over is not None and (not news or self._left_over.loaded <= self._position):
            self._go_on_from(self._left_over)
        if self._is_to_look_again and not self.is_at_end:
            self._begin_at_top()
        if self.total is not None:
            self.total = max(self.total, self.loaded)

    def _go_on_from(self, left_over: Sweep) -> None:
        self._left_over = None
        if left_over.loaded > self._position:
            self.cursor, self._position = left_over.cursor, left_over.loaded
            self._cursors.add(left_over.cursor)
            self.is_at_end, self.is_resumed = False, True

    def _begin_at_top(self) -> None:
        self._left_over = self.sweep()
        self._is_to_look_again = False
        self.cursor, self._position = None, 0
        self._cursors.clear()
        self._met.clear()
        self._idle_pages = 0
