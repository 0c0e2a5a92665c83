"""The baseline for a list that changes at each letter without a search: an input above plain lines.

Each row has four colored texts, as long as the program's, prepared before the first key.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

TEXTS = 40
WIDTHS = (24, 14, 8, 11)
LOUD, QUIET = Style.parse("#c8d0e0 on #11131a"), Style.parse("#7d879d on #11131a")
WORDS = ("weekly", "web", "traffic", "churn", "sales", "overview", "margins", "quarterly", "operations")


def row(text: int, y: int) -> list[Segment]:
    """Return four texts that differ for each typed text."""
    words = [WORDS[(text * 7 + y * 3 + column * 5) % len(WORDS)] for column in range(len(WIDTHS))]
    styles = (LOUD, QUIET, QUIET, QUIET)
    parts = zip(words, WIDTHS, styles, strict=True)
    return [Segment(f"{word} {text + y}".ljust(width), style) for word, width, style in parts]


class BareLines(Widget):
    """Shows as many rows as fit."""

    DEFAULT_CSS = "BareLines { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.text = 0
        self._rows = [[row(text, y) for y in range(60)] for text in range(TEXTS)]

    def render_line(self, y: int) -> Strip:
        """Render one row."""
        return Strip(self._rows[self.text % TEXTS][y])


class BareList(App[None]):
    """An input and a list, and a word that shows that they are ready."""

    def compose(self) -> ComposeResult:
        """Compose the input, the list and the word."""
        field = Input()
        field.cursor_blink = False
        yield field
        yield BareLines()
        yield Static("READY")

    def on_mount(self) -> None:
        """Update the list in the key's handler, as the program does."""
        self.watch(self.query_one(Input), "value", self.change, init=False)

    def change(self) -> None:
        """Show another list for the new text."""
        lines = self.query_one(BareLines)
        lines.text += 1
        lines.refresh()


if __name__ == "__main__":
    BareList().run()
