"""Count the lines of a CSV outside of its quoted fields, like the csv module but without parsing rows.

A line ends with CR LF, CR or LF. Quotes count only at the start of a field; others are text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_EMPTY_FIELD_LINE = re.compile(rb'\r(?:"")+\n')


def without_doubled_quotes(text: bytes) -> bytes:
    """Remove pairs of quotes: one is a quote in a quoted field, and an empty field elsewhere."""
    if b'"' not in text or b'""' not in text:
        return text
    if b'\r""' in text:  # without the empty field, two line ends would be one
        text = _EMPTY_FIELD_LINE.sub(b"\rx\n", text)
    return text.replace(b'""', b"")


def lines_outside_quotes(text: bytes, begin: int, separators: bytes) -> tuple[int, bool]:
    """Return the number of line ends outside of quoted fields, and whether a field is open at the end.

    `text` starts outside and has no doubled quotes. Line ends before `begin` aren't counted.
    """
    if b'"' not in text:
        return line_ends(text, begin), False
    on_one_line, proper, quoted, opening = _patterns(separators)
    end = _end(on_one_line, text)
    is_open = _is_only_opening(opening, text, end)
    if is_open or end == len(text):
        return line_ends(text, begin, end), is_open
    end = _end(proper, text)
    is_open = _is_only_opening(opening, text, end)
    if is_open or end == len(text):
        return line_ends(b"x".join(text[begin:end].split(b'"')[::2])), is_open
    bare = quoted.sub(b"x", text)
    found = opening.search(bare, begin)
    return line_ends(bare, begin, found.start() if found else None), found is not None


def opens_field(text: bytes, separators: bytes) -> bool:
    """Return whether a text that starts outside of quotes has a quote at the start of a field."""
    return _patterns(separators)[-1].search(text) is not None


def line_ends(text: bytes, begin: int = 0, end: int | None = None) -> int:
    """Count CR LF, CR and LF."""
    lines = text.count(b"\n", begin, end)
    if text.find(b"\r", begin, end) >= 0:
        lines += text.count(b"\r", begin, end) - text.count(b"\r\n", begin, end)
    return lines


@lru_cache
def _patterns(separators: bytes) -> tuple[re.Pattern[bytes], ...]:
    before = re.escape(separators) + rb"\r\n"
    begins = rb"(?<![^" + before + rb'])"'
    stray = rb"(?:(?<=[^" + before + rb'])"[^"]*+)*+'
    # up to the first quoted field with a line break: nearly always the whole text at once
    on_one_line = rb'[^"]*+' + stray + rb"(?:" + begins + rb'[^"\r\n]*+"[^"]*+' + stray + rb")*+"
    # up to the first quote that is only text
    proper = rb'[^"]*+(?:' + begins + rb'[^"]*+"[^"]*+)*+'
    quoted = begins + rb'[^"]*+"'
    return re.compile(on_one_line), re.compile(proper), re.compile(quoted), re.compile(begins)


def _is_only_opening(opening: re.Pattern[bytes], text: bytes, end: int) -> bool:
    """Return whether only an unclosed field follows in `text` from that position."""
    return opening.match(text, end) is not None and text.find(b'"', end + 1) < 0


def _end(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Return where a match at the start of a text ends, or 0."""
    found = pattern.match(text)
    return found.end() if found else 0
