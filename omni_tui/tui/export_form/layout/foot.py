"""The foot of the form: the export button, the summary beside it, and the hint line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.choices import Stepper
from omni_tui.tui.common.text import content, shorten
from omni_tui.tui.export_form.layout.option_row import FieldWidget

SEVERITIES = ((Severity.ERROR, "problem", "$error"), (Severity.WARNING, "warning", "$warning"))

# The summary's height, and the longest word that wrapping may move to the next line.
MAX_LINES = 2
MAX_WORD_LENGTH = 12
# The space between the parts of the hint line.
GAP = 3


class ExportButton(Widget, can_focus=True):
    """`Export  F5`, on one line."""

    HINT = "enter export"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Export", show=False)]

    class Pressed(Message):
        """The button was pressed."""

    def __init__(self) -> None:
        super().__init__(id="export-button")
        self._key = ""

    def show_key(self, key: str) -> None:
        """Show the key in the button."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content.assemble(" Export  ", (self._key, "not bold"), " ")

    def action_press(self) -> None:
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        self.action_press()


class ExportSummary(Widget):
    """`2 problems · PDF, letter; whole dashboard`. Repainted only if the text changes.

    Long text wraps to a second line.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""
        self._counts = Content("")
        self._lines = 1

    def show(self, words: str) -> None:
        """Show the export in words."""
        if words != self._words:
            self._words = words
            self._show()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show the number of problems and warnings."""
        severities = [problem.severity for problem in problems]
        counts = [
            Content.styled(f"{count} {noun}{'s' if count > 1 else ''}", color)
            for severity, noun, color in SEVERITIES
            if (count := severities.count(severity))
        ]
        line = Content.assemble(Content(" · ").join(counts), " · " if counts else "")
        if line != self._counts:
            self._counts = line
            self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        """Repaint, and update the layout only if the number of lines changes."""
        length = self._counts.cell_length + content(self._words).cell_length
        lines = 1 if length <= self.size.width else MAX_LINES
        if self.size.width and lines != self._lines:
            self._lines = self.styles.height = lines
        self.refresh()

    def render(self) -> Content:
        """Return the counts, then the export in words."""
        # words aren't broken, so a line may stay shorter than the width
        room = self.size.width * self.size.height - self._counts.cell_length
        room -= MAX_WORD_LENGTH * (self.size.height - 1)
        return Content.assemble(self._counts, content(shorten(self._words, room), "$muted"))


class HintLine(Widget):
    """`←→ change   fit_page  letter  legal …   The size of a page`, as much as fits."""

    def __init__(self) -> None:
        super().__init__(id="help-line")
        self._shown: tuple[str, str, tuple[str, ...], str] = ("", "", (), "")
        self._last = ""

    def show_field(self, focused: Widget | None, field: FieldWidget | None, last: str = "") -> None:
        """Show the hint of the focused widget and of its option's field.

        `last` describes the last settings; it is shown on a line of its own while no option is focused.
        """
        chooser = next((each for each in (field, focused) if isinstance(each, Stepper)), None)
        choices = tuple(choice.label for choice in chooser.choices) if chooser is not None else ()
        chosen = chooser.chosen.label if chooser is not None else ""
        # in a field with several parts, the part's hint is more specific
        hint = str(getattr(focused, "HINT", "") or getattr(field, "HINT", ""))
        help_text = str(getattr(focused, "help_text", "")) or (field.spec.help if field is not None else "")
        shown = (hint, help_text, choices, chosen)
        last = "" if field is not None else last
        if (shown, last) != (self._shown, self._last):
            self._shown, self._last = shown, last
            self.refresh()

    def render(self) -> Content:
        """Return the keys, then the choices, then the help."""
        hint, help_text, choices, chosen = self._shown
        parts: list[Content] = []
        if hint:
            parts.append(content(hint, "$primary"))
        if choices:
            labels = [
                content(label, "bold $foreground" if label == chosen else "$muted") for label in choices
            ]
            parts.append(Content(" · ").join(labels))
        line = Content(" " * GAP).join(parts)
        room = self.size.width * self.size.height - line.cell_length - GAP
        if not help_text or (choices and room < len(help_text) + GAP):
            return line
        gap = " " * GAP if parts else ""
        if self._last and self.size.height > 1:
            help_text = shorten(help_text, self.size.width - line.cell_length - GAP)
            last = content(shorten(self._last, self.size.width), "$foreground")
            return Content.assemble(line, gap, content(help_text, "$muted"), "\n", last)
        words = content(help_text if self.size.height > 1 else shorten(help_text, room), "$muted")
        fits_beside = line.cell_length + len(gap) + words.cell_length <= self.size.width
        if not fits_beside and words.cell_length <= self.size.width < room:
            return Content.assemble(line, "\n", words)
        return Content.assemble(line, gap, words)
