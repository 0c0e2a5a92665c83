"""Words that can be skipped while reading, painted again only when they are others."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from omni_tui.tui.common.text import content


class MutedLine(Widget):
    """One quiet line."""

    def __init__(self, words: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._words = words

    def say(self, words: str) -> None:
        """Say this from now on."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render(self) -> Content:
        """The words."""
        return content(self._words, "$muted")
