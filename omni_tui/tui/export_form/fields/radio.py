"""One of a few with all of them in sight: `● PDF   ○ PNG   ○ XLSX`."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from omni_tui.tui.export_form.fields.one_of import Choice, OneOf

GAP = 3


class RadioLine(OneOf):
    """All choices beside each other. `HINT` says what keys do in it, `help_text` what it is for."""

    HINT = "←→ choose"

    def __init__(self, choices: Sequence[Choice], help_text: str, *, id: str | None = None) -> None:
        super().__init__(choices, id=id)
        self.help_text = help_text

    def render(self) -> Content:
        """The chosen one with a full dot; disabled ones in the tone of what can be skipped."""
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
        """A click chooses what it hits."""
        left = 0
        for index, choice in enumerate(self.choices):
            width = len(choice.label) + 2
            if left <= event.x < left + width:
                self.choose(index)
                return
            left += width + GAP
