"""The list of dashboards: marked or a favourite, name, folder, owner, when it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from omni_tui.api.documents import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.formatting import ago_words
from omni_tui.tui.common.table.table import Cell, Column, RowList

# From then on, when something happened is told by its date: in the same words all day.
_DATED = timedelta(days=2)
# A few screens full.
_MOST_DATES = 1024


class DashboardList(RowList[Document]):
    """Dashboards, some of them marked. `marked` holds their identifiers, in the order they were marked."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "", width=1),
        Column("name", "Name", minimum=24, share=3, searched=True),
        Column("folder", "Folder", minimum=14, share=1, drop=1, searched=True),
        Column("owner", "Owner", width=8, drop=2, searched=True),
        Column("changed", "Changed", width=11),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "export", key_display="enter", id="open"),
        Binding("space", "mark", "mark", key_display="space", id="mark"),
    ]

    class Marked(Message):
        """Another dashboard is marked, or one no more."""

    class TopLeft(Message):
        """Up was pressed in the first row: what stands above is the search."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.marked: dict[str, Document] = {}
        self.favourites: frozenset[str] = frozenset()
        self._now = datetime.now(UTC)
        self._dates: dict[datetime, str] = {}
        self._dates_of = self._now.astimezone().date()

    @property
    def now(self) -> datetime:
        """What "2 h ago" is counted from; the screen sets it when it shows the list."""
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        self._now, today = now, now.astimezone().date()
        if today != self._dates_of:
            self._dates_of = today
            self._dates.clear()

    def key(self, row: Document) -> object:
        """A dashboard is the same by its identifier."""
        return row.identifier

    def cells(self, row: Document) -> dict[str, Cell]:
        """The row of one dashboard."""
        return {
            "mark": self._mark(row),
            "name": (row.name or row.identifier, "text"),
            "folder": (row.folder, "muted"),
            "owner": (row.owner, "muted"),
            "changed": (self._changed(row.updated_at), "muted"),
        }

    def position(self, key: object, near: int) -> int | None:
        """Where that id is listed: the list knows it without looking at 100,000 rows."""
        rows = self.rows
        return rows.position(str(key)) if isinstance(rows, Listing) else super().position(key, near)

    def _changed(self, moment: datetime | None) -> str:
        """To write a date takes longer than all else of a row."""
        words = self._dates.get(moment) if moment else ""
        if words is None:
            words = ago_words(moment, self._now)
            if moment and self._now - moment > _DATED:
                if len(self._dates) >= _MOST_DATES:
                    self._dates.clear()
                self._dates[moment] = words
        return words

    def _mark(self, row: Document) -> Cell:
        if row.identifier in self.marked:
            return "✓", "mark"
        return ("★" if row.identifier in self.favourites else "", "muted")

    def action_cursor(self, by: int) -> None:
        """Move the cursor; from the first row, up leaves the list."""
        if by < 0 and self.cursor == 0:
            self.post_message(self.TopLeft())
        else:
            super().action_cursor(by)

    def action_mark(self) -> None:
        """Mark the dashboard, or take its mark away, and go on to the next."""
        document = self.current
        if document is None:
            return
        if self.marked.pop(document.identifier, None) is None:
            self.marked[document.identifier] = document
        self.refresh_row(self.cursor)
        self.cursor += 1
        self.post_message(self.Marked())

    def unmark_all(self) -> None:
        """Take all marks away."""
        self.marked.clear()
        self.refresh()
        self.post_message(self.Marked())
