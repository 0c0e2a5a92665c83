"""Options that are typed: a text, or a whole number."""

from __future__ import annotations

from textual.widgets import Input

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.options.whole_numbers import MOST_DIGITS, whole_number
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.export_form.fields.base import Field, FieldChanged, field_id


class TextLine(LineInput, Field):
    """A text. Nothing but blanks is no text: the option is not set."""

    HINT = "type"

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(placeholder=spec.unset_label, id=field_id(spec))
        self.spec = spec

    def show_value(self, value: OptionValue | None) -> None:
        """Show this text, unless it is what stands there anyway."""
        if value != self.option_value:
            with self.prevent(Input.Changed):
                self.value = "" if value is None else str(value)

    @property
    def option_value(self) -> OptionValue | None:
        """The text, or None where there is none."""
        return self.value if self.value.strip() else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each key counts at once."""
        event.stop()
        self.post_message(FieldChanged())


class NumberLine(TextLine):
    """A whole number, in any of the ways in which people write one; once left, it shows as 10,000.

    What is no number stays as it is typed, for the check to report.
    """

    HINT = "type a number, such as 5,000 or 10k"

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec)
        self.max_length = MOST_DIGITS
        self.select_on_focus = True

    def show_value(self, value: OptionValue | None) -> None:
        """Show this number, unless it is what the field says anyway."""
        if value != self.option_value:
            super().show_value(f"{value:,}" if isinstance(value, int) else value)

    @property
    def option_value(self) -> OptionValue | None:
        """The number; the text that is none; or None when the field is empty."""
        number = whole_number(self.value)
        return (self.value if self.value.strip() else None) if number is None else number

    def on_blur(self) -> None:
        """Show the number that the text was read as."""
        number = whole_number(self.value)
        if number is not None:
            with self.prevent(Input.Changed):
                self.value = f"{number:,}"
