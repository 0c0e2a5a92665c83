"""From one picture of cells to another: what has to be written where, in few bytes.

A change of colors takes some twenty bytes, a move some eight: what has one look is written together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import is_not
from typing import NamedTuple

from omni_tui.tui.painting.cells import Cell, Look, Wide, glyphs_in, on_blank

# To step over so few cells costs as much as to write them again.
_STEP_CELLS = 4
# To clear cells and step over them costs as much as to write so many blanks.
_CLEAR_CELLS = 10
# More than a few lines have: to find out how long they are the other way takes as long as to write them.
_MANY_STROKES = 40
_LONG_BLANKS = re.compile(rf"( {{{_CLEAR_CELLS + 1},}})")


class TextRun(NamedTuple):
    """A text in one look at a place: line and column, from 0."""

    row: int
    column: int
    text: str
    look: Look


def text_runs_of(row: int, before: Sequence[Cell], after: Sequence[Cell]) -> Iterator[TextRun]:
    """What has to be written for a line to become another. What is unknown in that is left as it is."""
    start, end, text, look = -1, -1, "", Look()
    blank: Cell = None
    for column in compress(range(len(after)), map(is_not, before, after)):
        cell = after[column]
        if cell is None or isinstance(cell, Wide):
            continue
        if column == end and (cell is blank or cell[1] is look):  # by far the most frequent
            text += cell[0]
            end += 1
            continue
        joined = (
            _joined(text, look, after[end : column + 1]) if text and column - end <= _STEP_CELLS else None
        )
        if joined is None:
            if text:
                yield TextRun(row, start, text, look)
            start, joined = column, cell
        text, look = joined
        blank, end = glyphs_in(look)[" "], column + 1
    if text:
        yield TextRun(row, start, text, look)


def _joined(text: str, look: Look, cells: Iterable[Cell]) -> tuple[str, Look] | None:
    """A text with the cells behind it and the look in which all can be written; None if there is none."""
    for cell in cells:
        if cell is None or isinstance(cell, Wide):
            return None
        character, other = cell
        if other != look and (character != " " or other != on_blank(look)):
            if text.strip(" ") or on_blank(other) != look:
                return None
            look = other  # blanks so far, which look the same in it
        text += character
    return text, look


class DiffWriter:
    """Writes strokes, and knows where that leaves the terminal's cursor.

    `clears` tells that the terminal clears cells in the color that is set.
    """

    def __init__(self, columns: int, *, clears: bool) -> None:
        self._columns, self._clears = columns, clears
        self.cursor: tuple[int, int] | None = None
        """Line and column, where they are known."""

    def write_all(self, strokes: Sequence[TextRun]) -> str:
        """All of them, in their order or look by look, whichever is shorter: of many, it is look by look."""
        if len(strokes) > _MANY_STROKES:
            return self.write(_by_look(strokes))
        start = self.cursor
        in_order = self.write(strokes)
        end, self.cursor = self.cursor, start
        by_look = self.write(_by_look(strokes))
        if len(by_look) < len(in_order):
            return by_look
        self.cursor = end
        return in_order

    def write(self, strokes: Iterable[TextRun]) -> str:
        """All of them, in their order."""
        pieces: list[str] = []
        shown: Look | None = None
        for row, column, whole, look in strokes:
            for text in self._parts(whole, look):
                pieces.append(self.move((row, column)))
                if look != shown:
                    pieces.append(style_codes(look))
                    shown = look
                pieces.append(self._text(row, column, text, look))
                column += len(text)
        return "".join(pieces)

    def write_wide(self, stroke: TextRun) -> str:
        """One whose end is where the terminal thinks."""
        moved = self.move((stroke.row, stroke.column))
        self.cursor = None
        return moved + style_codes(stroke.look) + linked(stroke.text, stroke.look)

    def move(self, to: tuple[int, int]) -> str:
        """Bring the cursor there."""
        if self.cursor == to:
            return ""
        (row, column), cursor = to, self.cursor
        self.cursor = to
        if cursor is not None and cursor[0] == row and cursor[1] < column:
            return f"\x1b[{column - cursor[1]}C"
        return f"\x1b[{row + 1};{column + 1}H"

    def _parts(self, text: str, look: Look) -> Iterable[str]:
        """A text, parted where it has long blanks that can be cleared."""
        if not self._clears or len(text) <= _CLEAR_CELLS or not look.is_plain:
            return (text,)
        return filter(None, _LONG_BLANKS.split(text))

    def _text(self, row: int, column: int, text: str, look: Look) -> str:
        end = column + len(text)
        if self._clears and len(text) > _CLEAR_CELLS and text.isspace() and look.is_plain:
            return "\x1b[K" if end == self._columns else f"\x1b[{len(text)}X"  # the cursor stays
        self.cursor = (row, end) if end < self._columns else None
        return linked(text, look)


def style_codes(look: Look) -> str:
    """The sequence that sets its style."""
    style = look.style
    return f"\x1b[{';'.join(filter(None, ('0', *style.attributes, style.foreground, style.background)))}m"


def linked(text: str, look: Look) -> str:
    """The text, as a link where it is one."""
    return f"\x1b]8;;{look.link}\x1b\\{text}\x1b]8;;\x1b\\" if look.link else text


def _by_look(strokes: Iterable[TextRun]) -> Iterator[TextRun]:
    """Look by look, in the order in which these come first. Blanks go with any text on their ground."""
    groups: dict[Look, list[TextRun]] = {}
    blanks: list[TextRun] = []
    for stroke in strokes:
        if stroke.text.strip(" ") or not stroke.look.is_plain:
            groups.setdefault(stroke.look, []).append(stroke)
        else:
            blanks.append(stroke)
    grounds = {on_blank(look): look for look in reversed(groups)}
    for stroke in blanks:
        look = grounds.setdefault(stroke.look, stroke.look)
        groups.setdefault(look, []).append(stroke._replace(look=look))
    for group in groups.values():
        yield from group
