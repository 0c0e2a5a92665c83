"""Filters the terminal's replies out of the keys. Textual would treat their characters as typed.

Two replies are used: kitty's to a file transfer (OSC 5113), and any terminal's name (XTVERSION, a DCS).
Others are dropped. They answer an earlier program, such as an editor that asked for colors and was closed
before the reply arrived, and their letters would act as keys: `c` in the downloads cancels one.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from textual.message import Message

NAME = "\x1bP>|"
# A reply, or the beginning of one that reaches to the end of the text. A bell doesn't end a DCS.
_REPLY = re.compile(
    r"\x1b\]5113;(?P<transfer>.*?)(?:\x1b\\|\a|\Z)"
    r"|\x1bP>\|(?P<name>.*?)(?:\x1b\\|\Z)"
    # The others end at any other escape, which may be the end of a paste that one is part of.
    # colors, the clipboard and other settings; cells and notifications of iTerm2 and kitty
    r"|\x1b\](?:4|5|1\d|2[12]|52|99|1337);(?P<osc>[^\x1b\a]*(?:\x1b\Z)?)(?:\x1b\\|\a|\Z)"
    # a setting (DECRQSS), a capability (XTGETTCAP), the unit's ID (DA3); kitty's graphics
    r"|\x1b(?:P[01][$+]r|P!\||_G)(?P<dcs>[^\x1b]*(?:\x1b\Z)?)(?:\x1b\\|\Z)"
    # attributes (DA), the keyboard's mode, status (DSR), the window's size: never keys or what Textual reads
    r"|\x1b\[(?=[?>=]|[03]n|\d(?:;\d+)*t)(?P<csi>[?>=]?[\d;:]*)[a-zA-Z]",
    re.DOTALL,
)
# What may become a reply, at the end of the text.
_BEGINNING = re.compile(r"\x1b(?:\]\d{0,4}|P(?:[>!]|[01][$+]?)?|_|\[[?>=]?[\d;:]{0,64})?\Z")
# Longer than any reply with its paths and error messages. Anything longer is dropped.
MAX_CHARACTERS = 64 * 1024
# How long to wait for the rest of an expected reply's first characters, and after its first one, escape.
# These delay alt+] and the escape key during a transfer, but not while only the name is expected.
MAX_SECONDS = 1.0
ESCAPE_SECONDS = 0.3
# After this long without input, an incomplete reply is dropped.
SILENT_SECONDS = 10.0
# The longest wait for the terminal's name, on a slow line.
NAME_SECONDS = 30.0


class TransferReply(Message):
    """A reply to a file transfer: the text after `5113;`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TerminalName(Message):
    """The terminal's name and version, such as `WezTerm 20240203-110809-5046fc22`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class ReplyFilter:
    """Separates the input into keys and replies, even if a reply arrives in pieces.

    Set `is_awaited` during a transfer: only then are keys delayed that could start a reply.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.is_awaited = False
        self._clock = clock
        self._held = ""
        self._held_since = 0.0
        self._given = 0
        """How many of the held characters were already passed on as keys: an escape."""
        self._is_too_long = False
        """Whether the middle of the held text was dropped."""
        self._name_asked_at = -NAME_SECONDS
        self._name_came = threading.Event()

    def expect_name(self) -> None:
        """Expect the terminal's name from now on."""
        self._name_came.clear()
        self._name_asked_at = self._clock()

    def wait_for_name(self, seconds: float) -> None:
        """Wait until the name arrives, at most `seconds` after the request. Not for the reading thread."""
        self._name_came.wait(max(0.0, self._name_asked_at + seconds - self._clock()))

    @property
    def _is_name_awaited(self) -> bool:
        is_soon = self._clock() - self._name_asked_at < NAME_SECONDS
        return is_soon and not self._name_came.is_set()

    def feed(self, text: str) -> tuple[str, list[Message]]:
        """Return the keys and the complete replies; hold back what may become a reply."""
        text, given = self._held + text, self._given
        self._held, self._given, self._held_since = "", 0, self._clock()
        keys, end = "", 0
        replies: list[Message] = []
        for found in _REPLY.finditer(text):
            keys += text[end : found.start()]
            end = found.end()
            given = given if found.start() else 0  # it was the start of this
            replies += self._replies(found)
        rest = text[end:]
        begun = self._begun(rest)
        keys += rest[: len(rest) - begun]
        self._held += rest[len(rest) - begun :]
        if self._held == text:  # the escape that was passed on still starts the held text
            self._given = given
        return keys[given:], replies

    def _replies(self, found: re.Match[str]) -> list[Message]:
        """Return the reply; hold it if it is incomplete, or drop it if it is too long."""
        kind = found.lastgroup or ""
        text = found[kind]
        if found.end(kind) == found.end():
            beginning = found[0][: found.start(kind) - found.start()]
            self._is_too_long = self._is_too_long or len(text) > MAX_CHARACTERS
            # of a reply that is too long, only the last character is kept, which may start the end
            self._held = beginning + (text[-1:] if self._is_too_long else text)
            return []
        was_too_long, self._is_too_long = self._is_too_long, False
        if was_too_long:
            return []
        if kind == "transfer":
            return [TransferReply(text)]
        if kind == "name":
            self._name_came.set()
            return [TerminalName(text)]
        return []

    def _begun(self, text: str) -> int:
        """Return how many characters at the end may start a reply."""
        found = _BEGINNING.search(text)
        begun = len(found[0]) if found else 0
        return begun if begun > 1 or self.is_awaited or self._is_name_awaited else 0

    def release(self) -> str:
        """Return the held text as keys if nothing followed in time."""
        silence = self._clock() - self._held_since
        if _REPLY.match(self._held):  # the rest of the reply will follow
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
        """Return how many seconds to hold the text."""
        if self._held == "\x1b":
            return ESCAPE_SECONDS if self.is_awaited else 0.0
        if self.is_awaited or (self._is_name_awaited and NAME.startswith(self._held)):
            return ESCAPE_SECONDS if self._given else MAX_SECONDS
        return 0.0
