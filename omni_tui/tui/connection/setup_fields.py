"""The fields of the setup, with inputs that remove quotes, spaces and prefixes from what is pasted."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.text import content

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

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
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


class SetupField(Vertical):
    """A label, an input, and a hint or an error below, in a line that is always reserved."""

    def __init__(self, label: str, line: LineInput, *, help_words: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="setup-field")
        self._label = label
        self.line = line
        self._help = Content.styled(help_words, "$muted")
        self._words = Static(self._help, classes="setup-words")

    def compose(self) -> ComposeResult:
        """Compose the label, the input and the hint."""
        with Horizontal(classes="setup-line"):
            yield Static(Content.styled(self._label, "$muted"), classes="setup-label")
            yield self.line
        yield self._words

    def show_help(self, hint: Content | None = None) -> None:
        """Show this hint, or the initial one."""
        self._show_hint(self._help if hint is None else hint)

    def show_error(self, error: OmniTuiError, advice: str) -> None:
        """Show what is wrong, and what to do."""
        message = content(f"✗ {error.message}", "$error")
        self._show_hint(Content.assemble(message, "  ", content(advice, "$muted")))

    @property
    def words(self) -> str:
        """The text below the input."""
        return str(self._words.content)

    def _show_hint(self, hint: Content) -> None:
        if self._words.content != hint:
            self._words.update(hint)
