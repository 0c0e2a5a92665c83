"""A widget in which nothing has changed is not gone through line by line.

At each paint Textual goes through all lines of all widgets between the topmost and the lowest of what has
changed: on the first screen some two hundred and forty, for the letter, the list and the count. It keeps
each, but puts them through the filters of its colours one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import textual.widget
from textual._styles_cache import StylesCache
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class KeptLines(StylesCache):
    """Keeps what it has rendered as a whole until a line of it is dirty, or all are cleared."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: tuple[Region, Sequence[LineFilter], list[Strip]] | None = None

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The lines of that part of the widget."""
        filters = widget.get_line_filters()
        if self._kept is not None and not self._dirty_lines and self._kept[:2] == (crop, filters):
            return self._kept[2]
        lines = super().render_widget(widget, crop)
        self._kept = (crop, filters, lines)
        return lines

    def clear(self) -> None:
        """Nothing holds any more."""
        self._kept = None
        super().clear()


def keep_lines() -> None:
    """All widgets that are made from now on keep theirs so."""
    textual.widget.StylesCache = KeptLines  # type: ignore[attr-defined]
