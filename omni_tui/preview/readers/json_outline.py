"""Show any JSON as indented lines, within limits, if it isn't a list of flat objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omni_tui.preview.errors import PreviewError, cannot_read
from omni_tui.preview.readers.json_records import Number, broken, value_text

MAX_BYTES = 8 * 1024**2
MAX_LINES = 20_000
_INDENT = "  "


def outline_of(path: Path) -> list[str]:
    """Return a file's values as lines: `name: value`, with nested values indented below. Blocks.

    Raises PreviewError, also if the file is too large, too deep or invalid JSON.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise cannot_read(path.name, error) from error
    if len(content) > MAX_BYTES:
        raise PreviewError(f"{path.name} isn't a table, and is too large to show as a tree.")
    try:
        value = json.loads(content, parse_int=Number, parse_float=Number, parse_constant=Number)
        lines = []
        for line in _lines("", value, 0):
            lines.append(line)
            if len(lines) >= MAX_LINES:
                lines.append(f"… only the first {MAX_LINES:,} lines are shown.")
                break
    except ValueError as error:
        raise broken() from error
    except RecursionError as error:
        raise PreviewError("The JSON is nested too deeply.") from error
    return lines


def _lines(name: str, value: Any, depth: int) -> Iterator[str]:
    begin = _INDENT * depth + (f"{name}: " if name else "")
    if isinstance(value, dict) and value:
        if name:
            yield begin.rstrip()
        for inner, each in value.items():
            yield from _lines(inner, each, depth + bool(name))
    elif isinstance(value, list) and value:
        yield f"{begin}{len(value):,} item{'s' * (len(value) != 1)}"
        for number, each in enumerate(value, 1):
            yield from _lines(f"[{number}]", each, depth + 1)
    else:
        yield begin + (value_text(value) if value is not None else "null")
