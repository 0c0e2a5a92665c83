"""Fewer bytes for the same picture: over a poor connection every one of them is waited for.

Textual writes each piece of text as "colours, text, reset", also where the next piece has the same colours.
More than half of what it sends are colours that the terminal has already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STYLES = re.compile(r"\x1b\[([0-9;]*)m")
# What looks the same in any colours: where to go on, and switches other than that of the screens.
_COLOURLESS = re.compile(r"(?:\x1b\[\d+;\d+H|\x1b\[\?(?!1049[hl])\d+[hl]|[\r\n])*")
_BLANKS = re.compile(r"(?:\x1b\[\d+;\d+H|[ \r\n])*")
_PARAMETER = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_FOREGROUND = re.compile(r"38;.*|3[0-79]|9[0-7]")
_BACKGROUND = re.compile(r"48;.*|4[0-79]|10[0-7]")


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
        for number, piece in enumerate(_STYLES.split(data)):
            if number % 2:
                self._wanted = _changed(self._wanted, piece)
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


def _changed(style: Style, parameters: str) -> Style:
    """The style after a sequence with these parameters."""
    for parameter in _PARAMETER.findall(parameters) or ["0"]:
        if not int(parameter.partition(";")[0]):
            style = PLAIN
        elif _FOREGROUND.fullmatch(parameter):
            style = style._replace(foreground="" if parameter == "39" else parameter)
        elif _BACKGROUND.fullmatch(parameter):
            style = style._replace(background="" if parameter == "49" else parameter)
        else:
            style = style._replace(attributes=(*style.attributes, parameter))
    return style
