"""Extract the server's own reason for an error from every form it uses.

The result is one line of plain text of bounded length. Web pages are never quoted: Omni didn't write them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from omni_tui.formatting import plain_line

MAX_REASON_LENGTH = 2000  # characters; an error may list all of a dashboard's filters
# In order of preference: `error` often only repeats the status.
_WORD_KEYS = (
    *("message", "detail", "error", "error_description", "errors", "issues", "msg", "title", "reason"),
    *("errorMessage", "Message", "Error", "fault", "faultstring", "exception"),
)
_MAX_DEPTH = 6
# A list of objects, or an object with members; anything else that begins with a bracket is a sentence.
_JSON_BEGINS = re.compile(r"\[\s*\{|\{\s*\"")
_MAX_PARTS = 12
# JavaScript reads a longer number as Infinity, which is null in JSON.
_MAX_DIGITS = 309


class NotJson(ValueError):
    """The body isn't usable JSON."""


def parse_json(body: bytes, *, accepts_nan: bool = False) -> Any:
    """Parse a body as JSON. Lone surrogates, which can't be shown or sent again, become `?`.

    A number that is too large becomes null, as in JavaScript, so that the rest of the response can be used;
    so do `NaN` and `Infinity` with `accepts_nan`.

    Raises NotJson, also for nesting that is too deep.
    """
    try:
        value = json.loads(
            body.removeprefix(b"\xef\xbb\xbf"),
            parse_constant=_null if accepts_nan else _no_constant,
            parse_int=_whole_number,
            parse_float=_number,
        )
        return _without_half_characters(value) if rb"\ud" in body.lower() else value
    except (ValueError, RecursionError):
        raise NotJson from None


def looks_like_markup(content_type: str, body: bytes) -> bool:
    """Return whether a body is a web page (or a storage's XML), by its type or its beginning."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml", "text/xml", "application/xml"):
        return True
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


class Fault(NamedTuple):
    """One problem that a server found in a request: the path of the member, and the text.

    `path` is empty unless the server sent it as a list, such as `["filterConfig", "orders.status"]`.
    """

    path: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}: {self.text}" if self.path else self.text


def faults_from_body(content_type: str, body: bytes) -> tuple[Fault, ...]:
    """Return the problems that the server reports, in its own words; empty if it reports none."""
    if looks_like_markup(content_type, body):
        return ()
    try:
        return faults_in(parse_json(body))
    except NotJson:
        is_text = content_type.partition(";")[0].strip().lower() in ("text/plain", "")
        text = plain(body.decode("utf-8", "replace")) if is_text and b"\x00" not in body else ""
        return (Fault((), text),) if text else ()


def faults_in(value: Any) -> tuple[Fault, ...]:
    """Return the faults in a JSON value of any form: text, `{"error": {"message"}}`, `[{"path", …}]` …"""
    shown = (Fault(tuple(map(plain, path)), plain(text)) for path, text in _faults(value, (), depth=0))
    return tuple(fault for fault in shown if fault.text)


def words_in(value: Any) -> str:
    """Return the faults in a JSON value as one line."""
    return faults_text(faults_in(value))


def faults_text(faults: Iterable[Fault]) -> str:
    """Return faults as one line: `filename: Too long; userId: Required`."""
    return plain("; ".join(map(str, faults)))


def plain(text: str) -> str:
    """Return text as one line that can be shown, cut to a readable length."""
    line = re.sub(r"\s+", " ", plain_line(text[: 4 * MAX_REASON_LENGTH])).strip()
    return line if len(line) <= MAX_REASON_LENGTH else line[: MAX_REASON_LENGTH - 1].rstrip() + "…"


def _faults(value: Any, path: tuple[str, ...], *, depth: int) -> list[Fault]:
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, str):
        held = _json_in(value) if depth < _MAX_DEPTH else None
        if held is not None and (found := _faults(held, path, depth=depth + 1)):
            return found
        is_status = value.strip().isdigit()  # a bare number only repeats the status
        return [] if is_status or not value else [Fault(path, value)]
    if isinstance(value, list):
        each = (fault for item in value[: 4 * _MAX_PARTS] for fault in _faults(item, path, depth=depth + 1))
        return list(dict.fromkeys(islice(each, _MAX_PARTS)))
    if isinstance(value, Mapping):
        below = path + _path_in(value)
        found_by_key = (_faults(value.get(key), below, depth=depth + 1) for key in _WORD_KEYS)
        return next((found for found in found_by_key if found), [])
    return []


def _json_in(text: str) -> Any:
    """Return the list or object that a text ends with: some servers add their errors to a sentence."""
    start = _JSON_BEGINS.search(text)
    if start is None or not text.rstrip().endswith(("]", "}")):
        return None
    try:
        return parse_json(text[start.start() :].encode("utf-8", "replace"))
    except NotJson:
        return None


def _path_in(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the path of the member that an entry of a list of faults is about; empty for none."""
    path = value.get("path", value.get("loc"))
    return tuple(str(part) for part in path if part != "body") if isinstance(path, list) else ()


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _null(name: str) -> None:
    return None


def _without_half_characters(value: Any) -> Any:
    """Return the value with every lone surrogate in its texts replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_without_half_characters(item) for item in value]
    if isinstance(value, dict):
        return {_without_half_characters(key): _without_half_characters(item) for key, item in value.items()}
    return value
