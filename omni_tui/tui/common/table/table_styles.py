"""Caches the styles of a list by component class.

Textual computes styles for each painted line, which would take most of a key's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

Tone: TypeAlias = str
"""One of RowList.TONES."""


class TableStyles:
    """The cached styles of one list. Call `clear` when the theme or the focus changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[object, Style] = {}

    def clear(self) -> None:
        """Drop all styles."""
        self._styles.clear()

    def ground(self, component: str) -> Style:
        """Return the style of that component class, or of the list itself if it is empty."""
        style = self._styles.get(component)
        if style is None:
            style = self._widget.get_component_rich_style(component) if component else self._widget.rich_style
            self._styles[component] = style
        return style

    def toned(self, component: str, tone: Tone) -> Style:
        """Return a tone on that component's background."""
        style = self._styles.get((component, tone))
        if style is None:
            base = self.ground(component)
            style = self._styles[component, tone] = base if tone == "text" else base + self.tone(tone)
        return style

    def tone(self, tone: Tone) -> Style:
        """Return a tone without a background."""
        style = self._widget.get_component_rich_style(f"row-list--{tone}", partial=True)
        return Style(color=style.color, bold=style.bold, dim=style.dim)


def joined(parts: Sequence[tuple[str, Style]], length: int, width: int, base: Style) -> Strip:
    """Return a line of `width` columns: the parts, which take `length` columns, padded with spaces.

    Adjacent parts of one style become one segment, which saves bytes.
    """
    segments: list[Segment] = []
    text, style = "", parts[0][1] if parts else base
    for part, its_style in parts:
        if its_style is not style and its_style != style:
            segments.append(Segment(text, style))
            text, style = "", its_style
        text += part
    if length < width:
        if style is not base and style != base:
            segments.append(Segment(text, style))
            text, style = "", base
        text += " " * (width - length)
    segments.append(Segment(text, style))
    strip = Strip(segments, max(length, width))
    return strip if length <= width else strip.crop(0, width)
