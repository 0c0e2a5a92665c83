"""Values in the text of filters: lists with commas, and quotation marks where a value looks like grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

QUOTED = r'"(?:[^"]|"")*"|“[^”]*”'
_QUOTED = re.compile(QUOTED)


def quoted(value: str) -> str:
    """The value between quotation marks; those inside it are doubled."""
    return '"' + value.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """The value that a text means: what stands between quotation marks, else the text itself."""
    text = text.strip()
    if _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"') if text[0] == '"' else text[1:-1]
    return text


def joined(values: Iterable[str], looks_plain: Callable[[str], bool]) -> str:
    """Values as a list with commas; in quotation marks what does not look plain."""
    return ", ".join(value if is_plain(value) and looks_plain(value) else quoted(value) for value in values)


def is_plain(value: str) -> bool:
    """Whether a value reads as itself in a list without quotation marks."""
    return bool(value) and value == value.strip() and "," not in value and value[0] not in '"“'


def split(text: str) -> tuple[str, ...]:
    """The values of a list with commas. Raises ValueError where quotation marks go wrong."""
    values: list[str] = []
    place = 0
    while place < len(text):
        rest = text[place:]
        start = place + len(rest) - len(rest.lstrip())
        closed = _QUOTED.match(text, start)
        if closed is None and text[start : start + 1] in ('"', "“"):
            raise ValueError("A quotation mark is not closed.")
        end = text.find(",", closed.end() if closed else start)
        end = len(text) if end < 0 else end
        if closed and text[closed.end() : end].strip():
            raise ValueError("Something follows a closing quotation mark: separate values by commas.")
        if text[start:end].strip():
            values.append(unquoted(text[start:end]))
        place = end + 1
    return tuple(values)
