"""The single-line input of the program: compact, no blinking cursor, and undo."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

# The undo limit of one field.
MAX_UNDO_STEPS = 100


class LineInput(Input):
    """Textual's Input, compact, with a steady cursor and undo."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "undo", show=False, tooltip="Undo typing", id="undo"),
    ]

    # Textual's own property triggers a layout of the whole screen at every letter.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(
        self, value: str = "", *, placeholder: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(
            value, placeholder=placeholder, id=id, classes=classes, compact=True, select_on_focus=False
        )
        self.cursor_blink = False
        self._before: list[tuple[str, int]] = []
        """Text and cursor position before each change since the field was focused."""
        self._typed_until = -1
        """The end of the last run of typed letters, which is undone at once."""

    def show_text(self, text: str) -> None:
        """Show a text. Posts no message."""
        with self.prevent(Input.Changed):
            self.value = text

    def on_focus(self) -> None:
        """Clear the undo history."""
        self._forget()

    def validate_value(self, value: str) -> str:
        """Record the old value for undo if the user typed."""
        if self.has_focus and value != self.value:
            cursor, before, (start, end) = self.cursor_position, self.value, sorted(self.selection)
            typed = before[:start] + value[start : start + 1] + before[end:]
            is_letter = value == typed and len(value) == len(before) - (end - start) + 1
            continues = is_letter and start == end == self._typed_until
            self._typed_until = start + 1 if is_letter else -1
            if not continues:
                self._before = [*self._before, (before, cursor)][-MAX_UNDO_STEPS:]
                self._update_footer(len(self._before) == 1)
        return value

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave ctrl+z to the surrounding widgets if there is nothing to undo."""
        return bool(self._before) if action == "undo" else super().check_action(action, parameters)

    def action_undo(self) -> None:
        """Restore the text before the last change."""
        before = self._before
        if before:
            value, cursor = before.pop()
            self.value = value
            self._before, self.cursor_position, self._typed_until = before, cursor, -1
            self._update_footer(not before)

    def _forget(self) -> None:
        had_some, self._before, self._typed_until = bool(self._before), [], -1
        self._update_footer(had_some)

    def _update_footer(self, has_changed: bool) -> None:
        if has_changed and self.is_attached:
            self.refresh_bindings()


class SearchLine(LineInput):
    """The search above the dashboards, with its own footer key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "export", key_display="enter", tooltip="Export the first match"),
    ]

    def on_key(self, event: events.Key) -> None:
        """Ignore a slash in the empty search: it is the key that focuses the search."""
        if event.character == "/" and not self.value:
            event.stop()
            event.prevent_default()
