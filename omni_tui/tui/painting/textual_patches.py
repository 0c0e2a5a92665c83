"""Textual's compositor, with its reflow fixed: what has gone is painted over, also after a scroll."""

from __future__ import annotations

from textual import screen
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class LastingCompositor(Compositor):
    """Compares each layout with the one before it that was painted.

    After a scroll, Textual works its map of the screen out anew when somebody asks where a widget is. Had one
    gone by then, the next layout found no difference: what stood in its place (a notification, most of all)
    stayed on the terminal for good.
    """

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out; what has changed since the last time is marked to be painted."""
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result


def use_lasting_compositor() -> None:
    """From now on every screen has one, Textual's own too."""
    screen.Compositor = LastingCompositor  # type: ignore[attr-defined]
