"""What every kind of content in the preview does; its widget is what is seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from textual.widget import Widget

from omni_tui.tui.host import Host


class Stage(Protocol):
    """The screen, as content sees it."""

    def show_facts(self, title: str, note: str) -> None:
        """Show what is open in the frame."""
        ...

    def say(self, words: str) -> None:
        """Say something in the frame for a moment."""
        ...

    def show_trouble(self, words: str) -> None:
        """Say why there is nothing to see."""
        ...


class FileContent(ABC):
    """An open file. Its coroutines run as workers of the screen; they raise PreviewError and Stopped."""

    jump_words = "row"
    """What a typed number means."""
    is_open = False
    parts = 1
    """How many tables or pages there are, as far as is known."""

    @property
    @abstractmethod
    def widget(self) -> Widget:
        """What shows it."""

    @abstractmethod
    async def open(self) -> None:
        """Read the beginning and show it."""

    @abstractmethod
    async def find(self, needle: str, by: int) -> None:
        """Find a text: from here on (0), the next place (1) or the one before (-1)."""

    @abstractmethod
    async def jump(self, number: int) -> None:
        """Go to a row or page, counted from 1."""

    async def go_to_part(self, by: int) -> None:
        """Show the next table or page (1), or the one before (-1); many files have one."""
        return

    def cover(self) -> None:
        """Another screen covers this one."""
        return

    def uncover(self) -> None:
        """Nothing covers this screen any more."""
        return

    def go_up(self) -> bool:
        """Go back to the list of what is in the file; False when there is none."""
        return False

    @abstractmethod
    def close(self) -> None:
        """End all reading."""


def colors_of(host: Host) -> int:
    """Return how many colors a page may have on this terminal: any number, few, or none."""
    from omni_tui.preview.pages.document import FEW_COLORS, FULL_COLORS, NO_COLORS

    if host.no_color or host.is_ascii or host.console.color_system is None:
        return NO_COLORS
    return FEW_COLORS if host.console.color_system == "standard" else FULL_COLORS
