"""Turns untrusted text into screen content: plain cells, never markup or control codes."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells
from textual.content import Content
from textual.style import Style

from omni_tui.formatting import plain_line

# A server may send a name of a megabyte; no terminal line is longer than this.
MAX_LINE_LENGTH = 4096


def content(text: str, style: str = "") -> Content:
    """Return untrusted text as one line of content, in a style such as `$text-muted`."""
    return Content.styled(plain_line(text), style) if style else Content(plain_line(text))


def link(text: str, address: str, style: str = "", *, underline: bool = True) -> Content:
    """Return untrusted text as a link (OSC 8) to `address`; without an address, only the text.

    The address must come from `api.urls.dashboard_address`, which validates it.
    """
    shown = content(text, style)
    return shown.stylize(Style(link=address, underline=underline or None)) if address else shown


def shorten(text: str, width: int) -> str:
    """Return untrusted text in at most `width` cells, with … where it was cut."""
    line = plain_line(text[:MAX_LINE_LENGTH])
    if (len(line) if line.isascii() else cell_len(line)) <= width:
        return line
    if width <= 1:
        return "…" if width == 1 else ""
    kept = line[: width - 1] if line.isascii() else chop_cells(line, width - 1)[0]
    return kept.rstrip() + "…"


def shorten_start(text: str, width: int) -> str:
    """Return the text in at most `width` cells, cut at the start: the end of a path says more."""
    line = plain_line(text[-MAX_LINE_LENGTH:])
    if cell_len(line) <= width:
        return line
    kept = ""
    for character in reversed(line):
        if cell_len(character + kept) > width - 1:
            break
        kept = character + kept
    return f"…{kept}" if width >= 1 else ""


def shorten_folders(path: str, width: int) -> str:
    """Return a path cut at the start, between two parts if possible: …/exports/Sales.pdf."""
    line = plain_line(path[-MAX_LINE_LENGTH:])
    if cell_len(line) <= width:
        return line
    parts = line.split("/")
    shorter = (f"…/{'/'.join(parts[first:])}" for first in range(1, len(parts)))
    return next((short for short in shorter if cell_len(short) <= width), shorten_start(line, width))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return untrusted text in exactly `width` cells: cut with …, or padded with spaces."""
    short = shorten(text, width)
    blanks = " " * (width - cell_len(short))
    return blanks + short if right else short + blanks
