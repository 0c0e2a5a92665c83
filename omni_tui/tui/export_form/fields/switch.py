"""Checkbox fields: `☑ Show filters`."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.export_form.fields.base import Field, field_id

ON, OFF = "☑", "☐"


class Checkbox(Widget, can_focus=True):
    """A checkbox with a label. `help_text` describes it."""

    HINT: str = "space toggle"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "toggle_value", "Toggle", show=False)]

    def __init__(
        self,
        label: str,
        help_text: str = "",
        *,
        is_on: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = label
        self.help_text = help_text
        self._is_on = is_on

    @property
    def is_on(self) -> bool:
        """Whether it is on."""
        return self._is_on

    def show(self, is_on: bool, label: str = "") -> None:
        """Show a value, and a new label if given. Posts no message."""
        label = label or self._label
        if (is_on, label) != (self._is_on, self._label):
            resized = len(label) != len(self._label)
            self._is_on, self._label = is_on, label
            self.refresh(layout=resized)

    def color(self) -> str:
        """Return the color of the box."""
        return "$success" if self._is_on else "$muted"

    def render(self) -> Content:
        """Return the box and its label."""
        words = "bold on $cursor-line" if self.has_focus else ""
        return Content.assemble((ON if self._is_on else OFF, self.color()), " ", (self._label, words))

    def action_toggle_value(self) -> None:
        self.show(not self._is_on)
        self.post_message(FieldChanged())

    def on_click(self) -> None:
        self.action_toggle_value()


class SwitchLine(Checkbox, Field):
    """An option that is on or off. If not set, it shows the default and sends nothing."""

    HINT = "space toggle · ←→ previous/next"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,delete", "unset", "Reset to default", show=False),
        Binding("left", "beside(-1)", "Previous switch", show=False),
        Binding("right", "beside(1)", "Next switch", show=False),
    ]

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec.label, is_on=bool(spec.default), id=field_id(spec))
        self.spec = spec
        self._value: bool | None = None

    @property
    def option_value(self) -> OptionValue | None:
        """The value; None if not set."""
        return self._value

    def show_value(self, value: OptionValue | None) -> None:
        """Show a value; None shows the default. Posts no message."""
        new_value = value if isinstance(value, bool) else None
        if new_value is not self._value:
            self._value = new_value
            self._is_on = bool(self.spec.default) if new_value is None else new_value
            self.refresh()

    def color(self) -> str:
        """Return the color of the box: another one if the value was changed."""
        is_changed = self._value is not None and self._value != self.spec.default
        return "$mark" if is_changed else super().color()

    def action_toggle_value(self) -> None:
        self._set(not self.is_on)

    def action_unset(self) -> None:
        self._set(None)

    def _set(self, value: bool | None) -> None:
        self.show_value(value)
        self.post_message(FieldChanged())

    def action_beside(self, way: int) -> None:
        beside = switches_in_row(self)
        index = beside.index(self) + way
        if 0 <= index < len(beside):
            self.screen.set_focus(beside[index])


def switches_in_row(switch: SwitchLine) -> list[SwitchLine]:
    """Return the visible switches of the same row, including this one."""
    siblings = switch.parent.children if switch.parent is not None else [switch]
    return [node for node in siblings if isinstance(node, SwitchLine) and node.display]
