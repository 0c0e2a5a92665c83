"""What stands there already is not written again, and the picture is the same: a terminal shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.tui.shadow import Shadow
from omni_tui.tui.thrift import Thrift
from tests.tui.test_thrift import COLUMNS, ROWS, picture, styled

texts = st.text("ab─é 漢🎉e\u0301", min_size=1, max_size=9)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, ROWS), st.integers(1, COLUMNS))
ends = st.sampled_from(["\r\n", "\n", "\r\n\r\n"])
modes = st.sampled_from(["\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l", "\x1b[?25h"])
strange = st.sampled_from(["\x1b[2J", "\x1b[K", "\x1b[3C", "\t", "\x1b[1049h", "\x1b[99;1H", "\r"])
# mostly as Textual writes: a place, then text
painted = st.builds(lambda move, text: f"{move}{text}", moves, styled)
writings = st.lists(
    st.lists(
        st.one_of(painted, painted, painted, styled, texts, moves, ends, modes, strange), max_size=5
    ).map("".join),
    max_size=8,
)


def shadow(columns: int = COLUMNS, rows: int = ROWS) -> Shadow:
    made = Shadow()
    made.resize(columns, rows)
    return made


def known(text: str = "abcdefghij") -> Shadow:
    """Of a terminal that shows this in its second line."""
    made = shadow()
    made.reduced(f"\x1b[2;1H{text}\x1b[1;1H")
    return made


@given(writings)
def test_the_picture_is_the_same(written: list[str]) -> None:
    reduce = shadow().reduced
    assert picture(*map(reduce, written)) == picture(*written)


@given(writings)
def test_the_picture_is_the_same_also_where_colours_are_spared(written: list[str]) -> None:
    reduce, shorten = shadow().reduced, Thrift().shortened
    assert picture(*(shorten(reduce(each)) for each in written)) == picture(*written)


@given(writings, writings)
def test_after_another_program_had_the_terminal_nothing_is_taken_for_known(
    first: list[str], second: list[str]
) -> None:
    made = shadow()
    before = [made.reduced(each) for each in first]
    foreign = "\x1b[0;7mwhat another wrote\x1b[0m\x1b[3;3H"
    made.forget()
    at = "\x1b[0m\x1b[1;1H"
    after = [made.reduced(each) for each in (at, *second)]
    assert picture(*before, foreign, *after) == picture(*first, foreign, at, *second)


def test_the_same_again_is_nothing() -> None:
    made = known()
    assert made.reduced("\x1b[?2026h\x1b[2;1Habcdefghij\x1b[1;1H\x1b[?2026l") == ""


def test_one_letter_is_sent_as_one_and_its_place() -> None:
    assert known().reduced("\x1b[2;1HabcdEfghij\x1b[1;1H") == "\x1b[2;5H\x1b[0mE\x1b[1;1H"


def test_what_lies_near_is_sent_as_one_piece_and_what_lies_far_as_two() -> None:
    assert known().reduced("\x1b[2;1HAbCdefghij") == "\x1b[2;1H\x1b[0mAbC\x1b[7C"
    assert known().reduced("\x1b[2;1HAbcdefghiJ") == "\x1b[2;1H\x1b[0mA\x1b[8C\x1b[0mJ"


def test_a_blank_in_another_colour_looks_the_same_but_not_on_another_ground() -> None:
    made = known("a         b")
    assert made.reduced("\x1b[2;1Ha\x1b[31m         \x1b[0mb\x1b[1;1H") == ""
    assert "\x1b[0;41m" in made.reduced("\x1b[2;1Ha\x1b[41m         \x1b[0mb\x1b[1;1H")


@pytest.mark.parametrize("wide", ["漢字", "🎉", "e\u0301"])
def test_behind_what_terminals_count_differently_nothing_is_spared(wide: str) -> None:
    made = known("abcdefghij")
    line = f"\x1b[2;1Hab{wide}efgh\x1b[1;1H"
    first = made.reduced(line)
    assert "efgh" in first
    assert "efgh" in made.reduced(line)


def test_a_link_is_sent_once_and_without_the_number_that_changes() -> None:
    made = shadow()
    link = "\x1b[1;1H\x1b]8;id={};https://o.example/d\x1b\\open\x1b]8;;\x1b\\\x1b[2;1H"
    assert made.reduced(link.format(1)) == (
        "\x1b[1;1H\x1b[0m\x1b]8;;https://o.example/d\x1b\\open\x1b]8;;\x1b\\\x1b[2;1H"
    )
    assert made.reduced(link.format(2)) == ""
    assert "o.example/e" in made.reduced(link.format(3).replace("/d", "/e"))


def test_another_size_makes_everything_unknown() -> None:
    made = known()
    made.resize(COLUMNS, ROWS)
    assert made.reduced("\x1b[2;1Habcdefghij\x1b[1;1H") == ""
    made.resize(COLUMNS + 1, ROWS)
    assert "abcdefghij" in made.reduced("\x1b[2;1Habcdefghij")


def test_before_the_size_is_known_all_is_sent() -> None:
    assert "abc" in Shadow().reduced("\x1b[1;1Habc")
