"""One line to type in: no frame, no blinking, no bytes but for what changed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

# So many earlier texts of a field can be brought back.
MOST_UNDONE = 100


class LineInput(Input):
    """Textual's input as the program uses it everywhere: compact, with a cursor that stays still."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "undo", show=False, tooltip="Undo what was typed here", id="undo"),
    ]

    # Textual's own lays the whole screen out anew at every letter; the field is as wide as before.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._before: list[tuple[str, int]] = []
        """What stood here, and where the cursor was, before each change since the field got the keys."""
        self._typed_until = -1
        """Where letters that are typed one after the other go on: they are undone together."""

    def on_focus(self) -> None:
        """Begin anew: what changed while the keys went elsewhere can't be undone from here."""
        self._forget()

    def validate_value(self, value: str) -> str:
        """Remember what is replaced while one types here."""
        if self.has_focus and value != self.value:
            cursor, before, (start, end) = self.cursor_position, self.value, sorted(self.selection)
            typed = before[:start] + value[start : start + 1] + before[end:]
            is_letter = value == typed and len(value) == len(before) - (end - start) + 1
            goes_on = is_letter and start == end == self._typed_until
            self._typed_until = start + 1 if is_letter else -1
            if not goes_on:
                self._before = [*self._before, (before, cursor)][-MOST_UNDONE:]
                self._tell_footer(len(self._before) == 1)
        return value

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without anything to undo, the key means what it does around the field."""
        return bool(self._before) if action == "undo" else super().check_action(action, parameters)

    def action_undo(self) -> None:
        """Bring back what stood here before the last change."""
        before = self._before
        if before:
            value, cursor = before.pop()
            self.value = value
            self._before, self.cursor_position, self._typed_until = before, cursor, -1
            self._tell_footer(not before)

    def _forget(self) -> None:
        had_some, self._before, self._typed_until = bool(self._before), [], -1
        self._tell_footer(had_some)

    def _tell_footer(self, is_other: bool) -> None:
        if is_other and self.is_attached:
            self.refresh_bindings()


class SearchLine(LineInput):
    """The line above the dashboards: its footer says what enter does there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "export", key_display="enter", tooltip="Export the dashboard found first"),
    ]

    def on_key(self, event: events.Key) -> None:
        """The key that leads here is no letter of what is searched for: it may have the keys already."""
        if event.character == "/" and not self.value:
            event.stop()
            event.prevent_default()
