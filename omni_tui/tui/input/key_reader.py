"""Reading what is typed: the escape key is told from the beginning of a sequence by what follows it."""

from __future__ import annotations

import codecs
import os
import selectors
from collections.abc import Callable, Iterable

from textual import constants
from textual.message import Message

from omni_tui.tui.input.terminal_replies import ReplyFilter
from omni_tui.tui.painting.textual_patches import KeyParser

# So often is looked whether the reading is over.
REST_SECONDS = 0.1
MOST_BYTES = 4096


class KeyReader:
    """Hands each thing that is typed to `take`. Raises EOFError or OSError for a terminal that has gone.

    A byte that cannot be read is taken for a sign: a terminal without UTF-8 has such, and a bad line.
    """

    def __init__(self, handle: int, take: Callable[[Message], object]) -> None:
        self._handle = handle
        self._take = take
        self._parser = KeyParser()
        self.replies = ReplyFilter()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._wait = REST_SECONDS
        self._selector = selectors.SelectSelector()
        self._selector.register(handle, selectors.EVENT_READ)

    def run(self, is_over: Callable[[], bool]) -> None:
        """Read until it is over."""
        try:
            while not is_over():
                self.turn()
        finally:
            self._selector.close()

    def turn(self) -> None:
        """Take what there is, or wait a little for it.

        Only when nothing is there to be read, a lone escape is the key: a reader that comes late still finds
        the rest of a sequence.
        """
        if self._selector.select(self._wait):
            self._take_text(*self.replies.part(self._read()))
        elif held := self.replies.release():
            self._take_text(held, [])
        else:
            self._deliver(self._parser.tick())
            self._wait = REST_SECONDS

    def _take_text(self, text: str, replies: list[Message]) -> None:
        if text:  # nothing would be the end of all; there is nothing yet of a letter of several bytes
            self._deliver(self._parser.feed(text))
        for reply in replies:
            self._take(reply)
        self._wait = constants.ESCAPE_DELAY + 0.001  # no earlier than the parser's own clock

    def _read(self) -> str:
        data = os.read(self._handle, MOST_BYTES)
        if not data:
            raise EOFError
        return self._decoder.decode(data)

    def _deliver(self, typed: Iterable[Message]) -> None:
        for message in typed:
            self._take(message)
