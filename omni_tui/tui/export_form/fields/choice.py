"""A field that shows one of a few values: `Paper  ‹ fit_page ›`."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.export_form.fields.base import Field, FieldChanged, field_id
from omni_tui.tui.export_form.fields.one_of import Choice, OneOf


class ChoiceLine(OneOf, Field):
    """The selected value between two arrows, as wide as the longest one, so that nothing beside it moves.

    If not set, it shows the default, or its label if that isn't one of the choices.
    """

    HINT = "←→ change"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,delete", "unset", "Reset to default", show=False),
    ]

    def __init__(self, spec: OptionSpec, *, label: str = "") -> None:
        super().__init__(_choices(spec), id=field_id(spec))
        self.spec = spec
        self._label = f"{label}  " if label else ""
        self._width = max(len(choice.label) for choice in self.choices)
        self._value: str | None = None
        self.show_value(None)

    @property
    def option_value(self) -> OptionValue | None:
        """The selected value; None if not set."""
        return self._value

    def show_value(self, value: OptionValue | None) -> None:
        """Show a value; None shows the default."""
        self._value = value if isinstance(value, str) else None
        default = self.spec.default if self.spec.default in self.spec.choices else ""
        self.show_choice(str(default if self._value is None else self._value))

    def choose(self, index: int) -> None:
        """Select a choice and mark the option as set."""
        if index != self._index:
            self._value = self.choices[index].key or None
        super().choose(index)

    def action_unset(self) -> None:
        """Reset the option to its default."""
        self.show_value(None)
        self.post_message(FieldChanged())

    def render(self) -> Content:
        """Return the label, and the value on the background of editable fields."""
        ground = "on $field-focus" if self.has_focus else "on $field"
        changed = self.chosen.key not in ("", self.spec.default)
        return Content.assemble(
            (self._label, "$muted"),
            (" ‹ ", f"$primary {ground}"),
            (self.chosen.label.ljust(self._width), f"{'$mark' if changed else '$foreground'} {ground}"),
            (" › ", f"$primary {ground}"),
        )

    def on_click(self, event: events.Click) -> None:
        """Select the previous value on the left arrow, the next one elsewhere."""
        self.action_step(-1 if event.x < len(self._label) + 3 else 1)


def _choices(spec: OptionSpec) -> list[Choice]:
    unset = [] if spec.default in spec.choices else [Choice("", spec.unset_label or "not set")]
    return unset + [Choice(value, value) for value in spec.choices]
