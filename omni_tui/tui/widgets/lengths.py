"""How long a scrolled widget is, told without laying out the whole screen anew."""

from __future__ import annotations

from math import ceil

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar

# Textual draws the ends of the bar to an eighth of a cell.
_FINENESS = 8


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
        _set_length(view.vertical_scrollbar, size.height)


def _set_length(bar: ScrollBar, length: int) -> None:
    """A bar that looks as it did is not painted again: each of its lines costs as much as a row."""
    if _ends(bar, length) == _ends(bar, bar.window_virtual_size):
        bar.set_reactive(ScrollBar.window_virtual_size, length)
    else:
        bar.window_virtual_size = length


def _ends(bar: ScrollBar, length: int) -> tuple[int, int] | None:
    """Where Textual draws the thumb's ends for something so long; None where there is none."""
    window, height = bar.window_size, bar.size.height
    if not 0 < window < length or not height:
        return None
    thumb = max(1, window * height / length)
    start = int((height - thumb) * bar.position / (length - window) * _FINENESS)
    return start, start + ceil(thumb * _FINENESS)
