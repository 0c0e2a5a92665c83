"""Options that are typed: a text, or a whole number."""

from __future__ import annotations

from textual.widgets import Input

from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.widgets.field import Field, FieldChanged, field_id
from omni_tui.tui.widgets.line_input import LineInput

# People write 50,000 and 50 000; the longest number that is looked at at all.
SEPARATORS = str.maketrans("", "", ", _")
MOST_DIGITS = 15


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
    """A whole number, with or without separators between its thousands."""

    HINT = "type a number"

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec)
        self.restrict = r"[0-9, _]*"
        self.max_length = MOST_DIGITS

    @property
    def option_value(self) -> OptionValue | None:
        """The number, or None where there is none."""
        digits = self.value.translate(SEPARATORS)
        return int(digits) if digits else None
