"""A long line on a narrow screen, so that it can be selected there and pasted as one."""

from __future__ import annotations

from rich.cells import cell_len

# What is a line for a shell; anything else is just cut.
COMMANDS = ("scp ", "curl ")


def wrap_lines(text: str, width: int) -> list[str]:
    """The lines of a text in at most `width` cells (8 at least). A shell reads those of a command as one."""
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
    """Broken with a backslash at the end, which a shell takes away, except within single quotes: those are
    closed before and opened again."""
    if cell_len(line) <= width:
        return [line]
    parts, quote, is_escaped = [""], "", False
    for character in line:
        room = width - 3  # for a quote, a backslash, and a character of two cells
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
