"""The baseline for typing: a Textual application with only Textual's own input."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class BareInput(App[None]):
    """An input, and a word that shows that it is ready."""

    def compose(self) -> ComposeResult:
        """Both."""
        field = Input()
        field.cursor_blink = False  # which would never stop painting
        yield field
        yield Static("READY")


if __name__ == "__main__":
    BareInput().run()
