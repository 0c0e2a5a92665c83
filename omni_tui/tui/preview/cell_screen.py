"""One cell of a table in full."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.formatting import plain_lines
from omni_tui.tui.common.screens.reader_screen import ReaderScreen

# Longer cells are cut to this many characters.
_MAX_CHARACTERS = 1_000_000


class CellScreen(ReaderScreen):
    """A cell's text, wrapped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_cell", "copy", tooltip="Copy this cell", id="copy-cell"),
    ]

    def __init__(self, name: str, row: int, text: str) -> None:
        super().__init__(name, note=f"row {row + 1:,} · {len(text):,} characters")
        self._text = text

    def lines(self) -> list[Content]:
        """Return the text's lines."""
        return [Content(line) for line in plain_lines(self._text[:_MAX_CHARACTERS])] or [Content("(empty)")]

    def action_copy_cell(self) -> None:
        """Copy the text."""
        self.frame.copy(self._text[:_MAX_CHARACTERS])
