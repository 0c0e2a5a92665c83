"""The list of dashboards: selected or favorite, name, folder, owner, last update."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from omni_tui.api.documents import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.formatting import format_ago
from omni_tui.tui.common.table.table import Cell, Column, RowList


class DashboardList(RowList[Document]):
    """The dashboards. `selection` holds the selected ones by ID, in the order of selection."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "", width=1),
        Column("name", "Name", minimum=24, share=3, searched=True),
        Column("folder", "Folder", minimum=14, share=1, drop=1, searched=True),
        Column("owner", "Owner", width=8, drop=2, searched=True),
        Column("changed", "Updated", width=11),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "export", key_display="enter", id="open"),
        Binding(
            "space",
            "toggle_selected",
            "select",
            key_display="space",
            tooltip="Select or deselect",
            id="select",
        ),
    ]

    class SelectionChanged(Message):
        """A dashboard was selected or deselected."""

    class UpPressedAtTop(Message):
        """Up was pressed in the first row; the search is above it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.selection: dict[str, Document] = {}
        self.favorites: frozenset[str] = frozenset()
        self.now = datetime.now(UTC)
        """The time that "2 h ago" is relative to; the screen sets it when it shows the list."""

    def key(self, row: Document) -> object:
        """Identify a row by the dashboard's ID."""
        return row.identifier

    def cells(self, row: Document) -> dict[str, Cell]:
        """Return the cells of one dashboard."""
        return {
            "mark": self._symbol(row),
            "name": (row.name or row.identifier, "text"),
            "folder": (row.folder, "muted"),
            "owner": (row.owner, "muted"),
            "changed": (format_ago(row.updated_at, self.now), "muted"),
        }

    def position(self, key: object, near: int) -> int | None:
        """Return the row of that ID: a Listing finds it without scanning 100,000 rows."""
        rows = self.rows
        return rows.position(str(key)) if isinstance(rows, Listing) else super().position(key, near)

    def _symbol(self, row: Document) -> Cell:
        if row.identifier in self.selection:
            return "✓", "mark"
        return ("★" if row.identifier in self.favorites else "", "muted")

    def action_cursor(self, by: int) -> None:
        """Move the cursor; up in the first row leaves the list."""
        if by < 0 and self.cursor == 0:
            self.post_message(self.UpPressedAtTop())
        else:
            super().action_cursor(by)

    def action_toggle_selected(self) -> None:
        """Select or deselect the dashboard, and move to the next one."""
        document = self.current
        if document is None:
            return
        if self.selection.pop(document.identifier, None) is None:
            self.selection[document.identifier] = document
        self.refresh_row(self.cursor)
        self.cursor += 1
        self.post_message(self.SelectionChanged())

    def clear_selection(self) -> None:
        """Deselect all dashboards."""
        self.selection.clear()
        self.refresh()
        self.post_message(self.SelectionChanged())
