"""The button that starts the export, with its key; beside it how much is wrong, and what will be made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.text import content, shorten

SEVERITIES = ((Severity.ERROR, "problem", "$error"), (Severity.WARNING, "warning", "$warning"))


class ExportButton(Widget, can_focus=True):
    """`Export  F5`, on one line."""

    HINT = "enter exports"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Export", show=False)]

    class Pressed(Message):
        """The export is wanted."""

    def __init__(self) -> None:
        super().__init__(id="export-button")
        self._key = ""

    def show_key(self, key: str) -> None:
        """The key beside the word."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        """The word and the key."""
        return Content.assemble(" Export  ", (self._key, "not bold"), " ")

    def action_press(self) -> None:
        """Say it."""
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        """A click presses."""
        self.action_press()


class ExportSummary(Widget):
    """`2 problems · PDF, letter; whole dashboard`: painted again only when it says something else."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""
        self._counts: tuple[tuple[str, str], ...] = ()

    def say(self, words: str) -> None:
        """What will be made."""
        if words != self._words:
            self._words = words
            self.refresh()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """How many there are to be seen."""
        severities = [problem.severity for problem in problems]
        counts = tuple(
            (f"{severities.count(severity)} {noun}{'s' if severities.count(severity) > 1 else ''}", colour)
            for severity, noun, colour in SEVERITIES
            if severity in severities
        )
        if counts != self._counts:
            self._counts = counts
            self.refresh()

    def render(self) -> Content:
        """The counts first: they are what one has to do with now."""
        counts = Content(" · ").join(Content.styled(*count) for count in self._counts)
        gap = " · " if counts else ""
        room = self.size.width - counts.cell_length - len(gap)
        return Content.assemble(counts, gap, content(shorten(self._words, room), "$muted"))
