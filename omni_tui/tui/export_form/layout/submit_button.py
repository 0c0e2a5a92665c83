"""The export button with its key, and the summary beside it: problem counts and the export in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.text import content, shorten

SEVERITIES = ((Severity.ERROR, "problem", "$error"), (Severity.WARNING, "warning", "$warning"))

# The summary's height, and the longest word that wrapping may move to the next line.
MAX_LINES = 2
MAX_WORD_LENGTH = 12


class ExportButton(Widget, can_focus=True):
    """`Export  F5`, on one line."""

    HINT = "enter export"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Export", show=False)]

    class Pressed(Message):
        """The button was pressed."""

    def __init__(self) -> None:
        super().__init__(id="export-button")
        self._key = ""

    def show_key(self, key: str) -> None:
        """Show the key in the button."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content.assemble(" Export  ", (self._key, "not bold"), " ")

    def action_press(self) -> None:
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        self.action_press()


class ExportSummary(Widget):
    """`2 problems · PDF, letter; whole dashboard`. Repainted only if the text changes.

    Long text wraps to a second line.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""
        self._counts = Content("")
        self._lines = 1

    def show(self, words: str) -> None:
        """Show the export in words."""
        if words != self._words:
            self._words = words
            self._show()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show the number of problems and warnings."""
        severities = [problem.severity for problem in problems]
        counts = [
            Content.styled(f"{count} {noun}{'s' if count > 1 else ''}", color)
            for severity, noun, color in SEVERITIES
            if (count := severities.count(severity))
        ]
        line = Content.assemble(Content(" · ").join(counts), " · " if counts else "")
        if line != self._counts:
            self._counts = line
            self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        """Repaint, and update the layout only if the number of lines changes."""
        length = self._counts.cell_length + content(self._words).cell_length
        lines = 1 if length <= self.size.width else MAX_LINES
        if self.size.width and lines != self._lines:
            self._lines = self.styles.height = lines
        self.refresh()

    def render(self) -> Content:
        """Return the counts, then the export in words."""
        # words aren't broken, so a line may stay shorter than the width
        room = self.size.width * self.size.height - self._counts.cell_length
        room -= MAX_WORD_LENGTH * (self.size.height - 1)
        return Content.assemble(self._counts, content(shorten(self._words, room), "$muted"))
