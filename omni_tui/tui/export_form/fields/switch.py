"""A switch on one line, ticked or not: `☑ Show filters`."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.export_form.fields.base import Field, FieldChanged, field_id

ON, OFF = "☑", "☐"


class SwitchLine(Widget, Field, can_focus=True):
    """An option that is on or off. Untouched, it shows what the server does and sends nothing."""

    HINT = "space ticks · ←→ beside"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "toggle_value", "Toggle", show=False),
        Binding("backspace,delete", "unset", "Back to the default", show=False),
        Binding("left", "beside(-1)", "The switch before", show=False),
        Binding("right", "beside(1)", "The next switch", show=False),
    ]

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._value: bool | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is ticked: as it was set, else as it is by default."""
        return bool(self.spec.default) if self._value is None else self._value

    @property
    def option_value(self) -> OptionValue | None:
        """How it was set; None while nobody has."""
        return self._value

    def show_value(self, value: OptionValue | None) -> None:
        """Toggle it or not; None shows the default."""
        told = value if isinstance(value, bool) else None
        if told is not self._value:
            self._value = told
            self.refresh()

    def render(self) -> Content:
        """The box and its label; the box of a changed switch is marked."""
        changed = self._value is not None and self._value != self.spec.default
        color = "$mark" if changed else "$success" if self.is_on else "$muted"
        words = "bold on $cursor-line" if self.has_focus else ""
        return Content.assemble((ON if self.is_on else OFF, color), " ", (self.spec.label, words))

    def action_toggle_value(self) -> None:
        """The other way."""
        self._set(not self.is_on)

    def action_unset(self) -> None:
        """As if it had never been touched."""
        self._set(None)

    def _set(self, value: bool | None) -> None:
        self.show_value(value)
        self.post_message(FieldChanged())

    def action_beside(self, way: int) -> None:
        """Go to the switch beside this one."""
        beside = switches_beside(self)
        index = beside.index(self) + way
        if 0 <= index < len(beside):
            self.screen.set_focus(beside[index])

    def on_click(self) -> None:
        """A click ticks."""
        self.action_toggle_value()


def switches_beside(switch: SwitchLine) -> list[SwitchLine]:
    """The switches of the same row that are shown, this one among them."""
    siblings = switch.parent.children if switch.parent is not None else [switch]
    return [node for node in siblings if isinstance(node, SwitchLine) and node.display]
