"""What the terminal answers comes among the keys, and is taken out of them.

Two answers are known here: kitty's to a file transfer (OSC 5113), and any terminal's to the question for its
name (XTVERSION, a DCS). Textual knows neither, and would hand them on letter by letter, as if all of it had
been typed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from textual.message import Message

TRANSFER, NAME = "\x1b]5113;", "\x1bP>|"
_BEGINNINGS = (TRANSFER, NAME)
# By which terminals end each of them. A bell within a DCS ends nothing.
_ENDS = {TRANSFER: ("\x1b\\", "\a"), NAME: ("\x1b\\",)}
# Far longer than any answer: paths and messages of systems. What is longer is none.
MOST_CHARACTERS = 64 * 1024
# So long may the line be silent within the first characters of a reply that is awaited, and so long behind
# the first of them: alt+] and the escape key have to wait then. Who asks for the name lets no key wait.
MOST_SECONDS = 1.0
ESCAPE_SECONDS = 0.3
# A terminal that falls silent for so long in the middle of an answer never ends it.
SILENT_SECONDS = 10.0
# A terminal that knows the question for its name has answered by then, over the slowest of lines.
NAME_SECONDS = 30.0


class TransferReply(Message):
    """The terminal has answered to a transfer: what stands in its sequence behind `5113;`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TerminalName(Message):
    """The terminal has told its name and version, in its own way: `WezTerm 20240203-110809-5046fc22`."""

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
        self._given = 0
        """How many characters of what is held have gone to the keys already: an escape, taken for the key."""
        self._is_too_long = False
        """The middle of what is held has been dropped."""
        self._name_asked_at = -NAME_SECONDS
        self._name_came = threading.Event()

    def expect_name(self) -> None:
        """The terminal is asked for its name now."""
        self._name_came.clear()
        self._name_asked_at = self._clock()

    def wait_for_name(self, seconds: float) -> None:
        """Until it has come, if it was asked for in these last seconds; for a thread that does not read."""
        self._name_came.wait(max(0.0, self._name_asked_at + seconds - self._clock()))

    @property
    def _is_name_awaited(self) -> bool:
        is_soon = self._clock() - self._name_asked_at < NAME_SECONDS
        return is_soon and not self._name_came.is_set()

    def part(self, text: str) -> tuple[str, list[Message]]:
        """What is for the keys, and the replies that are complete. What may become one is held back."""
        given, self._given = self._given, 0
        text, self._held = self._held + text, ""
        self._held_since = self._clock()
        keys: list[str] = []
        replies: list[Message] = []
        while found := _first(text):
            at, beginning = found
            keys.append(text[:at])
            given = given if at else 0  # it was the beginning of this
            text = text[at + len(beginning) :]
            if (end := _end(beginning, text)) is None:
                self._hold(beginning, text)
                return "".join(keys)[given:], replies
            place, after = end
            if not self._is_too_long:
                replies += self._replies(beginning, text[:place])
            self._is_too_long = False
            text = text[after:]
        begun = self._begun(text)
        keys.append(text[: len(text) - begun])
        self._held = text[len(text) - begun :]
        for_keys = "".join(keys)
        if not for_keys and not replies:  # what was given away is the beginning of what is held, still
            self._given = given
        return for_keys[given:], replies

    def _hold(self, beginning: str, rest: str) -> None:
        """Of an answer without end, only the last sign: its end may follow."""
        self._is_too_long = self._is_too_long or len(rest) > MOST_CHARACTERS
        self._held = beginning + (rest[-1:] if self._is_too_long else rest)

    def _replies(self, beginning: str, text: str) -> list[Message]:
        if beginning == TRANSFER:
            return [TransferReply(text)]
        self._name_came.set()
        return [TerminalName(text)]

    def _begun(self, text: str) -> int:
        """How many characters at the end may be the beginning of a reply."""
        least = 1 if self.is_awaited or self._is_name_awaited else 2
        longest = max(map(len, _BEGINNINGS)) - 1
        lengths = range(min(longest, len(text)), least - 1, -1)
        return next((length for length in lengths if _may_begin(text[-length:])), 0)

    def release(self) -> str:
        """Nothing more has come for a while: what was only the beginning of something is for the keys."""
        silence = self._clock() - self._held_since
        if self._held.startswith(_BEGINNINGS):  # the rest of a reply is on its way, and is no key
            if silence > SILENT_SECONDS:
                self._held, self._given, self._is_too_long = "", 0, False
            return ""
        if silence <= self._patience():
            return ""
        held, given = self._held, self._given
        is_escape = held == "\x1b" and (self.is_awaited or self._is_name_awaited)
        self._held, self._given = (held, 1) if is_escape else ("", 0)
        return held[given:]

    def _patience(self) -> float:
        """How long what is held may wait for what follows."""
        if self._held == "\x1b":
            return ESCAPE_SECONDS if self.is_awaited else 0.0
        if self.is_awaited or (self._is_name_awaited and NAME.startswith(self._held)):
            return ESCAPE_SECONDS if self._given else MOST_SECONDS
        return 0.0


def _first(text: str) -> tuple[int, str] | None:
    """Where the first reply begins, and how."""
    found = [(at, each) for each in _BEGINNINGS if (at := text.find(each)) >= 0]
    return min(found, default=None)


def _end(beginning: str, text: str) -> tuple[int, int] | None:
    """Where a reply that begins so ends in this, and where what comes after it begins."""
    ends = [(at, at + len(each)) for each in _ENDS[beginning] if (at := text.find(each)) >= 0]
    return min(ends, default=None)


def _may_begin(text: str) -> bool:
    return any(each.startswith(text) for each in _BEGINNINGS)
