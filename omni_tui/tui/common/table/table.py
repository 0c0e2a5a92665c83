"""A list of one-line rows, rendered line by line; base of the dashboards, downloads and requests.

Only the lines that changed are painted, so that a key sends two lines over a slow connection, not a screen,
and 100,000 rows cost no more than forty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen

from omni_tui.tui.common.table.columns import Column
from omni_tui.tui.common.table.painted_rows import Cell, PaintedRows, RowT

__all__ = ["Cell", "Column", "RowList"]


class _RowMessage(Message):
    """The base of the messages about one row."""

    def __init__(self, row_list: RowList[Any], row: object | None) -> None:
        super().__init__()
        self.row_list = row_list
        self.row = row

    @property
    def control(self) -> RowList[Any]:
        """The list that sent the message."""
        return self.row_list


class RowList(PaintedRows[RowT], can_focus=True):
    """Rows with a cursor. A subclass returns a row's texts from `cells`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "select", "Open", show=False),
        Binding("j", "step(1)", "Down", show=False),
        Binding("k", "step(-1)", "Up", show=False),
        Binding("g", "edge(-1)", "First", show=False),
        Binding("G", "edge(1)", "Last", show=False),
        Binding("q", "ask_to_leave", "Quit, or close a dialog", show=False),
    ]

    class Highlighted(_RowMessage):
        """The cursor moved to another row (None: there are no rows)."""

        def can_replace(self, message: Message) -> bool:
            """Return whether this message replaces the queued one: only the last row matters."""
            return isinstance(message, RowList.Highlighted) and message.row_list is self.row_list

    class Selected(_RowMessage):
        """A row was opened with enter or the mouse."""

    # for subclasses

    def key(self, row: RowT) -> object:
        """Return what identifies the row when the list changes."""
        return row

    def position(self, key: object, near: int) -> int | None:
        """Return the index of the row with that key, which was at `near`; None if it is gone."""
        if near < len(self._rows) and self.key(self._rows[near]) == key:
            return near
        return next((i for i, row in enumerate(self._rows) if self.key(row) == key), None)

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it: there are no rows."""
        return not self._rows

    # for users of the list

    @property
    def rows(self) -> Sequence[RowT]:
        """All rows."""
        return self._rows

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def set_rows(self, rows: Sequence[RowT], *, keep_cursor: bool = True, cursor: int | None = None) -> None:
        """Replace the rows. The cursor stays on its row, or on its index if the row is gone.

        With `keep_cursor` False it moves to the first row, with `cursor` to that index.
        """
        before, stood_at = self.current, self.cursor
        self._rows = rows
        if cursor is None:
            found = self.position(self.key(before), stood_at) if before and keep_cursor else 0
            cursor = stood_at if found is None else found
        self.set_reactive(RowList.cursor, self.validate_cursor(cursor))
        self._rows_changed(moved_by=self.cursor - stood_at)
        if self.current is not before:
            self.post_message(self.Highlighted(self, self.current))

    def _rows_changed(self, moved_by: int = 0) -> None:
        """Update the size after new rows or a resize; keep the cursor's row at its screen position."""
        size = Size(self.scrollable_content_region.width, len(self._rows) + self._header_lines)
        self.virtual_size = size
        top = round(self.scroll_target_y)
        wished = min(max(0, top + moved_by if top else 0), self.max_scroll_y)
        if wished != top:
            self._scroll_to_row(wished)
        self._show_cursor()
        self.refresh_changed()

    # moving

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._header_lines)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Repaint the two lines that changed, and post Highlighted."""
        self.refresh_row(before)
        self.refresh_row(cursor)
        self._show_cursor()
        self.post_message(self.Highlighted(self, self.current))

    def _show_cursor(self) -> None:
        top = round(self.scroll_target_y)
        if self.cursor < top:
            self._scroll_to_row(self.cursor)
        elif self.cursor >= top + self._page:
            self._scroll_to_row(self.cursor - self._page + 1)

    def _scroll_to_row(self, top: int) -> None:
        # forced: right after rows were added, there is no scroll bar yet
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def action_cursor(self, by: int) -> None:
        self.cursor += by

    def action_step(self, by: int) -> None:
        """Move the cursor with `j` and `k`; a subclass can turn this off."""
        self.cursor += by

    async def action_ask_to_leave(self) -> None:
        """Close a dialog like escape does; elsewhere, ask whether to quit."""
        if isinstance(self.screen, ModalScreen):
            self.app.simulate_key("escape")
        else:
            await self.run_action("app.ask_to_quit")

    def action_page(self, by: int) -> None:
        self.cursor += by * self._page

    def action_edge(self, way: int) -> None:
        self.cursor = 0 if way < 0 else len(self._rows) - 1

    def action_select(self) -> None:
        if self.current is not None:
            self.post_message(self.Selected(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor with a click, open the row with a double click."""
        index = event.y + round(self.scroll_y) - self._header_lines
        if event.y >= self._header_lines and 0 <= index < len(self._rows):
            self.cursor = index
            if event.chain == 2:
                self.action_select()

    def on_resize(self) -> None:
        self._rows_changed()

    def on_focus(self) -> None:
        """Repaint the cursor's line, whose style shows the focus."""
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Repaint the cursor's line, whose style shows the focus."""
        self.refresh_row(self.cursor)
