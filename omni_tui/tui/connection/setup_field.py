"""A field of the setup: a label, a line to type in, and under it what helps, or what is wrong."""

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
    """The words under the line always have their place, so that nothing moves when they change."""

    def __init__(self, label: str, line: LineInput, *, help_words: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="setup-field")
        self._label = label
        self.line = line
        self._help = Content.styled(help_words, "$muted")
        self._words = Static(self._help, classes="setup-words")

    def compose(self) -> ComposeResult:
        """The label and the line, and the words."""
        with Horizontal(classes="setup-line"):
            yield Static(Content.styled(self._label, "$muted"), classes="setup-label")
            yield self.line
        yield self._words

    def show_help(self, words: Content | None = None) -> None:
        """Say what helps: these words, or those that it began with."""
        self._say(self._help if words is None else words)

    def blame(self, error: OmniTuiError, way_out: str) -> None:
        """Say what is wrong, and what to do."""
        message = content(f"{SIGN}{error.message}", "$error")
        self._say(Content.assemble(message, "  ", content(way_out, "$muted")))

    @property
    def words(self) -> str:
        """What stands under the line."""
        return str(self._words.content)

    def _say(self, words: Content) -> None:
        if self._words.content != words:
            self._words.update(words)
