"""Writes the difference between two screens in few bytes.

A change of colors takes about 20 bytes and a cursor move 3 to 8, so text in one style is written together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import NamedTuple

from omni_tui.tui.painting.cells import Cell, CellStyle, WideText, glyphs_in, on_blank
from omni_tui.tui.painting.sgr import Style

# Moving the cursor over this many cells takes as many bytes as rewriting them.
_STEP_CELLS = 4
# Moving back over this many cells takes no more bytes as backspaces.
_BACKSPACES = 3
# Clearing cells and moving over them takes as many bytes as writing this many spaces.
_CLEAR_CELLS = 10
# With more text runs than this, comparing both orders takes longer than it saves.
_MANY_RUNS = 40
_LONG_BLANKS = re.compile(rf"( {{{_CLEAR_CELLS + 1},}})")


class TextRun(NamedTuple):
    """A text in one style, at a row and column from 0."""

    row: int
    column: int
    text: str
    cell_style: CellStyle


def text_runs_of(row: int, before: Sequence[Cell], after: Sequence[Cell]) -> Iterator[TextRun]:
    """Yield what to write to turn a line into another one; unknown cells of the new one stay as they are."""
    start, end, text, cell_style = -1, -1, "", CellStyle()
    blank: Cell = None
    for column in compress(range(len(after)), map(is_not, before, after)):
        cell = after[column]
        if cell is None or isinstance(cell, WideText):
            continue
        if column == end and (cell is blank or cell[1] is cell_style):  # by far the most frequent case
            text += cell[0]
            end += 1
            continue
        joined = (
            _joined(text, cell_style, after[end : column + 1])
            if text and column - end <= _STEP_CELLS
            else None
        )
        if joined is None:
            if text:
                yield TextRun(row, start, text, cell_style)
            start, joined = column, cell
        text, cell_style = joined
        blank, end = glyphs_in(cell_style)[" "], column + 1
    if text:
        yield TextRun(row, start, text, cell_style)


def _joined(text: str, cell_style: CellStyle, cells: Iterable[Cell]) -> tuple[str, CellStyle] | None:
    """Return the text with the cells appended, and a style for all of it; None if there is none."""
    for cell in cells:
        if cell is None or isinstance(cell, WideText):
            return None
        character, other = cell
        if other != cell_style and (character != " " or other != on_blank(cell_style)):
            if text.strip(" ") or on_blank(other) != cell_style:
                return None
            cell_style = other  # only spaces so far, which look the same
        text += character
    return text, cell_style


class DiffWriter:
    """Writes text runs and tracks the terminal's cursor.

    `clears`: the terminal clears cells in the current background color.
    """

    def __init__(self, columns: int, *, clears: bool) -> None:
        self._columns, self._clears = columns, clears
        self.cursor: tuple[int, int] | None = None
        """Row and column, or None if unknown."""
        self._is_sure = True  # of the column: some terminals show characters such as “…” in two cells

    def write_all(self, runs: Sequence[TextRun]) -> str:
        """Return the output of all runs, in order or grouped by style, whichever is shorter."""
        if len(runs) > _MANY_RUNS:
            return self.write(_by_style(runs))
        start = self.cursor, self._is_sure
        in_order = self.write(runs)
        end, (self.cursor, self._is_sure) = (self.cursor, self._is_sure), start
        by_style = self.write(_by_style(runs))
        if len(by_style) < len(in_order):
            return by_style
        self.cursor, self._is_sure = end
        return in_order

    def write(self, runs: Iterable[TextRun]) -> str:
        """Return the output of all runs in order."""
        pieces: list[str] = []
        shown: Style | None = None
        for row, column, whole, cell_style in runs:
            for text in self._parts(whole, cell_style):
                pieces.append(self.move((row, column)))
                wanted = cell_style.style
                if shown is not None and cell_style.is_plain and text.isspace():
                    wanted = wanted._replace(foreground=shown.foreground)  # invisible in spaces
                pieces.append(style_change(shown, wanted))
                shown = wanted
                pieces.append(self._text(row, column, text, cell_style))
                column += len(text)
        return "".join(pieces)

    def write_wide(self, run: TextRun) -> str:
        """Return the output of a text whose width is unknown, and forget the cursor."""
        moved = self.move((run.row, run.column))
        self.cursor = None
        return moved + style_codes(run.cell_style) + linked(run.text, run.cell_style)

    def move(self, to: tuple[int, int]) -> str:
        """Return the shortest cursor move to a row and column."""
        (row, column), cursor = to, self.cursor
        self.cursor = to
        absolute = f"\x1b[{row + 1};{column + 1}H"
        if cursor is not None and (row == cursor[0] or self._is_sure):
            back = cursor[1] - column
            sideways = "\b" * back if 0 < back <= _BACKSPACES else _steps(-back, "C", "D")
            relative = _steps(row - cursor[0], "B", "A") + sideways
            if len(relative) < len(absolute):
                return relative
        self._is_sure = True
        return absolute

    def _parts(self, text: str, cell_style: CellStyle) -> Iterable[str]:
        """Split a text at long runs of spaces that can be cleared."""
        if not self._clears or len(text) <= _CLEAR_CELLS or not cell_style.is_plain:
            return (text,)
        return filter(None, _LONG_BLANKS.split(text))

    def _text(self, row: int, column: int, text: str, cell_style: CellStyle) -> str:
        end = column + len(text)
        if self._clears and len(text) > _CLEAR_CELLS and text.isspace() and cell_style.is_plain:
            return "\x1b[K" if end == self._columns else f"\x1b[{len(text)}X"  # the cursor stays
        self.cursor = (row, end) if end < self._columns else None
        self._is_sure &= text.isascii()
        return linked(text, cell_style)


def _steps(count: int, forward: str, back: str) -> str:
    """Return a move by `count` cells; back by -count cells if it is negative."""
    if not count:
        return ""
    return f"\x1b[{abs(count) if abs(count) > 1 else ''}{forward if count > 0 else back}"


def style_codes(cell_style: CellStyle) -> str:
    """Return the sequence that sets a cell style."""
    style = cell_style.style
    return f"\x1b[{';'.join(filter(None, ('0', *style.attributes, style.foreground, style.background)))}m"


@lru_cache(maxsize=4096)
def style_change(shown: Style | None, wanted: Style) -> str:
    """Return the shortest sequence that turns one style into another; None is an unknown style."""
    if shown is None or wanted.attributes[: len(shown.attributes)] != shown.attributes:
        return style_codes(CellStyle(wanted))
    codes = list(wanted.attributes[len(shown.attributes) :])
    if wanted.foreground != shown.foreground:
        codes.append(wanted.foreground or "39")
    if wanted.background != shown.background:
        codes.append(wanted.background or "49")
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def linked(text: str, cell_style: CellStyle) -> str:
    """Return the text, as a hyperlink if its style has one."""
    return f"\x1b]8;;{cell_style.link}\x1b\\{text}\x1b]8;;\x1b\\" if cell_style.link else text


def _by_style(runs: Iterable[TextRun]) -> Iterator[TextRun]:
    """Yield the runs grouped by background, then by cell style; spaces join any text on their background."""
    groups: dict[str, dict[CellStyle, list[TextRun]]] = {}
    blanks: list[TextRun] = []
    for run in runs:
        if run.text.strip(" ") or not run.cell_style.is_plain:
            groups.setdefault(run.cell_style.style.background, {}).setdefault(run.cell_style, []).append(run)
        else:
            blanks.append(run)
    for run in blanks:
        on_ground = groups.setdefault(run.cell_style.style.background, {})
        cell_style = next((each for each in on_ground if on_blank(each) == run.cell_style), run.cell_style)
        on_ground.setdefault(cell_style, []).append(run._replace(cell_style=cell_style))
    for on_ground in groups.values():
        for group in on_ground.values():
            yield from group
