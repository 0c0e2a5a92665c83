"""Divides output into chunks: locally one per update; over SSH, the first visible change goes ahead.

Terminals show a synchronized update only at its end, and SSH sends whole packets, so nothing of a long
update would be visible until all of it has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HOLD, SHOW = "\x1b[?2026h", "\x1b[?2026l"
# Output longer than this (in characters) is split: a tenth of what a slow line sends in a second.
LONG = 1_000
# The first chunk ends at a cursor move within this range of characters.
MIN_FIRST_CHUNK, MAX_FIRST_CHUNK = 24, 400
# Long enough for the reader to forward the first chunk, and too short to notice.
PAUSE_SECONDS = 0.005

_MOVE = re.compile(r"\x1b\[\d+;\d+H")
# Scrolled lines look wrong until they are filled in.
_SCROLLS = re.compile(r"\x1b\[[\d;]*[rLMST]")


class Pause(str):
    """Written between two chunks: flush the first one and wait PAUSE_SECONDS."""

    __slots__ = ()


def is_far(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal is at the other end of an SSH connection."""
    return bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))


class Chunker:
    """Collects output and returns it in chunks."""

    def __init__(self, *, is_far: bool) -> None:
        self._is_far = is_far
        self._waiting = ""

    def feed(self, text: str) -> list[str]:
        """Return the chunks to write now; none while an update is incomplete."""
        self._waiting += text
        if self._waiting.count(HOLD) > self._waiting.count(SHOW):
            return []
        return self._split(self.rest())

    def rest(self) -> str:
        """Return the output not returned yet."""
        waiting, self._waiting = self._waiting, ""
        return waiting

    def _split(self, whole: str) -> list[str]:
        if not self._is_far or len(whole) <= LONG or _SCROLLS.search(whole):
            return [whole] if whole else []
        move = _MOVE.search(whole, MIN_FIRST_CHUNK)
        if move is None or move.start() > MAX_FIRST_CHUNK:
            return [whole]
        first, rest = whole[: move.start()], whole[move.start() :]
        if first.count(HOLD) > first.count(SHOW):
            first, rest = first + SHOW, HOLD + rest
        return [first, Pause(), rest]
