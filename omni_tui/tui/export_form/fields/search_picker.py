"""The base of search fields: results in a list that opens below, or a message in place of the list.

The focus stays in the field: letters search, arrows move in the list, Enter selects the current row.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import OptionSpec
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.text import content, shorten
from omni_tui.tui.export_form.fields.base import Field, field_id

MAX_ROWS = 6

RowT = TypeVar("RowT")


class ResultList(RowList[RowT], can_focus=False):
    """The results. It has no keys of its own; one click selects."""

    HAS_HEADER = False

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        index = event.y + round(self.scroll_y)
        if 0 <= index < len(self.rows):
            self.cursor = index
            self.action_select()


class FieldNote(Caption):
    """A note beside the field, shortened to fit."""

    def render(self) -> Content:
        """Return the note on one line."""
        return content(shorten(self._words, self.size.width), "$muted")


class SearchPicker(Vertical, Field, Generic[RowT]):
    """A search field; subclasses provide the results and handle the selection."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor(1)", "Next result", show=False),
        Binding("up", "cursor(-1)", "Previous result", show=False),
        Binding("pagedown", "cursor(5)", "Page down", show=False),
        Binding("pageup", "cursor(-5)", "Page up", show=False),
        Binding("enter", "choose", "Select", show=False, priority=True),
        Binding("escape", "close", "close list", key_display="esc", tooltip="Close the list"),
    ]
    PLACEHOLDER: ClassVar[str] = ""

    class Opened(Message):
        """The list opened or closed, so the form may have to scroll."""

    def __init__(self, spec: OptionSpec, rows: ResultList[RowT]) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._list = rows
        self._is_open = False

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field-line"):
            yield LineInput(placeholder=self.PLACEHOLDER, id=f"{self.id}-search")
            yield FieldNote()
        yield self._list
        yield Static("", classes="picker-words")

    def on_mount(self) -> None:
        self.show_found()

    # for subclasses

    @property
    @abstractmethod
    def chosen_text(self) -> str:
        """The text in the field when not searching; empty if nothing is selected."""

    @property
    @abstractmethod
    def aside(self) -> str:
        """The note beside the field."""

    @abstractmethod
    def found(self) -> Sequence[RowT]:
        """Return the rows that match the typed text, best first."""

    @abstractmethod
    def max_rows(self) -> int:
        """Return the largest number of rows possible; it sets the list's height."""

    @abstractmethod
    def words(self) -> Content | None:
        """Return the message below the field, or None."""

    @abstractmethod
    def choose(self, row: RowT) -> None:
        """Select a row."""

    def can_choose(self, row: RowT) -> bool:
        """Return whether a row can be selected."""
        return True

    def entered(self) -> None:
        """Handle that the field got the focus."""

    def left(self) -> None:
        """Handle that the field lost the focus."""

    def text_changed(self) -> None:
        """Handle that the user changed the text."""

    def nothing_chosen(self) -> None:
        """Handle Enter when no row can be selected: open the list."""
        self.set_open(True)

    # display

    @property
    def search(self) -> LineInput:
        """The input line."""
        return self.query_one(LineInput)

    @property
    def typed(self) -> str:
        """The search text; empty if the text is the selected row's."""
        text = self.search.value.strip()
        return "" if text == self.chosen_text else text

    def restore_text(self) -> None:
        """Replace the search text by the selected row's, all selected, so that typing replaces it."""
        self.search.show_text(self.chosen_text)
        if self.search.has_focus:
            self.search.select_all()

    def show_found(self, *, keep_cursor: bool = True) -> None:
        """Update the list, the message and the note."""
        rows = self.found() if self._is_open else ()
        if rows:
            self._list.styles.height = max(1, min(MAX_ROWS, self.max_rows()))
            self._list.set_rows(rows, keep_cursor=keep_cursor)
        self._list.display = bool(rows)
        words = self.words()
        line = self.query_one(".picker-words", Static)
        line.display = words is not None
        if words is not None:
            line.update(words)
        self.query_one(FieldNote).show(self.aside)

    # actions

    @on(Input.Changed)
    def _search_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.text_changed()
        self.set_open(True, keep_cursor=False)

    def on_descendant_focus(self) -> None:
        """Open the list if nothing is selected; otherwise typing replaces the selected row's text."""
        if not self.typed:
            self.search.select_all()
        self.entered()
        self.set_open(not self.chosen_text or bool(self.typed))

    def on_descendant_blur(self) -> None:
        self.left()
        self.set_open(False)

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Select the current row."""
        row: Any = self._list.current if self._list.display else None
        if row is None or not self.can_choose(row):
            self.nothing_chosen()
            return
        self.choose(row)
        self.restore_text()
        self.set_open(False)

    def action_cursor(self, by: int) -> None:
        """Move in the list; at its ends, or if it is closed, to another field."""
        before = self._list.cursor
        if self._list.display:
            self._list.cursor += by
        if not self._list.display or self._list.cursor == before:
            raise SkipAction

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable Escape only if there is something to close."""
        return action != "close" or self._list.display or bool(self.typed)

    def action_close(self) -> None:
        """Close the list and clear the search text."""
        self.restore_text()
        self.set_open(False)

    def set_open(self, is_open: bool, *, keep_cursor: bool = True) -> None:
        """Open or close the list. An open list without rows stays hidden."""
        was_listed = self._list.display
        self._is_open = is_open
        self.show_found(keep_cursor=keep_cursor)
        if self._list.display != was_listed:
            self.post_message(self.Opened())
        self.refresh_bindings()


def failure_words(failure: OmniTuiError, enter: str) -> Content:
    """Return why there is no list, and what Enter does."""
    key = Content.assemble(("enter", "bold $primary"), (f" {enter}", "$foreground"))
    return Content.assemble(content(f"✗ {failure.message}", "$error"), "  ", key)
