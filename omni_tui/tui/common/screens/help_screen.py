"""The help screen: all keys that work on the current screen."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from textwrap import wrap
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from omni_tui.tui.input.key_queue import readable_key
from omni_tui.tui.messages import ShowHelpTopics

# Keys that work on every screen.
_COMMON = (
    ("tab, shift+tab", "Next/previous field"),
    ("ctrl+p", "Command palette"),
    ("ctrl+q", "Quit"),
)
# Textual's actions for them, which have no good descriptions.
_LISTED_ABOVE = {"app.command_palette", "command_palette", "quit", "app.quit"}
# The action that selects a choice by its first letter.
_LETTER = "letter("
_GAP, _MIN_WORDS = 3, 16


class KeyTable(Widget):
    """Keys and their descriptions in two columns."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines in this width, so that the first paint is complete."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Return the lines, with the descriptions wrapped to the width."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        before = max(len(keys) for keys, _ in self._rows) + _GAP
        lines: list[Content] = []
        for keys, words in self._rows:
            for number, line in enumerate(wrap(words, max(_MIN_WORDS, width - before))):
                lines.append(Content.assemble(((keys if not number else "").ljust(before), "$primary"), line))
        return lines


class HelpScreen(ModalScreen[None]):
    """Lists the keys that work on a screen, with all alternatives."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q,enter", "dismiss", "close", key_display="escape"),
        Binding("t", "topics", "topics", tooltip="All help topics"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._keys = _keys_of(about)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="frame", id="help") as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "t all help topics · escape close"
            yield KeyTable(self._keys)

    def action_topics(self) -> None:
        """Show the help topics in place of the keys."""
        self.app.post_message(ShowHelpTopics())
        self.dismiss()


def _keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    """Return keys and descriptions: actions first, keys that only move the cursor last."""
    bindings = [active.binding for active in screen.active_bindings.values() if active.enabled]
    bindings = [binding for binding in bindings if binding.description]
    described = {binding.action for binding in bindings if binding.show or binding.tooltip} - _LISTED_ABOVE
    rest = {binding.action for binding in bindings} - described - _LISTED_ABOVE - _textuals_own()
    return [*_rows(screen, bindings, described), *_COMMON, *_rows(screen, bindings, rest)]


def _rows(
    screen: Screen[object], bindings: Iterable[Binding], actions: Container[str]
) -> list[tuple[str, str]]:
    """Return one row per action with all its keys; selecting by letter is one row."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in bindings:
        if binding.action not in actions:
            continue
        name = binding.action
        if name.startswith(_LETTER):
            name, shown = _LETTER, "a letter"
        else:
            shown = screen.app.get_key_display(binding) if not keys.get(name) else binding.key
        keys.setdefault(name, []).append(readable_key(shown))
        words.setdefault(name, _sentence(binding.tooltip or binding.description))
    return [(", ".join(dict.fromkeys(names)), words[name]) for name, names in keys.items()]


def _textuals_own() -> frozenset[str]:
    """Return the actions that Textual binds in inputs, on screens and for scrolling."""
    kinds = (App, Screen, Input, ScrollableContainer)
    own = (Binding.make_bindings(kind.BINDINGS) for kind in kinds)
    return frozenset(binding.action for bindings in own for binding in bindings)


def _sentence(words: str) -> str:
    """Return the text with a capital first letter; footer labels are lowercase."""
    return words[:1].upper() + words[1:]
