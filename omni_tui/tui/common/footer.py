"""The footer: one line with the keys of the place one is in."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

# The action that always stands at the right end: it names all the others.
LAST_ACTION = "help"
GAP = 2


@dataclass(frozen=True, slots=True)
class _Key:
    """One binding: how its key is written, what it does, and the key to press for it."""

    display: str
    words: str
    key: str
    action: str

    @property
    def content(self) -> Content:
        return Content.assemble((self.display, "bold $primary"), f" {self.words}")

    @property
    def width(self) -> int:
        return self.content.cell_length


class KeyLine(Widget):
    """The bindings that do something now, each once, as many as fit. A click presses the key."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: list[_Key] = []

    def on_mount(self) -> None:
        """Listen for another focus, which has other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.app.screen and self._keys() != self._painted:
            self.refresh()

    def _keys(self) -> list[_Key]:
        """Each shown action once, with its first key."""
        keys: dict[str, _Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            display = self.app.get_key_display(binding)
            is_shown = binding.show and active.enabled and not self._is_typed(binding.key, display)
            is_shown = is_shown and not _is_idle(active.node, binding.action)
            if is_shown and binding.description and binding.action not in keys:
                keys[binding.action] = _Key(display, binding.description, binding.key, binding.action)
        return list(keys.values())

    def _is_typed(self, key: str, display: str) -> bool:
        """Whether the key, a letter or a sign, would only be written where one is typing."""
        focused = self.screen.focused
        character = display if len(display) == 1 else None
        return focused is not None and focused.check_consume_key(key, character)

    def _places(self) -> list[tuple[int, _Key]]:
        """Where each key stands: from the left as many as fit, and at the right end the help."""
        keys = self._keys()
        room = self.size.width - 1
        last = next((key for key in keys if key.action == LAST_ACTION and key.width <= room), None)
        places = [] if last is None else [(room - last.width, last)]
        end = room if last is None else room - last.width - GAP
        x = 1
        for key in keys:
            if key is last:
                continue
            if x + key.width > end:
                break
            places.append((x, key))
            x += key.width + GAP
        return sorted(places, key=lambda place: place[0])

    def render(self) -> Content:
        """As many keys as fit; what does not fit is in the help."""
        self._painted = self._keys()
        line = Content("")
        for x, key in self._places():
            line = Content.assemble(line, " " * (x - line.cell_length), key.content)
        return line

    async def on_click(self, event: events.Click) -> None:
        """Press the key that stands under the mouse."""
        for x, key in self._places():
            if x <= event.x < x + key.width:
                self.app.simulate_key(key.key)


def _is_idle(node: DOMNode, action: str) -> bool:
    """Whether the key would only say now why it does nothing. Who knows that has a method `is_idle`."""
    is_idle = getattr(node, "is_idle", None)
    return is_idle is not None and bool(is_idle(action))
