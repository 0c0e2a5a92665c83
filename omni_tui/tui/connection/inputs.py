"""Inputs for pasted addresses and tokens, which remove quotes, spaces and prefixes."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from omni_tui.tui.common.input_line import LineInput

# Prefixes that are often copied together with a token.
_BEFORE_A_TOKEN = re.compile(
    r"(?i)^(?:export\s+)?(?:authorization\s*:\s*)?(?:OMNI_\w+\s*[=:]\s*)?[\"']?(?:bearer\s+)?"
)
_SURROUNDING_CHARACTERS = "\"'<>`,;"


class SetupInput(LineInput):
    """An input of the setup. Enter runs the screen's `action_continue`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # an action, not Input's message, which would come too late for keys that are typed ahead
        Binding(
            "enter", "screen.continue", "continue", key_display="enter", tooltip="Next field, or connect"
        ),
    ]


class PasteInput(SetupInput):
    """An input that takes a paste of several lines as one text."""

    def cleaned(self, text: str) -> str:
        """Return the pasted text without spaces, line breaks and quotes."""
        return "".join(text.split()).strip(_SURROUNDING_CHARACTERS)

    def on_paste(self, event: events.Paste) -> None:
        """Insert the cleaned text. Textual's own handler takes only the first line."""
        event.stop()
        event.prevent_default()
        if text := self.cleaned(event.text):
            start, end = sorted(self.selection)
            self.replace(text, start, end)


class TokenInput(PasteInput):
    """An input that shows a dot for each character, and can't be copied from."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id)
        self.password = True

    def __repr__(self) -> str:
        return f"TokenInput(id={self.id!r})"

    @property
    def token(self) -> str:
        """The token without what surrounds it."""
        return self.cleaned(self.value)

    def cleaned(self, text: str) -> str:
        """Return the token without a prefix, and on one line."""
        return super().cleaned(_BEFORE_A_TOKEN.sub("", text.strip()))

    def action_copy(self) -> None:
        """Do nothing: the token must not be copied."""

    def action_cut(self) -> None:
        """Do nothing: the token must not be copied."""
