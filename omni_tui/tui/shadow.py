"""What the terminal shows, cell by cell: what is written again as it stands there already is not sent.

Textual paints whole lines and whole parts of lines where a few cells have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from omni_tui.tui.thrift import PLAIN, Style, changed

_TOKEN = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\]8;[^;\x1b\x07]*;(?P<link>[^\x1b\x07]*)(?:\x1b\\|\x07)"
    r"|(?P<mode>\x1b\[\?(?:25|2026)[hl])"
    r"|(?P<newline>\r\n)"
    r"|(?P<feed>\n)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
_HOLD, _SHOW = "\x1b[?2026h", "\x1b[?2026l"
# To step over so few cells costs as much as to write them again.
_STEP_CELLS = 4


class Look(NamedTuple):
    """How a cell is written: its style, and the address that it is a link to."""

    style: Style = PLAIN
    link: str = ""

    @property
    def on_blank(self) -> Look:
        """What can be seen of it where nothing is written."""
        if self.link or self.style.attributes:
            return self
        return Look(Style("", self.style.background, ()))


class Shadow:
    """The screen of one terminal. Before `resize` has told how large that is, everything is sent."""

    def __init__(self) -> None:
        self._columns = self._rows = 0
        self._cells: list[list[tuple[str, Look] | None]] = []
        self._look = Look()
        self._at: tuple[int, int] | None = None
        """Where what comes is to be written: line and column, from 0."""
        self._feeds_from: tuple[int, int] | None = None
        """Where lone line feeds were written, after which only a move tells where one is."""
        self._feeds = 0
        self._cursor: tuple[int, int] | None = None
        """Where the terminal's cursor is."""
        self._out: list[str] = []

    def resize(self, columns: int, rows: int) -> None:
        """Such a terminal from now on; where that is another size, nothing is known of it."""
        if (columns, rows) != (self._columns, self._rows):
            self._columns, self._rows = columns, rows
            self.forget()

    def forget(self) -> None:
        """Others have written to the terminal: nothing is known of what it shows."""
        self._cells = [[None] * self._columns for _ in range(self._rows)]
        self._at = self._cursor = self._feeds_from = None

    def reduced(self, data: str) -> str:
        """What has to be written for the terminal to look as with all of `data`."""
        self._out = []
        end = 0
        for token in _TOKEN.finditer(data):
            if token.start() != end or not self._take(token):
                break
            end = token.end()
        if end < len(data):
            self._give_up(data[end:])
        elif self._feeds_from is not None:
            self._write_feeds()
        elif self._at is not None and self._at[1] < self._columns:
            self._move(self._at)
        return "".join(_without_empty_holds(self._out))

    def _take(self, token: re.Match[str]) -> bool:
        """Follow one piece; whether that could be done."""
        kind, text = token.lastgroup, token[0]
        if kind == "style":
            self._look = self._look._replace(style=changed(self._look.style, token["style"]))
        elif kind == "link":
            self._look = self._look._replace(link=token["link"])
        elif kind == "mode":
            self._out.append(text)
        elif kind == "column":
            self._feeds_from = None
            self._at = (int(token["row"]) - 1, int(token["column"]) - 1)
            return 0 <= self._at[0] < self._rows and 0 <= self._at[1] < self._columns
        elif self._at is None and self._feeds_from is None:
            return False
        elif kind == "feed":
            return self._feed()
        elif kind == "newline":
            return self._newline()
        else:
            return self._write(text)
        return True

    def _feed(self) -> bool:
        if self._feeds_from is None:
            self._feeds_from, self._feeds = self._at, 0
        if self._feeds_from is None or self._feeds_from[0] + self._feeds + 1 >= self._rows:
            return False  # it would scroll
        self._feeds += 1
        self._at = None
        return True

    def _newline(self) -> bool:
        if self._at is None or self._at[0] + 1 >= self._rows:
            return False
        self._at = (self._at[0] + 1, 0)
        return True

    def _write(self, text: str) -> bool:
        if self._at is None:
            return False
        row, column = self._at
        end = column + len(text)
        if not _is_simple(text) or end > self._columns:
            return self._write_wide(text)
        cells = self._cells[row]
        blank = (" ", self._look.on_blank)
        new = [blank if character == " " else (character, self._look) for character in text]
        for start, stop in _differing(cells[column:end], new):
            self._move((row, column + start))
            self._send(text[start:stop])
            stopped = column + stop
            self._cursor = (row, stopped) if stopped < self._columns else None
        cells[column:end] = new
        self._at = (row, end)
        return True

    def _write_wide(self, text: str) -> bool:
        """Terminals do not agree on how wide it is: from here to the end of the line nothing is known."""
        assert self._at is not None
        row, column = self._at
        end = column + cell_len(text)
        if end >= self._columns:
            return False
        self._move(self._at)
        self._send(text)
        first = max(0, column - 1)  # it may begin with an accent, which joins what stands before
        self._cells[row][first:] = [None] * (self._columns - first)
        self._at, self._cursor = (row, end), None
        # what follows stands where the terminal says, not where it would be by our count
        return True

    def _move(self, to: tuple[int, int]) -> None:
        if self._cursor == to:
            return
        row, column = to
        if self._cursor is not None and self._cursor[0] == row and self._cursor[1] < column:
            self._out.append(f"\x1b[{column - self._cursor[1]}C")
        else:
            self._out.append(f"\x1b[{row + 1};{column + 1}H")
        self._cursor = to

    def _send(self, text: str) -> None:
        style, link = self._look
        parameters = ";".join(filter(None, ("0", *style.attributes, style.foreground, style.background)))
        linked = f"\x1b]8;;{link}\x1b\\{text}\x1b]8;;\x1b\\" if link else text
        self._out.append(f"\x1b[{parameters}m{linked}")

    def _write_feeds(self) -> None:
        """Line feeds that no move has followed: what scrolled by them, if anything, is not known."""
        assert self._feeds_from is not None
        if self._feeds_from[1] < self._columns:
            self._move(self._feeds_from)
        self._out.append("\n" * self._feeds)
        self.forget()

    def _give_up(self, rest: str) -> None:
        """Something that is not understood here: it is sent as it is, and nothing is known after it."""
        if self._feeds_from is not None:
            self._write_feeds()
        elif self._at is not None and self._at[1] < self._columns and self._at[0] < self._rows:
            self._move(self._at)
        self._send("")
        self._out.append(rest)
        for parameters in re.findall(r"\x1b\[([0-9;]*)m", rest):
            self._look = self._look._replace(style=changed(self._look.style, parameters))
        for link in re.findall(r"\x1b\]8;[^;\x1b\x07]*;([^\x1b\x07]*)(?:\x1b\\|\x07)", rest):
            self._look = self._look._replace(link=link)
        self.forget()


def _differing(old: list[tuple[str, Look] | None], new: list[tuple[str, Look]]) -> Iterator[tuple[int, int]]:
    """From where to where they differ; with little that is alike between, in one."""
    if old == new:
        return
    start = end = -1
    for at, cell in enumerate(new):
        if old[at] == cell:
            continue
        if start >= 0 and at - end > _STEP_CELLS:
            yield start, end
            start = at
        elif start < 0:
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


def _without_empty_holds(pieces: list[str]) -> list[str]:
    """Where nothing is painted, the terminal need not hold back what it shows."""
    if any(piece not in (_HOLD, _SHOW) for piece in pieces):
        return pieces
    return [] if pieces.count(_HOLD) == pieces.count(_SHOW) else pieces


@lru_cache(maxsize=4096)
def _is_simple(text: str) -> bool:
    """Whether each of its characters takes one cell on any terminal."""
    return text.isascii() or all(cell_len(character) == 1 for character in text)
