"""Set the virtual size of a scrolled widget without laying out the whole screen."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar


def set_virtual_size(view: ScrollView, size: Size) -> None:
    """Set the virtual size. If only the scroll bar changes, skip the layout and repaint that Textual does.

    That is the case if the height is fixed and the scroll bar neither appears nor disappears. The widget
    itself must repaint lines that moved.
    """
    before = view.virtual_size
    if size == before:
        return
    height = view.container_size.height
    has_bar = view.styles.overflow_y == "scroll" or size.height > height
    fixed = view.styles.height is not None and not view.styles.height.is_auto
    if not (fixed and height and size.width == before.width and has_bar is view.show_vertical_scrollbar):
        view.virtual_size = size
        return
    view.set_reactive(ScrollView.virtual_size, size)
    if has_bar:
        _set_scroll_length(view.vertical_scrollbar, size.height)


def _set_scroll_length(bar: ScrollBar, length: int) -> None:
    """Set the length that the bar stands for, and repaint the bar only if it then looks different."""
    before = _bar_segments(bar)
    bar.set_reactive(ScrollBar.window_virtual_size, length)
    if _bar_segments(bar) != before:
        bar.refresh()


def _bar_segments(bar: ScrollBar) -> list[Segment]:
    """Return the bar's cells, to compare how it looks; the colors don't matter."""
    height, length = bar.size.height, bar.window_virtual_size
    return bar.renderer.render_bar(height, length, bar.window_size, bar.position).segments
