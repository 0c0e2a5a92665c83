"""How long a scrolled widget is, told without laying out the whole screen anew."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


def set_virtual_size(view: ScrollView, size: Size) -> None:
    """Textual lays the screen out anew and paints all of the widget at each other length.

    Neither is needed where its height is given, and its scroll bar neither comes nor goes: then only the bar
    changes. What else is seen in another place, the widget itself has to paint.
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
