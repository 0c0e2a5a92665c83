"""Detect successes with the wrong content: an error, a web page, a job's status, or broken JSON.

CSV and JSON files have no signature, so such a response would pass for one. A real file never matches: its
rows are in a list, its columns may have any names, and its media type may be anything but that of a web page
or a script.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from omni_tui.api.errors.reason_text import NotJson, looks_like_markup, parse_json
from omni_tui.api.errors.types import CHECK_ADDRESS, ApiError, NotOmni, error_from_response
from omni_tui.api.models import Phase

if TYPE_CHECKING:
    import httpx

# Errors are shorter than this; a longer file that begins as an object is passed on.
MAX_ERROR_BYTES = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PAGE_TYPES = frozenset(
    {
        *(
            "text/html",
            "application/xhtml+xml",
            "text/xml",
            "application/xml",
            "text/css",
            "text/event-stream",
        ),
        *("text/javascript", "application/javascript", "application/x-www-form-urlencoded"),
    }
)
# Signatures that prove the content, whatever the media type.
_FILE_BEGINS = (b"%PDF-", b"\x89PNG", b"PK\x03\x04", b"PK\x05\x06", b"[", b"{")
_PAGE_BEGINS = re.compile(
    rb"<(?:!doctype\b|!--|[?%]|/?(?:html|head|body|script|style|meta|link|base|title|noscript|div|span|p|h[1-6]"
    rb"|form|iframe|table|center|pre|br|img|svg|main|section|header|error|xml|frameset|noframes)[\s/>])",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    rb"<([a-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*(/?)>", re.IGNORECASE
)
_SEPARATORS = (b",", b";", b"\t", b"|")
_STORAGE_ERROR = re.compile(rb"<Error>.{0,2000}?<Code>\s*(\w{1,80})\s*</Code>", re.DOTALL)
# Members of an error, in lower case and without "_" and "-".
_WORDS = frozenset(
    {
        *("message", "detail", "error", "errors", "errordescription", "errormessage", "msg", "issues"),
        *("fault", "faultstring", "exception"),
    }
)
_NUMBERS = ("statuscode", "status", "code", "errorcode", "error")
_NO_ROWS = _WORDS | {"details", "path", "loc", "stack", "trace"}
_JOB_WORDS = frozenset({"in_progress", "queued", "pending", "running", "executing", "processing"})
# A line of plain text that a proxy sends in place of a response, and the status that it stands for.
_MAX_LINE_BYTES = 300
_STATUS_OF_PHRASE = {
    **{each.phrase.lower(): each.value for each in HTTPStatus if each >= 400},
    "access denied": 403,
    "gateway time-out": 504,
    "no healthy upstream": 503,
}
_PLAIN_ERROR = re.compile(
    rf"(?:http(?:/[\d.]+)? )?(?:error:? )?(?:(?P<number>[45]\d\d)\b[:,.]?(?: -)?)? ?"
    rf"(?P<phrase>{'|'.join(map(re.escape, _STATUS_OF_PHRASE))})[.!]?|upstream connect error\b.*"
    rf"|error code: \d{{3,4}}",
    re.IGNORECASE | re.ASCII,
)


class NotAFile(Exception):
    """The response isn't the file. `body` is its beginning, or all of it."""

    def __init__(self, body: bytes) -> None:
        super().__init__("not the file")
        self.body = body


async def only_files(chunks: AsyncIterator[bytes], content_type: str) -> AsyncIterator[bytes]:
    """Pass a file on, holding back its beginning until it is known to be one. Raises NotAFile."""
    head: bytes | None = b""
    async for chunk in chunks:
        if head is None:
            yield chunk
            continue
        head += chunk
        if len(head) > MAX_ERROR_BYTES and is_page(content_type, head):
            raise NotAFile(head)
        if not needs_more_data(content_type, head):
            whole, head = head, None
            yield whole
    if head:
        if is_page(content_type, head) or status_for(head, content_type) is not None:
            raise NotAFile(head)
        yield head


def begins_as_page(text: bytes) -> bool:
    """Return whether text begins as a web page or an XML document does."""
    start = _start(text)
    return _PAGE_BEGINS.match(start) is not None or _begins_with_element(start)


def _begins_with_element(start: bytes) -> bool:
    """Return whether text begins with an element of any markup, and not with a column called `<none>`."""
    found = _ELEMENT.match(start)
    if found is None:
        return False
    closing = re.compile(rb"</" + re.escape(found[1]) + rb"\s*>", re.IGNORECASE).search(start, found.end())
    if closing is None and not (found[2] or found[3]):
        return False
    end = (closing or found).end()
    # a separator follows a column called `<b>Sales</b>`
    return not start[end : end + 80].lstrip(b' "').startswith(_SEPARATORS)


def is_page(content_type: str, head: bytes) -> bool:
    """Return whether a body that begins with `head` is a web page, a script or XML, and not a file."""
    if begins_as_page(head):
        return True
    media_type = _media_type(content_type)
    is_page_type = media_type in _PAGE_TYPES or media_type.endswith("+xml")
    return is_page_type and not _start(head).startswith(_FILE_BEGINS)


def storage_code(body: bytes) -> str:
    """Return the error code of the storage behind Omni (`AccessDenied`), or an empty string."""
    found = _STORAGE_ERROR.search(body)
    return found[1].decode("ascii", "replace") if found else ""


def needs_more_data(content_type: str, head: bytes) -> bool:
    """Return whether more data is needed to tell whether this is a file."""
    if is_page(content_type, head):
        return True
    start = _start(head)
    if len(head) < MAX_ERROR_BYTES and start[:1] in (b"", b"{", b"<"):
        return True
    return len(head) <= _MAX_LINE_BYTES and start[:1].isalnum() and b"\n" not in start.rstrip()


def status_for(body: bytes, content_type: str = "") -> int | None:
    """Return the status that a whole body stands for, or None if it is no error."""
    try:
        answer = parse_json(body)
    except NotJson:
        return _status_in_line(body) if _media_type(content_type) != "text/csv" else None
    if not isinstance(answer, Mapping):
        return None
    members = _folded(answer)
    if any(_holds_rows(value) for name, value in members.items() if name not in _NO_ROWS):
        return None
    job_id, word = members.get("jobid"), members.get("status", members.get("state"))
    has_error = bool(members.get("error") or members.get("errors"))
    if isinstance(job_id, str) and (isinstance(word, str) or "message" in members) and not has_error:
        is_failed = isinstance(word, str) and Phase.from_word(word) is Phase.FAILED
        return 410 if is_failed else 202
    number = _number_in(members)
    if number is not None:
        return number
    if isinstance(job_id, str) and has_error:
        return 410
    if members.get("success") is False or members.get("ok") is False or any(map(members.get, _WORDS)):
        return 500
    if isinstance(word, str) and word.lower() in _JOB_WORDS:
        return 202
    return 500 if _media_type(content_type) == "application/problem+json" else None


def _holds_rows(value: object) -> bool:
    """Return whether a value is a list of rows, which only data has."""
    return isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value)


def _status_in_line(body: bytes) -> int | None:
    """Return the status that a line of plain text stands for, or None if it may be a column's name."""
    line = body[: _MAX_LINE_BYTES + 1].decode("ascii", "replace").strip()
    found = _PLAIN_ERROR.fullmatch(line) if len(body) <= _MAX_LINE_BYTES else None
    if found is None:
        return None
    return int(found["number"] or _STATUS_OF_PHRASE.get((found["phrase"] or "").lower(), 503))


def _folded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members by their names in lower case, without "_" and "-"."""
    return {name.lower().replace("_", "").replace("-", ""): value for name, value in answer.items()}


def _number_in(members: Mapping[str, Any]) -> int | None:
    """Return the status that the body names, at the top level or in its `error`."""
    for name in _NUMBERS:
        value = members.get(name)
        if isinstance(value, Mapping) and name == "error":
            return _number_in(_folded(value))
        text = str(value) if isinstance(value, int | str) else ""
        if re.fullmatch(r"[45][0-9]{2}", text):
            return int(text)
    return None


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _start(text: bytes) -> bytes:
    """Return the beginning without a byte order mark and blanks; UTF-16 as if it were ASCII."""
    start = text[:MAX_ERROR_BYTES]
    if start.startswith(_UTF16_MARKS):
        start = start[2:].replace(b"\0", b"")
    return start.removeprefix(_BYTE_ORDER_MARK).lstrip()


# instead of the JSON that was requested


def error_in_success(
    status: int,
    headers: httpx.Headers | Mapping[str, str],
    body: bytes,
    *,
    path: str,
    redact: Callable[[str], str] = lambda words: words,
) -> ApiError:
    """Return the error for a success with the wrong body, with the server's reason if it gives one.

    `{"success": false, "error": "…"}` becomes the error of the status it names, or a 400.
    """
    try:
        answer = parse_json(body)
    except NotJson:
        answer = None
    if not isinstance(answer, Mapping) or not (answer.get("success") is False or answer.get("error")):
        return not_json(status, headers, body)
    error = error_from_response(_number_in(_folded(answer)) or 400, headers, body, path=path, redact=redact)
    error.was_success = True
    return error


def not_json(status: int, headers: httpx.Headers | Mapping[str, str], body: bytes) -> NotOmni:
    """Return the error for a success that isn't Omni's JSON."""
    if looks_like_markup(headers.get("content-type") or "", body):
        return NotOmni("Got a web page instead of Omni's API.", CHECK_ADDRESS, status=status)
    return NotOmni("Can't read Omni's response.", CHECK_ADDRESS, status=status)
