"""Wrap a long line for a narrow screen, so that it can be selected there and pasted as one line."""

from __future__ import annotations

from rich.cells import cell_len

# Texts that are shell commands; other lines are cut anywhere.
COMMANDS = ("scp ", "curl ")


def wrap_lines(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` cells (at least 8). A shell joins a command's lines."""
    width = max(8, width)
    lines = text.splitlines() or [""]
    if text.startswith(COMMANDS):
        return [part for line in lines for part in _folded_command(line, width)]
    return [part for line in lines for part in _cut(line, width)]


def _cut(line: str, width: int) -> list[str]:
    parts = [""]
    for character in line:
        if cell_len(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts


def _folded_command(line: str, width: int) -> list[str]:
    """Break a command with a backslash at each line end, which a shell removes. Single quotes are
    closed before it and reopened after it."""
    if cell_len(line) <= width:
        return [line]
    parts, quote, is_escaped = [""], "", False
    for character in line:
        room = width - 3  # room for a quote, a backslash and a wide character
        if cell_len(parts[-1]) >= room and not is_escaped and parts[-1] not in ("", "'"):
            parts[-1] += "'\\" if quote == "'" else "\\"
            parts.append("'" if quote == "'" else "")
        parts[-1] += character
        if is_escaped:
            is_escaped = False
        elif character == "\\" and quote != "'":
            is_escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
    return parts
