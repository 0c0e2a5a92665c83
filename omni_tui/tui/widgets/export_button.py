"""The button that starts the export, with the key that does the same from anywhere."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class ExportButton(Widget, can_focus=True):
    """`Export  F5`, on one line."""

    HINT = "enter exports"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Export", show=False)]

    class Pressed(Message):
        """The export is wanted."""

    def __init__(self) -> None:
        super().__init__(id="export-button")
        self._key = ""

    def show_key(self, key: str) -> None:
        """The key beside the word."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        """The word and the key."""
        return Content.assemble(" Export  ", (self._key, "not bold"), " ")

    def action_press(self) -> None:
        """Say it."""
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        """A click presses."""
        self.action_press()
