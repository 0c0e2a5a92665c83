"""The base of the preview's content, a widget: table, pages or tree."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Protocol

from textual.widget import Widget

from omni_tui.tui.host import Host


class PreviewFrame(Protocol):
    """The preview screen as its content sees it."""

    def show_facts(self, title: str, note: str) -> None:
        """Show the file's title and facts in the frame."""
        ...

    def show_message(self, message: str) -> None:
        """Show a message briefly in the frame."""
        ...

    def show_error(self, message: str) -> None:
        """Show why there is no content."""
        ...


class FileContent(Widget):
    """An open file. Its coroutines run as workers; they raise PreviewError and Stopped."""

    stage: PreviewFrame
    path: Path
    jump_words = "row"
    """What a number in "Go to" counts."""
    is_open = False
    parts = 1
    """The number of tables or pages known so far."""

    @abstractmethod
    async def open(self) -> None:
        """Read and show the beginning."""

    @abstractmethod
    def show_facts(self) -> None:
        """Show the file's title and facts, and which part is visible, in the frame."""

    @abstractmethod
    async def find(self, needle: str, by: int) -> None:
        """Find text: from here (0), the next match (1) or the previous one (-1)."""

    @abstractmethod
    async def jump(self, number: int) -> None:
        """Go to a row or page, counted from 1."""

    async def go_to_part(self, by: int) -> None:
        """Show the next (1) or previous (-1) table or page; do nothing if there is only one."""

    def cover(self) -> None:
        """Handle that another screen covers this one."""

    def uncover(self) -> None:
        """Handle that no screen covers this one any more."""

    def go_up(self) -> bool:
        """Go back to the file's list of tables; return False if there is none."""
        return False

    def close(self) -> None:
        """Stop all reading."""


def colors_of(host: Host) -> int:
    """Return how many colors a page may have on this terminal: FULL_COLORS, FEW_COLORS or NO_COLORS."""
    from omni_tui.preview.pages.document import FEW_COLORS, FULL_COLORS, NO_COLORS

    if host.no_color or host.is_ascii or host.console.color_system is None:
        return NO_COLORS
    return FEW_COLORS if host.console.color_system == "standard" else FULL_COLORS
