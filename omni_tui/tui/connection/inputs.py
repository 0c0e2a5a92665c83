"""Lines for what is pasted rather than typed: an address, a token. What a paste brings along is left out."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from omni_tui.tui.common.input_line import LineInput

# How tokens are written where they are copied from.
_BEFORE_A_TOKEN = re.compile(
    r"(?i)^(?:export\s+)?(?:authorization\s*:\s*)?(?:OMNI_\w+\s*[=:]\s*)?[\"']?(?:bearer\s+)?"
)
_AROUND = "\"'<>`,;"


class SetupInput(LineInput):
    """A line of the setup. What enter does there, its screen knows (`action_go_on`)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # an action, not Input's message: that comes too late for what is typed ahead
        Binding(
            "enter", "screen.go_on", "go on", key_display="enter", tooltip="To the next field, or the check"
        ),
    ]


class PasteInput(SetupInput):
    """A line that takes a whole paste, of several lines too, in one piece."""

    def cleaned(self, text: str) -> str:
        """What of a paste is meant."""
        return "".join(text.split()).strip(_AROUND)

    def on_paste(self, event: events.Paste) -> None:
        """In place of Textual's, which takes the first line only, and takes it to be there."""
        event.stop()
        event.prevent_default()
        if text := self.cleaned(event.text):
            start, end = sorted(self.selection)
            self.replace(text, start, end)


class TokenInput(PasteInput):
    """A line that shows a dot for each character; what stands in it is copied to nowhere."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id)
        self.password = True

    def __repr__(self) -> str:
        return f"TokenInput(id={self.id!r})"

    @property
    def token(self) -> str:
        """The token without what was typed or pasted around it."""
        return self.cleaned(self.value)

    def cleaned(self, text: str) -> str:
        """A token that was broken into lines is one again."""
        return super().cleaned(_BEFORE_A_TOKEN.sub("", text.strip()))

    def action_copy(self) -> None:
        """Nothing leaves this line."""

    def action_cut(self) -> None:
        """Nothing leaves this line."""
