"""The field of an option with a few values, one shown at a time."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.common.choices import Choice, FieldChanged, Stepper
from omni_tui.tui.export_form.fields.base import Field, field_id


class ChoiceLine(Stepper, Field):
    """An option with a few values: `Paper  ‹ fit_page ›`.

    If not set, it shows the default, or its label if that isn't one of the choices.
    """

    ARROWS = (" ‹ ", " › ")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,delete", "unset", "Reset to default", show=False),
    ]

    def __init__(self, spec: OptionSpec, *, label: str = "") -> None:
        super().__init__(_choices(spec), label=label, id=field_id(spec))
        self.spec = spec
        self._value: str | None = None
        self.show_value(None)

    @property
    def option_value(self) -> OptionValue | None:
        """The selected value; None if not set."""
        return self._value

    @property
    def is_changed(self) -> bool:
        """Whether the value isn't the default."""
        return self.chosen.key not in ("", self.spec.default)

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
        self.show_value(None)
        self.post_message(FieldChanged())


def _choices(spec: OptionSpec) -> list[Choice]:
    unset = [] if spec.default in spec.choices else [Choice("", spec.unset_label or "not set")]
    return unset + [Choice(value, value) for value in spec.choices]
