"""What kitty answers to a file transfer (OSC 5113) comes among the keys, and is taken out of them.

Textual knows no such sequence, and would hand it on letter by letter, as if all of it had been typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message import Message

BEGIN = "\x1b]5113;"
# By which terminals end a sequence.
_ENDS = ("\x1b\\", "\a")
# Far longer than any answer: paths and messages of systems. What is longer is none.
MOST_CHARACTERS = 64 * 1024
# So long may the line be silent within the first seven characters of a reply that is awaited, and so long
# behind the first of them: alt+] and the escape key have to wait then.
MOST_SECONDS = 1.0
ESCAPE_SECONDS = 0.3


class TransferReply(Message):
    """The terminal has answered: what stands in its sequence behind `5113;`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class ReplyFilter:
    """Parts what is read into keys and replies, also where a reply comes in pieces.

    `is_awaited` while a transfer runs: only then is much time spent on whether something may become one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.is_awaited = False
        self._clock = clock
        self._held = ""
        self._held_since = 0.0
        self._gave_escape = False
        """The last that was given away was an escape, of which the rest may come yet."""

    def part(self, text: str) -> tuple[str, list[str]]:
        """What is for the keys, and the replies that are complete. What may become one is held back."""
        if self._gave_escape and _is_rest(text):
            text = f"\x1b{text}"
        text, self._held, self._gave_escape = self._held + text, "", False
        self._held_since = self._clock()
        keys: list[str] = []
        replies: list[str] = []
        while (at := text.find(BEGIN)) >= 0:
            keys.append(text[:at])
            ends = [(place, end) for end in _ENDS if (place := text.find(end, at + len(BEGIN))) >= 0]
            if not ends:
                self._held = text[at:] if len(text) - at <= MOST_CHARACTERS else ""
                return "".join(keys), replies
            place, end = min(ends)
            replies.append(text[at + len(BEGIN) : place])
            text = text[place + len(end) :]
        begun = self._begun(text)
        self._held = text[len(text) - begun :]
        keys.append(text[: len(text) - begun])
        return "".join(keys), replies

    def _begun(self, text: str) -> int:
        """How many characters at the end may be the beginning of a reply."""
        least = 1 if self.is_awaited else 2
        lengths = range(min(len(BEGIN) - 1, len(text)), least - 1, -1)
        return next((length for length in lengths if text.endswith(BEGIN[:length])), 0)

    def release(self) -> str:
        """Nothing more has come for a while: what was only the beginning of something is for the keys."""
        if self._held.startswith(BEGIN):  # the rest of a reply is on its way, and is no key
            return ""
        patience = ESCAPE_SECONDS if len(self._held) == 1 else MOST_SECONDS
        if self.is_awaited and self._clock() - self._held_since <= patience:
            return ""
        held, self._held = self._held, ""
        self._gave_escape = self.is_awaited and held == "\x1b"
        return held


def _is_rest(text: str) -> bool:
    """Whether this, with an escape before it, begins a reply; a single sign may be typed."""
    rest = BEGIN[1:]
    return text.startswith(rest) or (len(text) > 1 and rest.startswith(text))
