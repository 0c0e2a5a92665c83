"""A field to search in, with what is found in a list that opens under it, and words while there is none.

The keys stay in the field: letters search, arrows move in the list, enter takes what stands under the cursor.
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

from omni_tui.options.spec import OptionSpec
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.text import content, shorten
from omni_tui.tui.export_form.fields.base import Field, field_id

MOST_ROWS = 6

RowT = TypeVar("RowT")


class FoundList(RowList[RowT], can_focus=False):
    """What was found. It has no keys of its own; one click chooses."""

    HAS_HEADER = False

    def on_click(self, event: events.Click) -> None:
        """One click chooses."""
        event.prevent_default()
        index = event.y + round(self.scroll_y)
        if 0 <= index < len(self.rows):
            self.cursor = index
            self.action_select()


class Aside(Caption):
    """A word beside the field, cut where there is no room."""

    def render(self) -> Content:
        """The words, on one line."""
        return content(shorten(self._words, self.size.width), "$muted")


class SearchPicker(Vertical, Field, Generic[RowT]):
    """A subclass says what is found, what it is called, and what happens when it is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor(1)", "The next one", show=False),
        Binding("up", "cursor(-1)", "The one before", show=False),
        Binding("pagedown", "cursor(5)", "Further down", show=False),
        Binding("pageup", "cursor(-5)", "Further up", show=False),
        Binding("enter", "choose", "Choose this one", show=False, priority=True),
        Binding("escape", "close", "close list", key_display="esc", tooltip="Close the list"),
    ]
    PLACEHOLDER: ClassVar[str] = ""

    class Opened(Message):
        """The list has opened, or closed: the form may have to scroll."""

    def __init__(self, spec: OptionSpec, rows: FoundList[RowT]) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._list = rows
        self._is_open = False

    def compose(self) -> ComposeResult:
        """The field with a word beside it, the list and the words under it."""
        with Horizontal(classes="field-line"):
            yield LineInput(placeholder=self.PLACEHOLDER, id=f"{self.id}-search")
            yield Aside()
        yield self._list
        yield Static("", classes="picker-words")

    def on_mount(self) -> None:
        """Closed at first."""
        self.show_found()

    # what a subclass says

    @property
    @abstractmethod
    def chosen_text(self) -> str:
        """What stands in the field while nobody searches; empty while nothing is chosen."""

    @property
    @abstractmethod
    def aside(self) -> str:
        """What stands beside the field."""

    @abstractmethod
    def found(self) -> Sequence[RowT]:
        """The rows for what is typed now, the best first."""

    @abstractmethod
    def max_rows(self) -> int:
        """How many rows there could be: the list keeps its height while one types."""

    @abstractmethod
    def words(self) -> Content | None:
        """What there is to say under the field, besides the list or in place of it."""

    @abstractmethod
    def choose(self, row: RowT) -> None:
        """This row was chosen."""

    def can_choose(self, row: RowT) -> bool:
        """Whether this row can be chosen."""
        return True

    def entered(self) -> None:
        """The keys have come here."""

    def left(self) -> None:
        """The keys have gone elsewhere."""

    def text_changed(self) -> None:
        """Another text stands in the field, by the user's hand."""

    def nothing_chosen(self) -> None:
        """Enter, while no row is there that can be chosen."""
        self.set_open(True)

    # what is shown

    @property
    def search(self) -> LineInput:
        """The line that is typed in."""
        return self.query_one(LineInput)

    @property
    def typed(self) -> str:
        """What is searched for: what was typed, unless it is what the chosen one is called."""
        text = self.search.value.strip()
        return "" if text == self.chosen_text else text

    def restore_text(self) -> None:
        """Forget what was typed. What is typed next takes the place of what stands there."""
        with self.prevent(Input.Changed):
            self.search.value = self.chosen_text
        if self.search.has_focus:
            self.search.select_all()

    def show_found(self, *, keep_cursor: bool = True) -> None:
        """The list and the words, as things stand."""
        rows = self.found() if self._is_open else ()
        if rows:
            self._list.styles.height = max(1, min(MOST_ROWS, self.max_rows()))
            self._list.set_rows(rows, keep_cursor=keep_cursor)
        self._list.display = bool(rows)
        words = self.words()
        line = self.query_one(".picker-words", Static)
        line.display = words is not None
        if words is not None:
            line.update(words)
        self.query_one(Aside).show(self.aside)

    # what is done

    @on(Input.Changed)
    def _search_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.text_changed()
        self.set_open(True, keep_cursor=False)

    def on_descendant_focus(self) -> None:
        """With nothing chosen the list is there at once; a chosen one's name is replaced by typing."""
        if not self.typed:
            self.search.select_all()
        self.entered()
        self.set_open(not self.chosen_text or bool(self.typed))

    def on_descendant_blur(self) -> None:
        """The list closes."""
        self.left()
        self.set_open(False)

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Take the row under the cursor."""
        row: Any = self._list.current if self._list.display else None
        if row is None or not self.can_choose(row):
            self.nothing_chosen()
            return
        self.choose(row)
        self.restore_text()
        self.set_open(False)

    def action_cursor(self, by: int) -> None:
        """Move in the list; at its ends, and without it, out of the field."""
        before = self._list.cursor
        if self._list.display:
            self._list.cursor += by
        if not self._list.display or self._list.cursor == before:
            raise SkipAction

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours while there is something to close."""
        return action != "close" or self._list.display or bool(self.typed)

    def action_close(self) -> None:
        """Close the list and forget what was typed."""
        self.restore_text()
        self.set_open(False)

    def set_open(self, is_open: bool, *, keep_cursor: bool = True) -> None:
        """Open or close the list. It shows once there is something in it."""
        was_listed = self._list.display
        self._is_open = is_open
        self.show_found(keep_cursor=keep_cursor)
        if self._list.display != was_listed:
            self.post_message(self.Opened())
        self.refresh_bindings()
