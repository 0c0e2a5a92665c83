"""Fewer bytes for the same picture: over a poor connection every one of them is waited for.

Textual writes each piece of text as "colours, text, reset", also where the next piece has the same colours.
More than half of what it sends are colours that the terminal has already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_STYLES = re.compile(r"\x1b\[([0-9;]*)m")
# What looks the same in any colours: where to go on, where a link begins and ends, and switches other than
# that of the screens.
_COLOURLESS = re.compile(r"(?:\x1b\[\d+;\d+H|\x1b\[\?(?!1049[hl])\d+[hl]|\x1b\]8;[^\x1b]*\x1b\\|[\r\n])*")
# They only tell a terminal which links to underline together.
_LINK_IDS = re.compile(r"\x1b\]8;id=[\d-]+;")
_BLANKS = re.compile(r"(?:\x1b\[\d+;\d+H|\x1b\[\d*[CKX]|[ \r\n])*")
# The codes of colours, and how many numbers follow those that are no colour by themselves.
_FOREGROUNDS = frozenset({*range(30, 40), *range(90, 98)})
_BACKGROUNDS = frozenset({*range(40, 50), *range(100, 108)})
_LONG = frozenset({38, 48})
_NUMBERS_OF = {"2": 3, "5": 1}


class Style(NamedTuple):
    """Colours and attributes as parameters of the escape sequence; an empty colour is the terminal's own."""

    foreground: str = ""
    background: str = ""
    attributes: tuple[str, ...] = ()


PLAIN = Style()


class Thrift:
    """Shortens what is written to one terminal; it remembers in which style that writes."""

    def __init__(self) -> None:
        self._wanted = PLAIN
        self._shown: Style | None = None

    def forget(self) -> None:
        """Others have written to the terminal: its style is not known any more."""
        self._shown = None

    def shortened(self, data: str) -> str:
        """The same picture in fewer bytes. Styles are written only before text that needs them."""
        pieces: list[str] = []
        for number, piece in enumerate(_STYLES.split(_LINK_IDS.sub("\x1b]8;;", data))):
            if number % 2:
                self._wanted = changed(self._wanted, piece)
            elif piece:
                if not _COLOURLESS.fullmatch(piece):
                    pieces.append(self._change_for(piece))
                pieces.append(piece)
        return "".join(pieces)

    def _change_for(self, text: str) -> str:
        """The escape sequence, if any, after which `text` looks as it should."""
        shown, wanted = self._shown, self._wanted
        if shown is not None and not (shown.attributes or wanted.attributes) and _BLANKS.fullmatch(text):
            wanted = wanted._replace(foreground=shown.foreground)  # which nobody sees
        if wanted == shown:
            return ""
        self._shown = wanted
        return f"\x1b[{';'.join(_parameters(shown, wanted))}m"


def _parameters(shown: Style | None, wanted: Style) -> Iterator[str]:
    """The way from one style to the other. Attributes are only taken back by taking back everything."""
    if shown is None or shown.attributes != wanted.attributes:
        yield "0"
        yield from wanted.attributes
        shown = PLAIN
    if shown.foreground != wanted.foreground:
        yield wanted.foreground or "39"
    if shown.background != wanted.background:
        yield wanted.background or "49"


@lru_cache(maxsize=1024)
def changed(style: Style, parameters: str) -> Style:
    """The style after a sequence with these parameters."""
    numbers = iter(parameters.split(";"))
    for number in numbers:
        code = int(number or 0)
        if code in _LONG:
            kind = next(numbers, "")
            number = ";".join([number, kind, *islice(numbers, _NUMBERS_OF.get(kind, 0))])
        if not code:
            style = PLAIN
        elif code in _FOREGROUNDS:
            style = style._replace(foreground="" if code == 39 else number)
        elif code in _BACKGROUNDS:
            style = style._replace(background="" if code == 49 else number)
        else:
            style = style._replace(attributes=(*style.attributes, number))
    return style
