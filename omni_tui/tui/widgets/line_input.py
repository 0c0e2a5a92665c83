"""One line to type in: no frame, no blinking, no bytes but for what changed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class LineInput(Input):
    """Textual's input as the program uses it everywhere: compact, with a cursor that stays still."""

    # Textual's own lays the whole screen out anew at every letter; the field is as wide as before.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False


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
