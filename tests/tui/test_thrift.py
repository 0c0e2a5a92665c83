"""Fewer bytes, and the same picture: a terminal that reads both shows it."""

from __future__ import annotations

import io

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style as RichStyle

from omni_tui.tui.driver import LastingOutput
from omni_tui.tui.thrift import Thrift

COLUMNS, ROWS = 20, 6
COLOURS = ["", "38;2;125;207;255", "38;5;9", "31", "97"]
GROUNDS = ["", "48;2;17;19;26", "48;5;200", "44", "100"]
ATTRIBUTES = ["", "1", "7", "4", "3;9"]

parameters = st.builds(
    lambda *parts: ";".join(filter(None, parts)),
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(COLOURS),
    st.sampled_from(GROUNDS),
)
texts = st.text("ab─é ", min_size=1, max_size=5)
styled = st.builds(lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text, parameters, texts)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, ROWS), st.integers(1, 9))
others = st.sampled_from(["\r\n", "\x1b[?25l", "\x1b[?25h", "\x1b[39m", "\x1b[49m", "\x1b[m", "\x1b[1m"])
pieces = st.lists(st.one_of(styled, styled, moves, others), max_size=6).map("".join)


def picture(*written: str) -> list[list[tuple[object, ...]]]:
    """What a terminal shows of it, cell by cell: of a blank, only what can be seen."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    for each in written:
        stream.feed(each)
    return [[_seen(screen.buffer[row][column]) for column in range(COLUMNS)] for row in range(ROWS)]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    attributes = (cell.bold, cell.italics, cell.underscore, cell.strikethrough, cell.reverse)
    is_seen = cell.data != " " or any(attributes)
    return (cell.data, cell.fg if is_seen else None, cell.bg, *attributes)


@given(st.lists(pieces, max_size=6))
def test_the_picture_is_the_same_and_never_takes_more_text(written: list[str]) -> None:
    thrift = Thrift()
    assert picture(*map(thrift.shortened, written)) == picture(*written)


@given(pieces, pieces)
def test_after_another_program_had_the_terminal_nothing_is_taken_for_known(first: str, second: str) -> None:
    thrift = Thrift()
    before, foreign = thrift.shortened(first), "\x1b[0;1;7;32;41m\x1b[3;3H"
    assert picture("\x1b[0m", first, "\x1b[0m\x1b[3;3H", second) == picture(
        "\x1b[0m", before, foreign, _forgetful(thrift).shortened(f"\x1b[0m{second}")
    )


def _forgetful(thrift: Thrift) -> Thrift:
    thrift.forget()
    return thrift


def test_a_frame_of_one_colour_says_it_once() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=COLUMNS)
    style = RichStyle.parse("#4a6a8a on #11131a")
    frame = "".join(style.render(sign, color_system=console._color_system) for sign in "╭──────╮")
    thrift = Thrift()
    assert thrift.shortened(frame) == "\x1b[0;38;2;74;106;138;48;2;17;19;26m╭──────╮"
    assert thrift.shortened(frame) == "╭──────╮"


def test_leaving_the_screens_takes_all_colours_back_first() -> None:
    thrift = Thrift()
    thrift.shortened("\x1b[31;44mred\x1b[0m")
    assert thrift.shortened("\x1b[?2026h\x1b[1;1H") == "\x1b[?2026h\x1b[1;1H"
    assert thrift.shortened("\x1b[?1049l\x1b[?25h") == "\x1b[39;49m\x1b[?1049l\x1b[?25h"


class ClosedTerminal(io.StringIO):
    """Fails once it was closed at the other end, as a pseudo-terminal does."""

    is_closed = False

    def write(self, text: str) -> int:
        if self.is_closed:
            raise OSError(5, "Input/output error")
        return super().write(text)

    def flush(self) -> None:
        if self.is_closed:
            raise OSError(5, "Input/output error")


def test_what_is_written_after_the_terminal_has_gone_is_dropped() -> None:
    terminal = ClosedTerminal()
    output = LastingOutput(terminal)
    assert output.write("seen") == 4
    output.flush()
    terminal.is_closed = True
    output.flush()
    assert output.is_gone
    assert output.write("unseen") == 6
    terminal.is_closed = False
    output.write("late")
    assert terminal.getvalue() == "seen"


def test_a_link_costs_its_address_and_no_colours() -> None:
    thrift, style = Thrift(), "\x1b[38;5;8m"
    link = "\x1b]8;id=18-80;https://x/1\x1b\\"
    painted = f"{style}Id \x1b[0m{link}{style}12db\x1b[0m\x1b]8;;\x1b\\{style} more\x1b[0m"
    assert thrift.shortened(painted) == ("\x1b[0;38;5;8mId \x1b]8;;https://x/1\x1b\\12db\x1b]8;;\x1b\\ more")
