"""The hint line at the foot of the form: the focused field's keys and purpose."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from omni_tui.tui.common.text import content, shorten
from omni_tui.tui.export_form.fields.choices import ChoiceLine
from omni_tui.tui.export_form.filters.inputs import Stepper
from omni_tui.tui.export_form.layout.option_row import FieldWidget

GAP = 3


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
        chooser = next((each for each in (field, focused) if isinstance(each, ChoiceLine | Stepper)), None)
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
