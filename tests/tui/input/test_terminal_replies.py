"""Terminal replies are separated from keys, however the input is split."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from omni_tui.tui.input.key_reader import KeyReader
from omni_tui.tui.input.terminal_replies import (
    ESCAPE_SECONDS,
    MAX_CHARACTERS,
    MAX_SECONDS,
    NAME_SECONDS,
    SILENT_SECONDS,
    ReplyFilter,
    TerminalName,
    TransferReply,
)

REPLY = "\x1b]5113;ac=status;id=a;st=T0s=\x1b\\"
INSIDE = "ac=status;id=a;st=T0s="
WEZTERM = "WezTerm 20240203-110809-5046fc22"
NAMED = f"\x1bP>|{WEZTERM}\x1b\\"
COLOR, ATTRIBUTES = "\x1b]11;rgb:cccc/2222/3333\x1b\\", "\x1b[?62;1;4c"


@dataclass
class Line:
    """A filter with a fake clock; its messages are texts."""

    now: float = 100.0

    def __post_init__(self) -> None:
        self.filter = ReplyFilter(lambda: self.now)

    def part(self, text: str) -> tuple[str, list[str]]:
        keys, found = self.filter.feed(text)
        return keys, [each.text for each in found if isinstance(each, TransferReply | TerminalName)]

    def silence(self, seconds: float) -> str:
        """Advance the clock without input; return the released keys."""
        self.now += seconds
        return self.filter.release()


def parted(pieces: list[str], *, is_awaited: bool = True, pause: float = 0.0) -> tuple[str, list[str]]:
    line = Line()
    line.filter.is_awaited = is_awaited
    line.filter.expect_name()
    keys, replies = "", []
    for piece in pieces:
        for_keys, found = line.part(piece)
        keys += for_keys + line.silence(pause)
        replies += found
    line.filter.is_awaited = False  # nothing more will come
    return keys + line.silence(MAX_SECONDS + 0.1), replies


@given(
    st.lists(
        st.sampled_from(
            ["a", "\x1b", "\x1b[A", REPLY, NAMED, COLOR, ATTRIBUTES, "\x1b]", "]", "P", "ü", "\x1bOP"]
        )
    ),
    st.data(),
)
def test_keys_and_replies_are_the_same_however_the_input_is_split(
    typed: list[str], data: st.DataObject
) -> None:
    text = "".join(typed)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    insides = {REPLY: INSIDE, NAMED: WEZTERM}
    keys, replies = parted(pieces)
    assert keys == re.sub("|".join(map(re.escape, (REPLY, NAMED, COLOR, ATTRIBUTES))), "", text)
    assert replies == [insides[each] for each in re.findall(f"{re.escape(REPLY)}|{re.escape(NAMED)}", text)]


def test_a_bell_also_ends_a_reply() -> None:
    assert parted(["x\x1b]5113;one\ay", REPLY]) == ("xy", ["one", INSIDE])


@pytest.mark.parametrize("reply", [REPLY, NAMED])
def test_no_character_of_an_overlong_reply_is_a_key(reply: str) -> None:
    line = Line()
    for piece in (reply[:9], "x" * MAX_CHARACTERS, "[A\x1b[A\r", "x" * MAX_CHARACTERS, "\x1b", "\\"):
        assert line.part(piece) == ("", [])
        assert line.silence(0.1) == ""
    assert line.part("a") == ("a", [])
    assert line.part(f"{reply}b")[0] == "b"


@pytest.mark.parametrize("reply", [REPLY, NAMED])
def test_keys_work_again_after_an_incomplete_reply_times_out(reply: str) -> None:
    line = Line()
    assert line.part(reply[:12]) == ("", [])
    assert line.silence(SILENT_SECONDS - 1) == ""
    assert line.part("q") == ("", [])  # may be a part of it
    assert line.silence(SILENT_SECONDS + 1) == ""
    assert line.part("a") == ("a", [])


def test_an_escape_sequence_within_a_name_is_part_of_it() -> None:
    line = Line()
    assert line.part(f"\x1bP>|Wez\x1b[A\a\r{REPLY}a") == ("a", [f"Wez\x1b[A\a\r{REPLY[:-2]}"])


def test_escape_is_not_delayed_when_no_reply_is_expected() -> None:
    assert ReplyFilter().feed("\x1b") == ("\x1b", [])
    line = Line()
    assert line.part("\x1b]51") == ("", [])
    assert line.part(f"13;{INSIDE}\x1b\\") == ("", [INSIDE])


def test_a_pause_within_the_start_of_a_reply_creates_no_keys() -> None:
    line = Line()
    line.filter.is_awaited = True
    for piece in REPLY[:2], REPLY[2:5]:
        assert line.part(piece) == ("", [])
        assert line.silence(MAX_SECONDS / 2) == ""
    assert line.part(REPLY[5:]) == ("", [INSIDE])
    line.part("\x1b]")
    assert line.silence(2 * MAX_SECONDS) == "\x1b]"  # alt+], as nothing has followed


def test_the_rest_of_a_reply_is_not_a_key_after_its_escape_was_taken_for_one() -> None:
    line = Line()
    line.filter.is_awaited = True
    assert line.part("\x1b") == ("", [])
    assert line.silence(0.0) == ""
    assert line.silence(2 * ESCAPE_SECONDS) == "\x1b"
    assert line.part(REPLY[1:4]) == ("", [])
    assert line.part(f"{REPLY[4:]}]") == ("]", [INSIDE])
    assert line.part("\x1b") == ("", [])
    assert line.silence(2 * ESCAPE_SECONDS) == "\x1b"
    assert line.part("]") == ("", [])
    assert line.silence(2 * ESCAPE_SECONDS) == "]"  # typed


@pytest.mark.parametrize("pause", [0.03, 0.2])
def test_a_name_that_arrives_character_by_character_creates_no_keys(pause: float) -> None:
    keys, names = parted(list(f"a{NAMED}b"), is_awaited=False, pause=pause)
    assert (keys, names) == ("a\x1bb", [WEZTERM])  # an escape may have been the key


def test_escape_is_not_delayed_while_a_name_is_expected() -> None:
    line = Line()
    line.filter.expect_name()
    assert line.part("\x1b") == ("", [])
    assert line.silence(0.026) == "\x1b"
    assert line.silence(0.1) == ""
    assert line.part("\x1b") == ("", [])
    assert line.silence(0.026) == "\x1b"
    assert line.part("q") == ("q", [])
    line.now += NAME_SECONDS
    assert line.part("\x1b") == ("\x1b", [])  # it stops replying


def test_escape_is_not_delayed_after_the_name() -> None:
    line = Line()
    line.filter.expect_name()
    assert line.part(NAMED) == ("", [WEZTERM])
    assert line.part("\x1b") == ("\x1b", [])


def test_quitting_at_once_waits_for_the_reply() -> None:
    filter_ = ReplyFilter()
    filter_.expect_name()
    answering = threading.Timer(0.05, filter_.feed, [NAMED])
    answering.start()
    filter_.wait_for_name(60.0)
    assert filter_.feed("\x1b") == ("\x1b", [])  # it arrived: nothing else is expected
    answering.join()


@pytest.mark.parametrize("is_awaited", [True, False])
def test_no_part_of_a_reply_is_a_key_but_the_escape_key_is(is_awaited: bool) -> None:
    read, write = os.pipe()
    taken: list[Message] = []
    reader = KeyReader(read, taken.append)
    reader.replies.is_awaited = is_awaited
    for piece in (f"a{REPLY}b", REPLY[:9], REPLY[9:], NAMED[:2], NAMED[2:], "c", "\x1b"):
        os.write(write, piece.encode())
        reader.turn()
    while not any(isinstance(each, events.Key) and each.key == "escape" for each in taken):
        reader.turn()
    keys = [each.key for each in taken if isinstance(each, events.Key)]
    assert keys == ["a", "b", "c", "escape"]
    assert [each.text for each in taken if isinstance(each, TransferReply)] == [INSIDE] * 2
    assert [each.text for each in taken if isinstance(each, TerminalName)] == [WEZTERM]
    os.close(read)
    os.close(write)


STRAY = [
    COLOR,
    ATTRIBUTES,
    "\x1b]4;1;rgb:cc/00/00\a",
    "\x1b]52;c;aGVsbG8=\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP0+r524742\x1b\\",
    "\x1bP!|00000000\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b[>41;354;0c",
    "\x1b[?1u",
    "\x1b[0n",
    "\x1b[8;30;100t",
]


@pytest.mark.parametrize("reply", STRAY)
def test_a_late_reply_to_an_earlier_program_is_not_typed(reply: str) -> None:
    """An editor that was just closed may have asked for colors. In a list, the letters would be keys."""
    for cut in range(2, len(reply)):
        line = Line()
        first, rest = line.part(f"a{reply[:cut]}")[0], line.part(f"{reply[cut:]}b")[0]
        assert first + rest == "ab"


@pytest.mark.parametrize(
    "typed",
    [
        "\x1b[A",
        "\x1b[15~",
        "\x1b[1;5C",
        "\x1b[97;5u",
        "\x1b[<0;12;3M",
        "\x1b[12;40R",
        "\x1b[48;30;100;600;1000t",
        "\x1b[?2026;2$y",
        "\x1b[I",
        "\x1bOP",
        "\x1b[200~\x1b]0;title\x1b[201~",
        "\x1b[200~\x1b]11;cut off\x1b[201~",
        "\x1b[200~\x1bP1$rcut off\x1b[201~",
        "\x1b]",
        "\x1bP",
    ],
)
def test_keys_and_the_reports_that_textual_reads_pass_the_filter(typed: str) -> None:
    line = Line()
    assert line.part(typed)[0] + line.silence(0.1) == typed
