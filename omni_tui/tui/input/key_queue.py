"""Queues keys, so that each is handled completely before the next.

Textual sends every key that arrived to the widget that is focused at that moment, and runs their actions
afterwards. Keys that arrive together (typed ahead over a slow connection, pasted, or sent by a script) would
all go to the first one's widget: `/` and a word to the list instead of the search.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TypeAlias

from textual import events
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.message import Message

from omni_tui.tui.host import Host

# The longest wait for a key: if a widget disappears with a key in its queue, the next key continues.
MAX_SECONDS = 1.0

Typed: TypeAlias = events.Key | events.Paste


class KeyRead(Message):
    """Follows a key through the same queues up to the application, which then knows that it was handled."""

    def __init__(self, typed: Typed) -> None:
        super().__init__()
        self.typed = typed


class KeyQueueApp(Host):
    """An application that handles keys one by one, even if they arrive together."""

    def __init__(self) -> None:
        super().__init__()
        self._current: Typed | None = None
        self._typed_ahead: deque[Typed] = deque()

    async def on_event(self, event: events.Event) -> None:
        """Queue keys while another one is being handled."""
        if not isinstance(event, Typed):
            await super().on_event(event)
            return
        if event.is_forwarded:
            await super().on_event(event)
            self._release(event)
        elif self._current is not None:
            self._typed_ahead.append(event)
            if len(self._typed_ahead) == 1:
                self._limit_wait(self._current)
        else:
            await self._hand_out(event)

    async def _hand_out(self, typed: Typed) -> None:
        self._current = typed
        if self._typed_ahead:
            self._limit_wait(typed)
        target: DOMNode = self.focused or self.screen
        await super().on_event(typed)
        if not (typed.is_forwarded and target.post_message(KeyRead(typed))):
            self._release(typed)

    def _limit_wait(self, typed: Typed) -> None:
        self.set_timer(MAX_SECONDS, partial(self._release, typed))

    def on_key_read(self, message: KeyRead) -> None:
        """Release the next key."""
        self._release(message.typed)

    def _release(self, typed: Typed) -> None:
        """Handle the next key, after what this one queued (such as a focus change)."""
        if typed is self._current:
            self.call_later(self._next, typed)

    async def _next(self, done: Typed) -> None:
        if done is not self._current:
            return
        self._current = None
        if self._typed_ahead:
            await self._hand_out(self._typed_ahead.popleft())


def readable_key(key: str) -> str:
    """Return a readable key name for one of Textual's."""
    if key.startswith("^") and len(key) > 1:
        return f"ctrl+{key[1:]}"
    if key[:1] == "f" and key[1:].isdecimal():
        return key.upper()
    character = key_to_character(key) if "_" in key else None  # question_mark, equals_sign
    return character or {"slash": "/", "plus": "+", "minus": "-", "esc": "escape"}.get(key, key)
