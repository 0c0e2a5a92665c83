"""The footer: one line with the keys that have an effect now."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

# The action at the right end.
LAST_ACTION = "help"
GAP = 2


@dataclass(frozen=True, slots=True)
class _Key:
    """One binding: its key as displayed, its description, the key to press and its action."""

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


class Footer(Widget):
    """Shows each active binding once, as many as fit. A click presses the key."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: list[_Key] = []

    def on_mount(self) -> None:
        """Subscribe to changes of the bindings, for example with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.app.screen and self._keys() != self._painted:
            self.refresh()

    def _keys(self) -> list[_Key]:
        """Return each shown action once, with its first key."""
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
        """Return whether the focused field would insert the key as a character."""
        focused = self.screen.focused
        character = display if len(display) == 1 else None
        return focused is not None and focused.check_consume_key(key, character)

    def _places(self) -> list[tuple[int, _Key]]:
        """Return the keys with their columns: as many as fit from the left, and help at the right end."""
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
        """Return the line. The help lists the keys that don't fit."""
        self._painted = self._keys()
        line = Content("")
        for x, key in self._places():
            line = Content.assemble(line, " " * (x - line.cell_length), key.content)
        return line

    async def on_click(self, event: events.Click) -> None:
        for x, key in self._places():
            if x <= event.x < x + key.width:
                self.app.simulate_key(key.key)


def _is_idle(node: DOMNode, action: str) -> bool:
    """Return whether the key has no effect now, by the node's `is_idle` method if it has one."""
    is_idle = getattr(node, "is_idle", None)
    return is_idle is not None and bool(is_idle(action))
