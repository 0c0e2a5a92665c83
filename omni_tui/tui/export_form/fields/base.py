"""The base of the export form's fields: a label, an option, its value, and a message when it changes."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from omni_tui.options.spec import OptionSpec, OptionValue

# Before a changed row's label.
DOT = "• "


class RowLabel(Widget):
    """The label at the left edge, with a dot before it if the row was changed."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._is_changed = False

    def show_changed(self, is_changed: bool) -> None:
        """Show or hide the dot."""
        if is_changed != self._is_changed:
            self._is_changed = is_changed
            self.refresh()

    def render(self) -> Content:
        """Return the label; without the dot, its column stays blank."""
        return Content.assemble((DOT if self._is_changed else "  ", "$mark"), (self.text(), "$muted"))

    def text(self) -> str:
        """Return the label in the room there is."""
        return self._label


class FieldChanged(Message):
    """The user changed a field; the field holds the new value."""


class PartLeft(Message):
    """A part of a field lost the focus; `part` is its name, such as a filter's ID."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part


class Field:
    """Mixin of a widget that is an option's field. Posts FieldChanged.

    `HINT` names its keys in a few words.
    """

    HINT: ClassVar[str] = ""
    spec: OptionSpec

    @property
    @abstractmethod
    def option_value(self) -> OptionValue | None:
        """The field's value; None leaves the option to the server."""

    @abstractmethod
    def show_value(self, value: OptionValue | None) -> None:
        """Show a value; None is the default. Posts no message."""


def field_id(spec: OptionSpec) -> str:
    """Return the ID of an option's widget."""
    return f"field-{spec.wire_name}"
