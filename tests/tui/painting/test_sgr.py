"""Styles are parsed like a terminal does, and output to a lost terminal is dropped."""

from __future__ import annotations

import io

import pyte
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.tui.painting.driver import SafeOutput
from omni_tui.tui.painting.sgr import PLAIN, changed

COLUMNS, ROWS = 20, 6
COLORS = ["", "38;2;125;207;255", "38;5;9", "31", "97"]
GROUNDS = ["", "48;2;17;19;26", "48;5;200", "44", "100"]
ATTRIBUTES = ["", "1", "7", "4", "3;9"]

parameters = st.builds(
    lambda *parts: ";".join(filter(None, parts)),
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(COLORS),
    st.sampled_from(GROUNDS),
)
texts = st.text("ab─é ", min_size=1, max_size=5)
styled = st.builds(lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text, parameters, texts)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, ROWS), st.integers(1, 9))
others = st.sampled_from(["\r\n", "\x1b[?25l", "\x1b[?25h", "\x1b[39m", "\x1b[49m", "\x1b[m", "\x1b[1m"])
pieces = st.lists(st.one_of(styled, styled, moves, others), max_size=6).map("".join)


def picture(*written: str) -> list[list[tuple[object, ...]]]:
    """Return what a terminal shows, cell by cell; of a blank, only what is visible."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    for each in written:
        stream.feed(each)
    return [[_seen(screen.buffer[row][column]) for column in range(COLUMNS)] for row in range(ROWS)]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    attributes = (cell.bold, cell.italics, cell.underscore, cell.strikethrough, cell.reverse)
    is_seen = cell.data != " " or any(attributes)
    return (cell.data, cell.fg if is_seen else None, cell.bg, *attributes)


@given(st.lists(parameters, min_size=1, max_size=4))
def test_a_style_is_what_a_terminal_makes_of_its_sequences(sequences: list[str]) -> None:
    style = PLAIN
    for each in sequences:
        style = changed(style, each)
    at_once = ";".join(filter(None, ("0", *style.attributes, style.foreground, style.background)))
    assert picture(f"\x1b[{at_once}mx") == picture(*(f"\x1b[{each}m" for each in sequences), "x")


class ClosedTerminal(io.StringIO):
    """Fails once the other end is closed, like a pseudo-terminal."""

    is_closed = False

    def write(self, text: str) -> int:
        if self.is_closed:
            raise OSError(5, "Input/output error")
        return super().write(text)

    def flush(self) -> None:
        if self.is_closed:
            raise OSError(5, "Input/output error")


def test_output_is_dropped_after_the_terminal_is_gone() -> None:
    terminal = ClosedTerminal()
    output = SafeOutput(terminal)
    assert output.write("seen") == 4
    output.flush()
    terminal.is_closed = True
    output.flush()
    assert output.is_gone
    assert output.write("unseen") == 6
    terminal.is_closed = False
    output.write("late")
    assert terminal.getvalue() == "seen"
