"""The floor: a Textual application that does nothing but paint one word."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Paints READY."""

    def compose(self) -> ComposeResult:
        """The one word."""
        yield Static("READY")


if __name__ == "__main__":
    Bare().run()
