"""A muted line of text, painted again only when the text changes."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from omni_tui.tui.common.text import content


class Caption(Widget):
    """One muted line."""

    def __init__(self, words: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._words = words

    def show(self, text: str) -> None:
        if text != self._words:
            self._words = text
            self.refresh()

    def render(self) -> Content:
        return content(self._words, "$muted")
