"""The first answer to a key that leads to another screen: a line that tells which one, ahead of all the rest.

To put a screen together takes the processor a moment, and to send it over a slow connection much longer: a
terminal that holds back half a picture shows nothing of it before the last of it has come.
"""

from __future__ import annotations

from typing import Any

from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget


def paint_now(screen: Screen[Any], widget: Widget) -> None:
    """Paint what of the widget waits to be painted, in place of at the next turn."""
    screen._compositor.update_widgets({widget})
    screen._compositor_refresh()


def paint_line_now(screen: Screen[Any], y: int) -> None:
    """Of a screen that is shown again, paint this line ahead of all else; the rest comes as ever."""
    compositor = screen._compositor
    if compositor.size == screen.app.size:  # else it is laid out first
        compositor._dirty_regions = {Region(0, y, compositor.size.width, 1)}
        screen._compositor_refresh()
