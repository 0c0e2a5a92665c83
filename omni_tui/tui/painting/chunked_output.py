"""How what is painted goes out: in one piece; over a connection, what is seen first goes ahead of the rest.

A terminal holds back what it shows between two marks, and SSH what it has not whole: of a long piece nothing
is seen before the last of it has come.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HOLD, SHOW = "\x1b[?2026h", "\x1b[?2026l"
# So long that a rest is sent by itself: a tenth of what a slow line takes in a second.
LONG = 1_000
# Where the first of it may end: at a move to another place, neither at once nor far on.
LEAST_FIRST, MOST_FIRST = 24, 400
# Enough for whoever reads what was written to take it, and far too short to be seen.
PAUSE_SECONDS = 0.005

_MOVE = re.compile(r"\x1b\[\d+;\d+H")
# Lines that are moved by the terminal are no picture before they are filled in.
_SCROLLS = re.compile(r"\x1b\[[\d;]*[rLMST]")


class Pause(str):
    """Written between two pieces: what was written before is to be on its way."""

    __slots__ = ()


def is_far(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is at the other end of a connection."""
    return bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))


class Chunker:
    """Takes what is written bit by bit, and gives it out in pieces."""

    def __init__(self, *, is_far: bool) -> None:
        self._is_far = is_far
        self._waiting = ""

    def of(self, text: str) -> list[str]:
        """What to write now: nothing while a picture is not whole."""
        self._waiting += text
        if self._waiting.count(HOLD) > self._waiting.count(SHOW):
            return []
        return self._parted(self.rest())

    def rest(self) -> str:
        """What was not given out yet."""
        waiting, self._waiting = self._waiting, ""
        return waiting

    def _parted(self, whole: str) -> list[str]:
        if not self._is_far or len(whole) <= LONG or _SCROLLS.search(whole):
            return [whole] if whole else []
        move = _MOVE.search(whole, LEAST_FIRST)
        if move is None or move.start() > MOST_FIRST:
            return [whole]
        first, rest = whole[: move.start()], whole[move.start() :]
        if first.count(HOLD) > first.count(SHOW):
            first, rest = first + SHOW, HOLD + rest
        return [first, Pause(), rest]
