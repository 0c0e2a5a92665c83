"""What all fields of the export form share: an option, a value, a word upwards when it changes."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.message import Message

from omni_tui.options.spec import OptionSpec, OptionValue


class FieldChanged(Message):
    """The user changed something: the fields themselves hold what stands in them now."""


class PartLeft(Message):
    """A part of a field was left: `part` names it, a filter by its id."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part


class Field:
    """What a widget is besides, when it is the field of an option. It posts FieldChanged.

    `HINT` says in few words what keys do in it.
    """

    HINT: ClassVar[str] = ""
    spec: OptionSpec

    @property
    @abstractmethod
    def option_value(self) -> OptionValue | None:
        """What stands in the field; None leaves the option to the server."""

    @abstractmethod
    def show_value(self, value: OptionValue | None) -> None:
        """Show this value; None is what happens when the option is not set. Tells nobody."""


def field_id(spec: OptionSpec) -> str:
    """The id of an option's widget."""
    return f"field-{spec.wire_name}"
