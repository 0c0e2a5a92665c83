"""The baseline: a Textual application that only paints one word."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Paints READY."""

    def compose(self) -> ComposeResult:
        """Compose the word."""
        yield Static("READY")


if __name__ == "__main__":
    Bare().run()
