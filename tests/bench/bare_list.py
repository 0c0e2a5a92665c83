"""What a list costs in Textual that changes at each letter, and is not searched: an input over bare lines.

Its rows are four texts in their colours, as long as those of the program, ready before the first key.
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
    """Four texts, other ones for each text that is typed."""
    words = [WORDS[(text * 7 + y * 3 + column * 5) % len(WORDS)] for column in range(len(WIDTHS))]
    styles = (LOUD, QUIET, QUIET, QUIET)
    parts = zip(words, WIDTHS, styles, strict=True)
    return [Segment(f"{word} {text + y}".ljust(width), style) for word, width, style in parts]


class BareLines(Widget):
    """As many rows as there is room for."""

    DEFAULT_CSS = "BareLines { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.text = 0
        self._rows = [[row(text, y) for y in range(60)] for text in range(TEXTS)]

    def render_line(self, y: int) -> Strip:
        """One of them."""
        return Strip(self._rows[self.text % TEXTS][y])


class BareList(App[None]):
    """Both, and a word that tells that they are there."""

    def compose(self) -> ComposeResult:
        """The input, the list, the word."""
        field = Input()
        field.cursor_blink = False
        yield field
        yield BareLines()
        yield Static("READY")

    def on_mount(self) -> None:
        """Within the key, as the program does it."""
        self.watch(self.query_one(Input), "value", self.change, init=False)

    def change(self) -> None:
        """Another text, another list."""
        lines = self.query_one(BareLines)
        lines.text += 1
        lines.refresh()


if __name__ == "__main__":
    BareList().run()
