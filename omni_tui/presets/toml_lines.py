"""Where in a TOML text each key stands: the parser of the standard library does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the three that end it
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[^\"'\#\n\[\]{}=]+"
    r"|.",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """The line (the first is 1) of every header and key, by its whole path. `text` has to be valid TOML.

    What stands in an inline table or an array is not told apart from it. The first place counts.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    line, depth, key, is_value = 1, 0, "", False
    for token in _TOKEN.findall(f"{text}\n"):
        if token == "\n" and not depth:
            if key.startswith("[") and not is_value:
                table = _path(key.strip("[] \t\r"))
                _add(lines, table, line)
            key, is_value = "", False
        elif is_value:
            depth += (token in ("[", "{")) - (token in ("]", "}"))
        elif token == "=":
            _add(lines, (*table, *_path(key)), line)
            is_value = True
        elif not token.startswith("#"):
            key = (key + token).lstrip()
        line += token.count("\n")
    return lines


def _add(lines: dict[KeyPath, int], path: KeyPath, line: int) -> None:
    """A key tells also of the tables that it stands in, where they have no header of their own."""
    for end in range(1, len(path) + 1):
        lines.setdefault(path[:end], line)


def _path(key: str) -> KeyPath:
    """`"Monday pack".filters` as its two parts."""
    path: list[str] = []
    inner: Any = tomllib.loads(f"{key} = 0")
    while isinstance(inner, dict):
        [(part, inner)] = inner.items()
        path.append(part)
    return tuple(path)
