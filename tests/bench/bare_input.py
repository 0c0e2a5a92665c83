"""The floor for typing: a Textual application with nothing but an input, as Textual has it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class BareInput(App[None]):
    """An input, and a word that tells that it is there."""

    def compose(self) -> ComposeResult:
        """Both."""
        field = Input()
        field.cursor_blink = False  # which would never fall silent
        yield field
        yield Static("READY")


if __name__ == "__main__":
    BareInput().run()
