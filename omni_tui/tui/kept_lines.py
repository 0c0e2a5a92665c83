"""A widget in which nothing has changed is not gone through line by line.

At each paint Textual goes through all lines of all widgets between the topmost and the lowest of what has
changed: on the first screen some two hundred and forty, for the letter, the list and the count. It keeps
each, but puts them through the filters of its colours one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import textual.widget
from textual._styles_cache import StylesCache
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class KeptLines(StylesCache):
    """Keeps what it has rendered until a line of it is dirty, or all are cleared."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: tuple[Region, Sequence[LineFilter], list[Strip]] | None = None

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """The lines of that part of the widget."""
        filters = widget.get_line_filters()
        if self._kept is None or self._kept[:2] != (crop, filters):
            lines = super().render_widget(widget, crop)
        else:
            lines = self._kept[2]
            for part in lines_together(self._dirty_lines.intersection(crop.line_range)):
                some = Region(crop.x, part.start, crop.width, len(part))
                lines[part.start - crop.y : part.stop - crop.y] = super().render_widget(widget, some)
        self._kept = (crop, filters, lines)
        return lines

    def clear(self) -> None:
        """Nothing holds any more."""
        self._kept = None
        super().clear()


def lines_together(lines: Iterable[int]) -> Iterator[range]:
    """The same lines, those in one that are neighbours."""
    start = end = -1
    for y in sorted(lines):
        if y != end:
            if start >= 0:
                yield range(start, end)
            start = y
        end = y + 1
    if start >= 0:
        yield range(start, end)


def keep_lines() -> None:
    """All widgets that are made from now on keep theirs so."""
    textual.widget.StylesCache = KeptLines  # type: ignore[attr-defined]
