"""The dashboard's filters as they stand, one a line: an export comes with these."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from omni_tui.options.filters import FilterLine
from omni_tui.options.spec import OptionSpec, OptionValue
from omni_tui.tui.text import content, fit, shorten
from omni_tui.tui.widgets.field import Field, field_id

MOST_LINES = 5
MOST_LABEL_CELLS = 24


class FilterLines(Widget, Field):
    """At most five lines; how many more there are stands in the last."""

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._lines: tuple[FilterLine, ...] = ()
        self._words = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: the dashboard has no filters."""
        return not self._lines and not self._words

    @property
    def option_value(self) -> OptionValue | None:
        """Nothing can be set here yet: the dashboard's own filters hold."""
        return None

    def show_value(self, value: OptionValue | None) -> None:
        """Nothing can be set here."""

    def show_filters(self, lines: Sequence[FilterLine]) -> None:
        """These are the dashboard's."""
        self._lines, self._words = tuple(lines), ""
        self.refresh(layout=True)

    def show_words(self, words: str) -> None:
        """There are none to show, and why."""
        self._lines, self._words = (), words
        self.refresh(layout=True)

    def render(self) -> Content:
        """Name and what it says, in two columns."""
        if self._words:
            return content(self._words, "$muted")
        fits = len(self._lines) <= MOST_LINES
        shown = self._lines if fits else self._lines[: MOST_LINES - 1]
        width = min(MOST_LABEL_CELLS, max((cell_len(line.label) for line in shown), default=0))
        rows = [self._row(line, width) for line in shown]
        if not fits:
            rows.append(
                content(f"and {len(self._lines) - len(shown)} more, as they stand in the dashboard", "$muted")
            )
        return Content("\n").join(rows)

    def _row(self, line: FilterLine, width: int) -> Content:
        says = line.summary.removeprefix(line.label).lstrip(": ")
        room = max(8, self.size.width - width - 2)
        return Content.assemble((fit(line.label, width), "$muted"), "  ", content(shorten(says, room)))
