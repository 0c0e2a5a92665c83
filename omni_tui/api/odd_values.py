"""Replace what a JSON parser rejects, so that one odd record doesn't cost the others of its page."""

from __future__ import annotations

import re

# Records and their values are nested about six deep.
MAX_DEPTH = 50
# A page of 100 records has about a hundred kilobytes; scanning 2 MB takes about half a second.
MAX_BYTES = 2 * 1024 * 1024
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]|-?(?:NaN|Infinity)\b', re.DOTALL)


def without_odd_values(body: bytes) -> bytes:
    """Return JSON with null in place of values nested too deep, NaN and Infinity; unchanged if too long."""
    if len(body) > MAX_BYTES or not body.lstrip().startswith(b"{"):
        return body
    kept: list[bytes] = []
    start = depth = 0
    for token in _TOKEN.finditer(body):
        match token[0][:1]:
            case b"[" | b"{":
                depth += 1
                if depth == MAX_DEPTH + 1:
                    kept.append(body[start : token.start()])
            case b"]" | b"}":
                if depth == MAX_DEPTH + 1:
                    kept.append(b"null")
                    start = token.end()
                depth -= 1
            case b"N" | b"I" | b"-" if depth <= MAX_DEPTH:
                kept += (body[start : token.start()], b"null")
                start = token.end()
    return b"".join((*kept, body[start:]))
