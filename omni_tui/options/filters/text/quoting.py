"""Quote and split filter values: comma-separated lists, with quotes around values that look like syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

QUOTED = r'"(?:[^"]|"")*"|“[^”]*”'
_QUOTED = re.compile(QUOTED)


def quoted(value: str) -> str:
    """Return the value in quotes; quotes inside it are doubled."""
    return '"' + value.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """Return the value that a text means: the text between quotes, else the text itself."""
    text = text.strip()
    if _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"') if text[0] == '"' else text[1:-1]
    return text


def joined(values: Iterable[str], looks_plain: Callable[[str], bool]) -> str:
    """Join values with commas; quote those that don't look plain."""
    return ", ".join(value if is_plain(value) and looks_plain(value) else quoted(value) for value in values)


def is_plain(value: str) -> bool:
    """Return whether a value needs no quotes in a list."""
    return bool(value) and value == value.strip() and "," not in value and value[0] not in '"“'


def split(text: str) -> tuple[str, ...]:
    """Split a comma-separated list into values. Raises ValueError for invalid quoting."""
    values: list[str] = []
    place = 0
    while place < len(text):
        rest = text[place:]
        start = place + len(rest) - len(rest.lstrip())
        closed = _QUOTED.match(text, start)
        if closed is None and text[start : start + 1] in ('"', "“"):
            raise ValueError("Missing closing quote.")
        end = text.find(",", closed.end() if closed else start)
        end = len(text) if end < 0 else end
        if closed and text[closed.end() : end].strip():
            raise ValueError("Text after a closing quote. Separate values with commas.")
        if text[start:end].strip():
            values.append(unquoted(text[start:end]))
        place = end + 1
    return tuple(values)
