"""Shows JSON that isn't a table as indented lines."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.grids.table_layout import shown
from omni_tui.preview.readers.json_outline import outline_of
from omni_tui.tui.common.reader import LETTER_KEYS, Reader
from omni_tui.tui.common.text import content
from omni_tui.tui.preview.content import FileContent, PreviewFrame
from omni_tui.tui.preview.facts import size_of


class _Tree(Reader):
    BINDINGS: ClassVar[list[BindingType]] = [*LETTER_KEYS]


class TreeContent(FileContent):
    """A JSON value."""

    jump_words = "line"

    def __init__(self, stage: PreviewFrame, path: Path) -> None:
        self._stage = stage
        self._path = path
        self._reader = _Tree()
        self._lines: list[str] = []
        self._found = -1

    @property
    def widget(self) -> Widget:
        """The lines."""
        return self._reader

    async def open(self) -> None:
        """Read the whole file."""
        self._lines = await run_in_daemon_thread(lambda: outline_of(self._path))
        self.is_open = True
        self._reader.add_class("-shown")
        self._reader.focus()
        self._reader.show([_colored(line) for line in self._lines])
        count = len(self._lines)
        lines = f"{count:,} line{'s' * (count != 1)}"
        self._stage.show_facts(self._path.name, f"JSON · {lines} · {size_of(self._path)}")

    async def find(self, needle: str, by: int) -> None:
        """Scroll to a line with the text."""
        reader = self._reader
        here = self._found if reader.shows_line(self._found) else reader.first_line
        numbers = range(here - 1, -1, -1) if by < 0 else range(here + by, len(self._lines))
        found = next((each for each in numbers if needle.lower() in self._lines[each].lower()), None)
        if found is None:
            where = "above" if by < 0 else "below" if here else "in the file"
            self._stage.show_message(f"“{shown(needle)}” not found {where}")
        else:
            self._stage.show_message(f"found in line {found + 1:,}")
            self._found = found
            reader.go_to_line(found)

    async def jump(self, number: int) -> None:
        """Scroll to a line."""
        self._reader.go_to_line(number - 1)

    def close(self) -> None:
        """Do nothing: nothing runs."""


def _colored(line: str) -> Content:
    name, colon, value = line.partition(": ")
    return Content.assemble(content(name + colon, "$muted"), content(value)) if colon else content(line)
