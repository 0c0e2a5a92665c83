"""A field that shows all of its choices: `● PDF   ○ PNG   ○ XLSX`."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from omni_tui.tui.export_form.fields.one_of import Choice, OneOf

GAP = 3


class RadioLine(OneOf):
    """All choices on one line. `HINT` names the keys, `help_text` describes the field."""

    HINT = "←→ select"

    def __init__(self, choices: Sequence[Choice], help_text: str, *, id: str | None = None) -> None:
        super().__init__(choices, id=id)
        self.help_text = help_text

    def render(self) -> Content:
        """Return the choices: the selected one with a full dot, disabled ones muted."""
        parts: list[Content | str] = []
        for index, choice in enumerate(self.choices):
            if index == self._index:
                words = "bold on $cursor-line" if self.has_focus else "bold"
                piece = Content.assemble(("● ", "$primary"), (choice.label, words))
            else:
                words = "$muted" if self.is_choice_disabled(choice) else ""
                piece = Content.assemble(("○ ", "$muted"), (choice.label, words))
            parts += [" " * GAP, piece] if index else [piece]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Select the clicked choice."""
        left = 0
        for index, choice in enumerate(self.choices):
            width = len(choice.label) + 2
            if left <= event.x < left + width:
                self.choose(index)
                return
            left += width + GAP
