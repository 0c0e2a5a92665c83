"""Answers to a file transfer are taken out of the keys, however they come."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from omni_tui.tui.terminal.key_reading import KeyReader
from omni_tui.tui.terminal.replies import (
    ESCAPE_SECONDS,
    MOST_CHARACTERS,
    MOST_SECONDS,
    ReplyFilter,
    TransferReply,
)

REPLY = "\x1b]5113;ac=status;id=a;st=T0s=\x1b\\"
INSIDE = "ac=status;id=a;st=T0s="


def parted(pieces: list[str], *, is_awaited: bool = True) -> tuple[str, list[str]]:
    filter_ = ReplyFilter()
    filter_.is_awaited = is_awaited
    keys, replies = "", []
    for piece in pieces:
        for_keys, found = filter_.part(piece)
        keys += for_keys
        replies += found
    filter_.is_awaited = False  # nothing more will come
    return keys + filter_.release(), replies


@given(st.lists(st.sampled_from(["a", "\x1b", "\x1b[A", REPLY, "\x1b]", "]", "ü", "\x1bOP"])), st.data())
def test_cut_anywhere_the_keys_and_the_replies_are_the_same(typed: list[str], data: st.DataObject) -> None:
    text = "".join(typed)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert parted(pieces) == (text.replace(REPLY, ""), [INSIDE] * text.count(REPLY))


def test_a_bell_ends_it_too() -> None:
    assert parted(["x\x1b]5113;one\ay", REPLY]) == ("xy", ["one", INSIDE])


def test_what_never_ends_is_dropped() -> None:
    keys, replies = parted(["\x1b]5113;" + "x" * MOST_CHARACTERS, "a"])
    assert (keys, replies) == ("a", [])


def test_before_any_is_awaited_an_escape_is_not_held_back() -> None:
    assert ReplyFilter().part("\x1b") == ("\x1b", [])
    assert parted(["\x1b]51", f"13;{INSIDE}\x1b\\"], is_awaited=False) == ("", [INSIDE])


def test_a_silence_in_the_middle_of_its_beginning_makes_no_keys() -> None:
    now = 0.0
    filter_ = ReplyFilter(lambda: now)
    filter_.is_awaited = True
    for piece in REPLY[:2], REPLY[2:5]:
        assert filter_.part(piece) == ("", [])
        now += MOST_SECONDS / 2
        assert filter_.release() == ""
    assert filter_.part(REPLY[5:]) == ("", [INSIDE])
    filter_.part("\x1b]")
    now += 2 * MOST_SECONDS
    assert filter_.release() == "\x1b]"  # alt+], as nothing has followed


def test_of_an_escape_that_was_taken_for_the_key_the_rest_is_still_none() -> None:
    now = 0.0
    filter_ = ReplyFilter(lambda: now)
    filter_.is_awaited = True
    assert filter_.part("\x1b") == ("", [])
    assert filter_.release() == ""
    now += 2 * ESCAPE_SECONDS
    assert filter_.release() == "\x1b"
    assert filter_.part(REPLY[1:4]) == ("", [])
    assert filter_.part(f"{REPLY[4:]}]") == ("]", [INSIDE])
    assert filter_.part("\x1b") == ("", [])
    now += 2 * ESCAPE_SECONDS
    assert filter_.release() == "\x1b"
    assert filter_.part("]") == ("]", [])  # typed


@pytest.mark.parametrize("is_awaited", [True, False])
def test_no_part_of_a_reply_is_a_key_and_the_escape_key_is_one(is_awaited: bool) -> None:
    read, write = os.pipe()
    taken: list[Message] = []
    reader = KeyReader(read, taken.append, {})
    reader.replies.is_awaited = is_awaited
    for piece in (f"a{REPLY}b", REPLY[:9], REPLY[9:], "c", "\x1b"):
        os.write(write, piece.encode())
        reader.turn()
    while not any(isinstance(each, events.Key) and each.key == "escape" for each in taken):
        reader.turn()
    keys = [each.key for each in taken if isinstance(each, events.Key)]
    assert keys == ["a", "b", "c", "escape"]
    assert [each.text for each in taken if isinstance(each, TransferReply)] == [INSIDE] * 2
    os.close(read)
    os.close(write)
