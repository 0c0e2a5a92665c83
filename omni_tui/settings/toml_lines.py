"""Find the lines of keys and of syntax errors in a TOML text, for error messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may come before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[^\"'\#\n\[\]{}=]+"
    r"|.",
    re.DOTALL,
)


def line_of(keys: KeyPath, lines: Mapping[KeyPath, int]) -> int:
    """Return a key's line, from 1: within an inline table, that of the table; 0 if unknown."""
    return next((lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in lines), 0)


def syntax_error(error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """Return the line of a syntax error (0: the end of the text), and the reason without a period."""
    found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    return int(found[1] or 0) if found else 0, str(error)[: found.start()] if found else str(error)


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of each header and key by its full path. `text` must be valid TOML.

    Keys within an inline table or an array aren't listed. The first occurrence counts.
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
    """Add a key's line, also for its parent tables that have no header."""
    for end in range(1, len(path) + 1):
        lines.setdefault(path[:end], line)


def _path(key: str) -> KeyPath:
    """Return the parts of a dotted key such as `"Monday pack".filters`."""
    path: list[str] = []
    inner: Any = tomllib.loads(f"{key} = 0")
    while isinstance(inner, dict):
        [(part, inner)] = inner.items()
        path.append(part)
    return tuple(path)
