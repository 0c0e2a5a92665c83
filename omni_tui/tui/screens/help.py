"""Every key of the place one is in."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from omni_tui.tui.keys import readable_key

# What Textual binds on every screen, and in words of ours where its own would not help.
_COMMON = (
    ("tab, shift+tab", "The next field, the field before"),
    ("ctrl+p", "All actions by their names"),
    ("ctrl+q", "Quit"),
)
# Textual's own, which those say better.
_TOLD_BELOW = {"app.command_palette", "command_palette"}


class HelpScreen(ModalScreen[None]):
    """A list of the keys that act where the help was asked for, the second ways to each included."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q,enter", "dismiss", "close", key_display="escape"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._keys = _keys_of(about)

    def compose(self) -> ComposeResult:
        """One frame over the screen that it is about."""
        with VerticalScroll(classes="frame", id="help") as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "escape closes"
            width = max(len(keys) for keys, _ in self._keys) + 3
            lines = [Content.assemble((keys.ljust(width), "$primary"), words) for keys, words in self._keys]
            yield Static(Content("\n").join(lines))


def _keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    """Keys and words: each action that is shown, or has words for the help, once, with all its keys."""
    bindings = [active.binding for active in screen.active_bindings.values() if active.enabled]
    told = {binding.action for binding in bindings if binding.show or binding.tooltip} - _TOLD_BELOW
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in bindings:
        if binding.description and binding.action in told:
            shown = screen.app.get_key_display(binding) if not keys.get(binding.action) else binding.key
            keys.setdefault(binding.action, []).append(readable_key(shown))
            words.setdefault(binding.action, _sentence(binding.tooltip or binding.description))
    rows = [(", ".join(dict.fromkeys(names)), words[action]) for action, names in keys.items()]
    return [*rows, *_COMMON]


def _sentence(words: str) -> str:
    """As a sentence begins: the footer's words are written small."""
    return words[:1].upper() + words[1:]
