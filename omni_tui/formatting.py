"""Format sizes, durations and dates, and make untrusted text safe to print."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

# The ends of a sentence; a closing quote or bracket may follow.
_ENDS = tuple(f"{end}{close}" for end in ".!?…" for close in ("", '"', "'", "”", "’", ")"))
# Sequences that color text or move the cursor. They are removed as a whole, or their letters would remain.
_ESCAPE_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")
# Controls, escapes and invisible marks that reorder or hide characters, which would disguise a name.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# C0, DEL, C1, and the marks that change the text direction.
_CONTROLS: dict[int, str | None] = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {0x09, 0x0A}
)
_BREAKS = frozenset({"Zl", "Zp"})
# These join, color or widen emoji. Terminals disagree on the width of the result, and a line that is wider
# than expected shifts everything to its right. Without them, the emoji are shown separately.
_EMOJI_SELECTORS = frozenset(map(chr, (0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400))))


def plain_line(text: str) -> str:
    """Return untrusted text as one line without controls, escapes or direction marks; breaks are spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain_character(character) for character in _ESCAPE_SEQUENCE.sub("", text))


def sentences(*parts: str) -> str:
    """Join texts into sentences on one line: each but the last gets a full stop unless it has an end.

    The last is unchanged, as it may end with a command to copy. Empty texts are skipped.
    """
    *firsts, last = [part for part in (part.strip() for part in parts) if part] or [""]
    ended = (part if part.endswith(_ENDS) else f"{part.rstrip(',;:')}." for part in firsts)
    return " ".join([*ended, last])


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words to a list: `a, b and c`."""
    *rest, end = [*words] or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end


def without_controls(text: str) -> str:
    """Remove controls and direction overrides, which a terminal acts on. Line breaks and tabs stay."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def json_line(value: Any) -> str:
    """Return a value as one line of JSON, in ASCII and without DEL, so that it can't affect a terminal."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def shell_word(text: str) -> str:
    """Quote text as one word for a POSIX shell; escape control and hidden characters: `$'\\x7f'`.

    A shell that reads a paste as typed keys would act on them: DEL deletes the character before it. NUL is
    removed, as no shell can pass it on. Older shells (dash) don't know `$'…'`, so spaces of all kinds and the
    joiner of emoji are only quoted.
    """
    if all(map(_is_only_quoted, text)):
        return shlex.quote(text)
    return f"$'{''.join(map(_escaped, text))}'"


def _is_only_quoted(character: str) -> bool:
    return character.isprintable() or character == "\u200d" or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if _is_only_quoted(character):
        return character
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": ""}
    data = character.encode("utf-8", "surrogatepass")
    return named.get(character, "".join(f"\\x{byte:02x}" for byte in data))


def plain_lines(text: str) -> list[str]:
    """Return untrusted text as safe lines, split at its line breaks, with its indentation."""
    return [plain_line(line.expandtabs(4)) for line in text.splitlines()]


def _plain_character(character: str) -> str:
    if character in "\t\n\r\v\f" or unicodedata.category(character) in _BREAKS:
        return " "
    if character in _EMOJI_SELECTORS:
        return ""
    return "" if unicodedata.category(character) in _HIDDEN_CATEGORIES else character


def display_path(path: Path) -> str:
    """Return a path with ~ for the home folder."""
    try:
        home = Path.home()
    except RuntimeError:  # the home folder is unknown
        return str(path)
    return f"~/{path.relative_to(home)}" if path != home and path.is_relative_to(home) else str(path)


def format_size(size_bytes: int) -> str:
    """Format a size: 812 B, 1.2 MB. In powers of 1,000, as in file managers."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5:
            return f"{size:.1f} {unit}" if size < 9.95 else f"{size:.0f} {unit}"
    return f"{size / 1000:.1f} TB"


def format_duration(seconds: float) -> str:
    """Format a duration: 8 s, 2 min 05 s, 1 h 02 min."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def format_short_duration(seconds: float) -> str:
    """Format a duration in at most seven cells, for columns: 8 s, 2:05, 1:02:05."""
    whole = int(seconds)
    minutes, hours = whole // 60, whole // 3600
    if hours:
        return f"{hours}:{minutes % 60:02d}:{whole % 60:02d}"
    return f"{minutes}:{whole % 60:02d}" if minutes else f"{whole} s"


def format_latency(seconds: float) -> str:
    """Format a response time: 142 ms, 2.4 s, 31 s, 2:05."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else format_short_duration(round(seconds))


def format_ago(moment: datetime | None, now: datetime) -> str:
    """Format a past time relative to now, as short as possible: 2 h ago, yesterday, 12 Nov, 3 Mar 2024."""
    if moment is None:
        return ""
    local, here = moment.astimezone(), now.astimezone()
    seconds = (here - local).total_seconds()
    days = (here.date() - local.date()).days
    if 0 <= seconds < 60:
        return "just now"
    if 0 <= seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds >= 0 and days == 0:
        return f"{int(seconds // 3600)} h ago"
    if days == 1:
        return "yesterday"
    day = f"{local.day} {local:%b}"
    return day if local.year == here.year else f"{day} {local.year}"
