"""Reading keys from a pipe instead of a terminal: keys, split sequences, the escape key."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from textual import constants, events
from textual.message import Message

from omni_tui.tui.input.key_reader import KeyReader


@dataclass
class Typing:
    """The input, and the keys read from it."""

    handle: int
    reader: KeyReader
    taken: list[Message] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.taken if isinstance(message, events.Key)]

    def type(self, data: bytes) -> None:
        os.write(self.handle, data)


@pytest.fixture
def typing() -> Iterator[Typing]:
    read, write = os.pipe()
    taken: list[Message] = []
    yield Typing(write, KeyReader(read, taken.append), taken)
    os.close(read)
    os.close(write)


def test_keys_are_delivered_in_order(typing: Typing) -> None:
    typing.type(b"a\x1b[A\r")
    typing.reader.turn()
    assert typing.keys == ["a", "up", "enter"]


def test_a_lone_escape_is_the_key_once_nothing_follows(typing: Typing) -> None:
    typing.type(b"\x1b")
    typing.reader.turn()
    assert typing.keys == []  # more may follow
    typing.reader.turn()
    assert typing.keys == ["escape"]


def test_a_split_sequence_is_one_key(typing: Typing) -> None:
    for piece in (b"\x1b", b"[", b"A"):
        typing.type(piece)
        typing.reader.turn()
    typing.reader.turn()
    assert typing.keys == ["up"]


def test_a_late_read_still_completes_a_sequence(typing: Typing) -> None:
    typing.type(b"\x1b")
    typing.reader.turn()
    time.sleep(2 * constants.ESCAPE_DELAY)  # the program was busy
    typing.type(b"[B")
    typing.reader.turn()
    assert typing.keys == ["down"]


def test_a_multibyte_character_may_be_split(typing: Typing) -> None:
    first, second = "ü".encode()[:1], "ü".encode()[1:]
    typing.type(first)
    typing.reader.turn()
    typing.type(second)
    typing.reader.turn()
    assert [message.character for message in typing.taken if isinstance(message, events.Key)] == ["ü"]


def test_an_invalid_byte_does_not_stop_reading(typing: Typing) -> None:
    typing.type(b"\xff")
    typing.reader.turn()
    typing.type(b"a")
    typing.reader.turn()
    assert typing.keys[-1] == "a"


def test_a_lost_terminal_is_reported() -> None:
    read, write = os.pipe()
    reader = KeyReader(read, lambda _: None)
    os.close(write)
    with pytest.raises(EOFError):
        reader.run(lambda: False)
    os.close(read)


def test_reading_stops_when_requested(typing: Typing) -> None:
    turns = iter([False, True])
    typing.type(b"ab")
    typing.reader.run(lambda: next(turns))
    assert typing.keys == ["a", "b"]
