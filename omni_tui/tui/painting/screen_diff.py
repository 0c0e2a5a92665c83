"""Tracks what the terminal shows cell by cell, and sends only what changes.

Textual repaints whole lines or parts of them when a few cells change. Scrolled lines are moved by the
terminal, and spaces are cleared if it can clear cells in any color.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len

from omni_tui.tui.painting.cells import Cell, CellStyle, GlyphCells, WideText, glyphs_in
from omni_tui.tui.painting.diff_writer import DiffWriter, TextRun, style_codes, text_runs_of
from omni_tui.tui.painting.scroll_detect import find_scroll, move_lines
from omni_tui.tui.painting.sgr import changed

_TOKEN = re.compile(
    # what Textual writes for a segment, as one token: style, text, reset
    r"\x1b\[(?P<segment_style>[0-9;]+)m(?P<segment>[^\x00-\x1f\x7f-\x9f]+)\x1b\[0m"
    r"|\x1b\[(?P<style>[0-9;]*)m"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\]8;[^;\x1b\x07]*;(?P<link>[^\x1b\x07]*)(?:\x1b\\|\x07)"
    r"|(?P<mode>\x1b\[\?(?:25|2026)[hl])"
    r"|(?P<line_feeds>\n+)(?=\x1b\[\d+;\d+H)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HOLD, _SHOW = "\x1b[?2026h", "\x1b[?2026l"
# Scrolls are looked for only if the output is longer than this.
LONG_CHARACTERS = 600


class ScreenDiff:
    """The screen of one terminal. Until `resize` sets its size, everything is sent.

    `clears`: the terminal clears cells in the current background color; `scrolls`: it can move lines.
    """

    def __init__(self, *, clears: bool = False, scrolls: bool = False) -> None:
        self._clears, self._scrolls = clears, scrolls
        self._columns = self._rows = 0
        self._cells: list[list[Cell]] = []
        self._before: dict[int, list[Cell]] = {}
        """Lines with changes to write, as the terminal shows them, by row."""
        self._wide: list[tuple[int, int, WideText]] = []
        """Changed texts whose width differs between terminals: row, column, text."""
        self._writer = DiffWriter(0, clears=clears)
        self._cell_style = CellStyle()
        self._position: tuple[int, int] | None = None
        """Where the next text goes: row and column from 0."""
        self._held = ""
        """The start of a synchronized update, sent only if output follows."""
        self._out: list[str] = []

    def resize(self, columns: int, rows: int) -> None:
        """Set the terminal's size; if it changed, forget what it shows."""
        if (columns, rows) != (self._columns, self._rows):
            self._columns, self._rows = columns, rows
            self.forget()

    def forget(self) -> None:
        """Forget what the terminal shows."""
        self._cells = [[None] * self._columns for _ in range(self._rows)]
        self._before, self._wide = {}, []
        self._writer = DiffWriter(self._columns, clears=self._clears)
        self._position = None

    def reduced(self, data: str) -> str:
        """Return the least output with the same effect as `data`."""
        self._out = []
        end = 0
        for token in _TOKEN.finditer(data):
            if token.start() != end or not self._apply(token):
                break
            end = token.end()
        if end < len(data):
            self._give_up(data[end:])
        else:
            self._write_pending()
        return self._written()

    def _written(self) -> str:
        """Return the collected output."""
        written = (self._held + "".join(self._out)).replace(_HOLD + _SHOW, "")
        self._held = _HOLD if written.endswith(_HOLD) else ""
        return written.removesuffix(_HOLD)

    def _apply(self, token: re.Match[str]) -> bool:
        """Apply one token; return whether that was possible."""
        kind, text = token.lastgroup, token[0]
        if kind == "segment":
            cell_style = _restyled(self._cell_style, token["segment_style"])
            if not self._put(token["segment"], glyphs_in(cell_style)):
                return False
            self._cell_style = _restyled(cell_style, "0")
            return True
        if kind == "style":
            self._cell_style = _restyled(self._cell_style, token["style"])
        elif kind == "link":
            self._cell_style = self._cell_style._replace(link=token["link"])
        elif kind == "mode":
            self._write_changes()
            self._out.append(text)
        elif kind == "column":
            return self._place((int(token["row"]) - 1, int(token["column"]) - 1))
        elif kind == "line_feeds":  # no effect before a move, unless they scroll
            return self._position is not None and self._position[0] + len(text) < self._rows
        else:
            return self._put(text, glyphs_in(self._cell_style))
        return True

    def _place(self, at: tuple[int, int]) -> bool:
        """Set the position; return whether it is on the screen."""
        self._position = at
        return 0 <= at[0] < self._rows and 0 <= at[1] < self._columns

    def _put(self, text: str, glyphs: GlyphCells) -> bool:
        """Put a text at the position; return whether that was possible."""
        if self._position is None:
            return False
        row, column = self._position
        is_simple = _is_simple(text)
        end = column + (len(text) if is_simple else cell_len(text))
        if end > self._columns:
            return False
        cells: list[Cell]
        if is_simple:
            cells = list(map(glyphs.__getitem__, text))
        else:
            if _CONTROL.search(text) or end == self._columns or not cell_len(text[0]):
                return False  # unknown width, or a combining character
            wide = WideText(text, glyphs.cell_style)
            cells = [wide] * (end - column)
            self._wide.append((row, column, wide))
        self._set(row, column, cells)
        self._position = (row, end)
        return True

    def _set(self, row: int, column: int, cells: list[Cell]) -> None:
        line, end = self._cells[row], column + len(cells)
        if line[column:end] != cells:
            if row not in self._before:
                self._before[row] = line[:]
            line[column:end] = cells

    def _write_changes(self) -> None:
        """Write all changes of cells."""
        if not self._before:
            return
        writer = copy.copy(self._writer)
        written = self._redrawn(writer, self._before)
        if self._scrolls and len(written) > LONG_CHARACTERS:
            moving = copy.copy(self._writer)
            moved = self._moved(moving)
            if moved is not None and len(moved) < len(written):
                writer, written = moving, moved
        self._out.append(written)
        self._writer, self._before, self._wide = writer, {}, []

    def _redrawn(self, writer: DiffWriter, before: Mapping[int, list[Cell]]) -> str:
        """Return the output that updates these lines."""
        lines = dict(before)
        pieces: list[str] = []
        for row, column, wide in self._wide:
            pieces.append(writer.write_wide(TextRun(row, column, wide.text, wide.cell_style)))
            # the cells after it are unknown
            lines[row] = [*lines[row][:column], *[None] * (self._columns - column)]
        runs = [run for row in sorted(lines) for run in text_runs_of(row, lines[row], self._cells[row])]
        return "".join(pieces) + writer.write_all(runs)

    def _moved(self, writer: DiffWriter) -> str | None:
        """Return the output with scrolled lines; None if no lines moved or some cells are unknown."""
        lines = [self._before.get(row, cells) for row, cells in enumerate(self._cells)]
        scroll = find_scroll(lines, self._cells)
        if scroll is None or not all(map(self._is_known, range(scroll.top, scroll.bottom + 1))):
            return None
        top, bottom, by = scroll
        count = abs(by)
        # don't rely on the color of the freed lines
        free: list[list[Cell]] = [[None] * self._columns for _ in range(count)]
        stay = lines[top : bottom + 1]
        lines[top : bottom + 1] = [*stay[count:], *free] if by > 0 else [*free, *stay[:-count]]
        writer.cursor = None
        rows = {*self._before, *range(top, bottom + 1)}
        return move_lines(scroll) + self._redrawn(writer, {row: lines[row] for row in rows})

    def _is_known(self, row: int) -> bool:
        """Return whether all cells of a line can be written."""
        fresh = {id(wide) for _, _, wide in self._wide}
        return all(
            cell is not None and (not isinstance(cell, WideText) or id(cell) in fresh)
            for cell in self._cells[row]
        )

    def _write_pending(self) -> None:
        """Write all changes and move the cursor to the position."""
        self._write_changes()
        if (
            self._position is not None
            and self._position[0] < self._rows
            and self._position[1] < self._columns
        ):
            self._out.append(self._writer.move(self._position))

    def _give_up(self, rest: str) -> None:
        """Send the rest of the data unchanged, because it isn't understood, and forget the screen."""
        self._write_pending()
        self._out.append(style_codes(self._cell_style) + rest)
        for parameters in re.findall(r"\x1b\[([0-9;]*)m", rest):
            self._cell_style = _restyled(self._cell_style, parameters)
        for link in re.findall(r"\x1b\]8;[^;\x1b\x07]*;([^\x1b\x07]*)(?:\x1b\\|\x07)", rest):
            self._cell_style = self._cell_style._replace(link=link)
        self.forget()


@lru_cache(maxsize=4096)
def _restyled(cell_style: CellStyle, parameters: str) -> CellStyle:
    return cell_style._replace(style=changed(cell_style.style, parameters))


def _is_simple(text: str) -> bool:
    """Return whether each character takes one cell on every terminal."""
    return (text.isascii() and text.isprintable()) or _is_narrow(text)


@lru_cache(maxsize=4096)
def _is_narrow(text: str) -> bool:
    return not _CONTROL.search(text) and all(cell_len(character) == 1 for character in text)
