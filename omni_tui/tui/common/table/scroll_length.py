"""Set the virtual size of a scrolled widget without laying out the whole screen."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


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
        view.vertical_scrollbar.window_virtual_size = size.height
