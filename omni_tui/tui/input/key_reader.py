"""Reads keys from the terminal, and distinguishes the escape key from the start of a sequence."""

from __future__ import annotations

import codecs
import os
import selectors
from collections.abc import Callable, Iterable

from textual import constants
from textual.message import Message

from omni_tui.tui.input.terminal_replies import ReplyFilter
from omni_tui.tui.painting.textual_patches import KeyParser

# How often to check whether to stop.
REST_SECONDS = 0.1
MAX_BYTES = 4096


class KeyReader:
    """Passes each key to `deliver`. Raises EOFError or OSError if the terminal is gone.

    Undecodable bytes, from a terminal without UTF-8 or a bad line, become replacement characters.
    """

    def __init__(self, handle: int, deliver: Callable[[Message], object]) -> None:
        self._handle = handle
        self._deliver_message = deliver
        self._parser = KeyParser()
        self.replies = ReplyFilter()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._wait = REST_SECONDS
        self._selector = selectors.SelectSelector()
        self._selector.register(handle, selectors.EVENT_READ)

    def run(self, is_over: Callable[[], bool]) -> None:
        """Read until `is_over` returns True."""
        try:
            while not is_over():
                self.turn()
        finally:
            self._selector.close()

    def turn(self) -> None:
        """Read what is available, or wait briefly for it.

        An escape counts as the key only if nothing more can be read, so that a sequence isn't split.
        """
        if self._selector.select(self._wait):
            self._parse(*self.replies.feed(self._read()))
        elif held := self.replies.release():
            self._parse(held, [])
        else:
            self._deliver(self._parser.tick())
            self._wait = REST_SECONDS

    def _parse(self, text: str, replies: list[Message]) -> None:
        if text:  # an empty text would mean the end; it is empty while a multi-byte character is incomplete
            self._deliver(self._parser.feed(text))
        for reply in replies:
            self._deliver_message(reply)
        self._wait = constants.ESCAPE_DELAY + 0.001  # after the parser's own timeout

    def _read(self) -> str:
        data = os.read(self._handle, MAX_BYTES)
        if not data:
            raise EOFError
        return self._decoder.decode(data)

    def _deliver(self, typed: Iterable[Message]) -> None:
        for message in typed:
            self._deliver_message(message)
