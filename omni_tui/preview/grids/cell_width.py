"""The width of text in terminal cells: Chinese characters and most emoji take two, accents none."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_NO_CELL = frozenset({"Mn", "Me", "Cf"})


def cell_width(text: str) -> int:
    """Return the width of a text without control characters."""
    return len(text) if text.isascii() else sum(map(_width, text))


def chopped(text: str, width: int) -> str:
    """Return the beginning of a text that fits in a width."""
    if text.isascii():
        return text[:width]
    cells = 0
    for position, character in enumerate(text):
        cells += _width(character)
        if cells > width:
            return text[:position]
    return text


def _width(character: str) -> int:
    if east_asian_width(character) in "WF":
        return 2
    return 0 if category(character) in _NO_CELL else 1
