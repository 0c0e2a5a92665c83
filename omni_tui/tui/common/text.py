"""The one door through which foreign text reaches the screen: as plain cells, never as markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.content import Content
from textual.style import Style

from omni_tui.formatting import plain_line

# How a text is brought into so many cells.
Cut: TypeAlias = Callable[[str, int], str]
# A server may send a name of a megabyte; no line of any terminal shows more than this of it.
LONGEST_LINE = 4096


def content(text: str, style: str = "") -> Content:
    """Foreign text as one line of Textual content, in a style such as `$text-muted`."""
    return Content.styled(plain_line(text), style) if style else Content(plain_line(text))


def link(text: str, address: str, style: str = "", *, underline: bool = True) -> Content:
    """Foreign text that the terminal opens as `address` in its own browser (OSC 8); without one, the text.

    The address is one of `api.addresses.dashboard_address`, which is made or checked there.
    """
    shown = content(text, style)
    return shown.stylize(Style(link=address, underline=underline or None)) if address else shown


def shorten(text: str, width: int) -> str:
    """Foreign text in at most `width` cells, with … where it was cut."""
    line = plain_line(text[:LONGEST_LINE])
    if (len(line) if line.isascii() else cell_len(line)) <= width:
        return line
    if width <= 1:
        return "…" if width == 1 else ""
    kept = line[: width - 1] if line.isascii() else chop_cells(line, width - 1)[0]
    return kept.rstrip() + "…"


def shorten_start(text: str, width: int) -> str:
    """The same, cut at the start: of a path, the end tells more."""
    line = plain_line(text[-LONGEST_LINE:])
    if cell_len(line) <= width:
        return line
    kept = ""
    for character in reversed(line):
        if cell_len(character + kept) > width - 1:
            break
        kept = character + kept
    return f"…{kept}" if width >= 1 else ""


def shorten_folders(path: str, width: int) -> str:
    """A path cut at its start, between two of its parts where that is possible: …/exports/Sales.pdf."""
    line = plain_line(path[-LONGEST_LINE:])
    if cell_len(line) <= width:
        return line
    parts = line.split("/")
    shorter = (f"…/{'/'.join(parts[first:])}" for first in range(1, len(parts)))
    return next((short for short in shorter if cell_len(short) <= width), shorten_start(line, width))


def fit(text: str, width: int, *, right: bool = False, cut: Cut = shorten) -> str:
    """Foreign text in exactly `width` cells: cut with …, or filled with blanks."""
    is_plain = cut is shorten and text.isascii() and text.isprintable()
    if is_plain and len(text) <= width:
        return text.rjust(width) if right else text.ljust(width)
    short = cut(text, width)
    if is_plain:  # each of its signs takes a cell, and so does the … at its end
        return short.rjust(width) if right else short.ljust(width)
    if right:
        return " " * (width - cell_len(short)) + short
    return set_cell_size(short, width)
