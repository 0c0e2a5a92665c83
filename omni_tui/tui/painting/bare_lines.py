"""Renders the lines of widgets that draw whole lines in their own colors, without Textual's extra work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from omni_tui.tui.painting.textual_patches import LineCache

if TYPE_CHECKING:
    from textual.scroll_view import ScrollView
    from textual.widget import Widget


class BareLines(LineCache):
    """Replaces Textual's line cache for a widget without border, padding, tint and opacity.

    Textual's own handles all of these and rebuilds each line four times. For a list whose rows all change,
    that was a third of the response time to a key.
    """

    def __init__(self, widget: ScrollView) -> None:
        super().__init__()
        self._widget = widget
        self._around: tuple[object, ...] = ()
        """What the cached lines depend on: region, filters and background."""
        self._lines: list[Strip | None] = []

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """Return the lines of a region of the widget, rendering only those that are dirty."""
        filters, ground = widget.get_line_filters(), widget.background_colors[1]
        around = (crop, filters, ground)
        if around != self._around or len(self._lines) != crop.height:
            self._around, self._lines = around, [None] * crop.height
        for y in self.take_dirty_lines(crop.line_range):
            self._lines[y - crop.y] = None
        # extend lines to the edge, unless a scroll bar covers it
        length = 0 if self._widget.show_vertical_scrollbar else crop.right
        for at, line in enumerate(self._lines):
            if line is None:
                strip = self._widget.render_line(crop.y + at)
                if strip.cell_length < length:
                    strip = strip.extend_cell_length(length, Style.from_color(bgcolor=ground.rich_color))
                for each in filters:
                    strip = strip.apply_filter(each, ground)
                self._lines[at] = strip.crop(crop.x, crop.right)
        return [line for line in self._lines if line is not None]

    def clear(self) -> None:
        """Drop all cached lines."""
        self._lines = []
        super().clear()


def group_lines(lines: Iterable[int]) -> Iterator[range]:
    """Group the lines into ranges of neighbors."""
    start = end = -1
    for y in sorted(lines):
        if y != end:
            if start >= 0:
                yield range(start, end)
            start = y
        end = y + 1
    if start >= 0:
        yield range(start, end)


def regions_of(lines: Iterable[int], width: int) -> Iterator[Region]:
    """Yield one region for each range of neighboring lines."""
    for part in group_lines(lines):
        yield Region(0, part.start, width, len(part))
