"""A field of the setup: label, input, and a hint or an error below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.text import content

if TYPE_CHECKING:
    from omni_tui.tui.common.input_line import LineInput

SIGN = "✗ "


class SetupField(Vertical):
    """The line below the input is always reserved, so that nothing moves when it changes."""

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
        message = content(f"{SIGN}{error.message}", "$error")
        self._show_hint(Content.assemble(message, "  ", content(advice, "$muted")))

    @property
    def words(self) -> str:
        """The text below the input."""
        return str(self._words.content)

    def _show_hint(self, hint: Content) -> None:
        if self._words.content != hint:
            self._words.update(hint)
