"""Keys in turn: the next one is handed out when the one before has done what it does.

Textual hands every key that has arrived to the widget that is focused at that moment, and runs what the keys
are bound to only afterwards. Keys that come in one go (typed ahead over a slow connection, pasted, or sent by
a script) would then all go to where the first one started: `/` and a word to the list in place of the search.
"""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from textual import events
from textual.dom import DOMNode
from textual.message import Message

from omni_tui.tui.host import Host

# Far longer than a key takes. Reached when a widget vanishes with a key in its queue: the next one goes on.
MOST_SECONDS = 1.0

Typed: TypeAlias = events.Key | events.Paste


class KeyRead(Message):
    """Follows a key through the same queues, up to the application: whoever wanted the key has had it."""

    def __init__(self, typed: Typed) -> None:
        super().__init__()
        self.typed = typed


class KeyQueueApp(Host):
    """An application in which keys that come all at once do what they do one by one."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: Typed | None = None
        self._typed_ahead: deque[Typed] = deque()

    async def on_event(self, event: events.Event) -> None:
        """Hold back what is typed while a key is under way; follow that key until it has come up again."""
        if not isinstance(event, Typed):
            await super().on_event(event)
            return
        if event.is_forwarded:
            await super().on_event(event)
            self._release(event)
        elif self._under_way is not None:
            self._typed_ahead.append(event)
            self.set_timer(MOST_SECONDS, lambda late=self._under_way: self._release(late))
        else:
            await self._hand_out(event)

    async def _hand_out(self, typed: Typed) -> None:
        self._under_way = typed
        target: DOMNode = self.focused or self.screen
        await super().on_event(typed)
        if not (typed.is_forwarded and target.post_message(KeyRead(typed))):
            self._release(typed)

    def on_key_read(self, message: KeyRead) -> None:
        """A key was taken on its way up."""
        self._release(message.typed)

    def _release(self, typed: Typed) -> None:
        """It is done; what it asked for (to move the focus) waits in our queue already, and comes first."""
        if typed is self._under_way:
            self.call_later(self._next, typed)

    async def _next(self, done: Typed) -> None:
        if done is not self._under_way:
            return
        self._under_way = None
        if self._typed_ahead:
            await self._hand_out(self._typed_ahead.popleft())


def readable_key(key: str) -> str:
    """A key as people write it: Textual's short forms spelled out."""
    if key.startswith("^") and len(key) > 1:
        return f"ctrl+{key[1:]}"
    if key[:1] == "f" and key[1:].isdecimal():
        return key.upper()
    return {"slash": "/", "question_mark": "?", "esc": "escape"}.get(key, key)
