"""The list of dashboards: marked or a favourite, name, folder, owner, when it changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from omni_tui.api.documents import Document
from omni_tui.catalog.listing import Listing
from omni_tui.tui.widgets.row_list import Cell, Column, RowList
from omni_tui.words import ago_words


class DashboardList(RowList[Document]):
    """Dashboards, some of them marked. `marked` holds their identifiers, in the order they were marked."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "", width=1),
        Column("name", "Name", minimum=24, share=3),
        Column("folder", "Folder", minimum=14, share=1, drop=1),
        Column("owner", "Owner", width=8, drop=2),
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
        self.now = datetime.now(UTC)
        """What "2 h ago" is counted from; the screen sets it when it shows the list."""

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
            "changed": (ago_words(row.updated_at, self.now), "muted"),
        }

    def position(self, key: object, near: int) -> int | None:
        """Where that id is listed: the list knows it without looking at 100,000 rows."""
        rows = self.rows
        return rows.position(str(key)) if isinstance(rows, Listing) else super().position(key, near)

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
