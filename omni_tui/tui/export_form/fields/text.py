"""Fields for text and whole numbers."""

from __future__ import annotations

from textual.widgets import Input

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.options.whole_numbers import MAX_DIGITS, whole_number
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.export_form.fields.base import Field, field_id


class FieldInput(LineInput):
    """An input that posts FieldChanged at every key."""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Post FieldChanged in place of Textual's message."""
        event.stop()
        self.post_message(FieldChanged())


class TextLine(FieldInput, Field):
    """A text; blank text means the option isn't set."""

    HINT = "type"

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(placeholder=spec.unset_label, id=field_id(spec))
        self.spec = spec

    def show_value(self, value: OptionValue | None) -> None:
        """Show a text unless it is already shown. Posts no message."""
        if value != self.option_value:
            self.show_text("" if value is None else str(value))

    @property
    def option_value(self) -> OptionValue | None:
        """The text; None if blank."""
        return self.value if self.value.strip() else None


class NumberLine(TextLine):
    """A whole number in any common spelling; shown as 10,000 after the focus leaves.

    Invalid text stays as typed; validation reports it.
    """

    HINT = "type a number, such as 5,000 or 10k"

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec)
        self.max_length = MAX_DIGITS
        self.select_on_focus = True

    def show_value(self, value: OptionValue | None) -> None:
        """Show a number unless it is already shown. Posts no message."""
        if value != self.option_value:
            super().show_value(f"{value:,}" if isinstance(value, int) else value)

    @property
    def option_value(self) -> OptionValue | None:
        """The number, or the invalid text; None if blank."""
        number = whole_number(self.value)
        return super().option_value if number is None else number

    def on_blur(self) -> None:
        """Show the parsed number."""
        number = whole_number(self.value)
        if number is not None:
            self.show_text(f"{number:,}")
