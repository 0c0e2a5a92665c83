"""A checkbox field: `☑ Show filters`."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.export_form.fields.base import Field, field_id

ON, OFF = "☑", "☐"


class SwitchLine(Widget, Field, can_focus=True):
    """An option that is on or off. If not set, it shows the default and sends nothing."""

    HINT = "space toggle · ←→ previous/next"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "toggle_value", "Toggle", show=False),
        Binding("backspace,delete", "unset", "Reset to default", show=False),
        Binding("left", "beside(-1)", "Previous switch", show=False),
        Binding("right", "beside(1)", "Next switch", show=False),
    ]

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._value: bool | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is on, as set or by default."""
        return bool(self.spec.default) if self._value is None else self._value

    @property
    def option_value(self) -> OptionValue | None:
        """The value; None if not set."""
        return self._value

    def show_value(self, value: OptionValue | None) -> None:
        """Show a value; None shows the default. Posts no message."""
        new_value = value if isinstance(value, bool) else None
        if new_value is not self._value:
            self._value = new_value
            self.refresh()

    def render(self) -> Content:
        """Return the box and its label; the box of a changed switch is colored."""
        changed = self._value is not None and self._value != self.spec.default
        color = "$mark" if changed else "$success" if self.is_on else "$muted"
        words = "bold on $cursor-line" if self.has_focus else ""
        return Content.assemble((ON if self.is_on else OFF, color), " ", (self.spec.label, words))

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

    def on_click(self) -> None:
        self.action_toggle_value()


def switches_in_row(switch: SwitchLine) -> list[SwitchLine]:
    """Return the visible switches of the same row, including this one."""
    siblings = switch.parent.children if switch.parent is not None else [switch]
    return [node for node in siblings if isinstance(node, SwitchLine) and node.display]
