"""Styles as SGR ("Select Graphic Rendition") parameters, and how a sequence changes them."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import NamedTuple

# The codes of colors, and how many numbers follow 38 and 48 by kind.
_FOREGROUNDS = frozenset({*range(30, 40), *range(90, 98)})
_BACKGROUNDS = frozenset({*range(40, 50), *range(100, 108)})
_LONG = frozenset({38, 48})
_NUMBERS_OF = {"2": 3, "5": 1}


class Style(NamedTuple):
    """Colors and attributes as SGR parameters; an empty color is the terminal's default."""

    foreground: str = ""
    background: str = ""
    attributes: tuple[str, ...] = ()


PLAIN = Style()


@lru_cache(maxsize=1024)
def changed(style: Style, parameters: str) -> Style:
    """Return the style after a sequence with these parameters."""
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
