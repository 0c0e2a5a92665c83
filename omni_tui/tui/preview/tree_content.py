"""Shows JSON that isn't a table as indented lines."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.grids.table_layout import shown
from omni_tui.preview.readers.json_outline import outline_of
from omni_tui.tui.common.reader import LETTER_KEYS, Reader
from omni_tui.tui.common.text import content
from omni_tui.tui.preview.content import FileContent, PreviewFrame
from omni_tui.tui.preview.facts import size_of


class TreeContent(Reader, FileContent):
    """A JSON value."""

    BINDINGS: ClassVar[list[BindingType]] = [*LETTER_KEYS]
    jump_words = "line"

    def __init__(self, stage: PreviewFrame, path: Path) -> None:
        super().__init__()
        self.stage = stage
        self.path = path
        self._texts: list[str] = []
        self._found = -1

    async def open(self) -> None:
        """Read the whole file."""
        self._texts = await run_in_daemon_thread(lambda: outline_of(self.path))
        self.is_open = True
        self.add_class("-shown")
        self.focus()
        self.show([_colored(line) for line in self._texts])
        self.show_facts()

    def show_facts(self) -> None:
        """Show the number of lines in the frame."""
        count = len(self._texts)
        lines = f"{count:,} line{'s' * (count != 1)}"
        self.stage.show_facts(self.path.name, f"JSON · {lines} · {size_of(self.path)}")

    async def find(self, needle: str, by: int) -> None:
        """Scroll to a line with the text."""
        here = self._found if self.shows_line(self._found) else self.first_line
        numbers = range(here - 1, -1, -1) if by < 0 else range(here + by, len(self._texts))
        found = next((each for each in numbers if needle.lower() in self._texts[each].lower()), None)
        if found is None:
            where = "above" if by < 0 else "below" if here else "in the file"
            self.stage.show_message(f"“{shown(needle)}” not found {where}")
        else:
            self.stage.show_message(f"found in line {found + 1:,}")
            self._found = found
            self.go_to_line(found)

    async def jump(self, number: int) -> None:
        """Scroll to a line."""
        self.go_to_line(number - 1)


def _colored(line: str) -> Content:
    name, colon, value = line.partition(": ")
    return Content.assemble(content(name + colon, "$muted"), content(value)) if colon else content(line)
