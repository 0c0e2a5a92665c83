"""Detect responses with status 200 that aren't the file: an error, a web page, or a job's status.

CSV and JSON have no signature, so such a response would pass for one. A real file never matches: its rows
are in a list, its columns may have any names, and its media type may be anything but a web page's.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from omni_tui.api.errors.reason_text import NotJson, parse_json
from omni_tui.api.models import JobStatus, Phase

# Errors are shorter than this; a longer file that begins as an object is passed on.
MAX_ERROR_BYTES = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml"})
# Signatures that prove the content, whatever the media type.
_FILE_BEGINS = (b"%PDF-", b"\x89PNG", b"PK\x03\x04", b"PK\x05\x06", b"[", b"{")
_PAGE_BEGINS = re.compile(
    rb"<(?:!doctype\b|!--|\?xml\b|/?(?:html|head|body|script|style|meta|link|base|title|noscript|div|span|p|h[1-6]"
    rb"|form|iframe|table|center|pre|br|img|svg|main|section|header|error|xml)[\s/>])",
    re.IGNORECASE,
)
_STORAGE_ERROR = re.compile(rb"<Error>.{0,2000}?<Code>\s*(\w{1,80})\s*</Code>", re.DOTALL)
# An object with any other member is data.
_ERROR_MEMBERS = frozenset(
    {
        *("code", "createdAt", "created_at", "detail", "details", "docs", "documentation_url", "error"),
        *("errorCode", "error_code", "error_description", "errors", "existing_job_id", "format", "hint"),
        *("instance", "issues", "jobId", "job_id", "message", "msg", "ok", "path", "reason", "requestId"),
        *("request_id", "stack", "status", "statusCode", "status_code", "success", "timestamp", "title"),
        *("trace", "traceId", "trace_id", "type"),
    }
)
_WORDS = ("message", "detail", "error", "errors", "error_description", "msg", "issues")
_NUMBERS = ("statusCode", "status_code", "status", "code", "errorCode", "error_code", "error")


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
        if is_page(content_type, head) or status_for(head) is not None:
            raise NotAFile(head)
        yield head


def begins_as_page(text: bytes) -> bool:
    """Return whether text begins as a web page or an XML document does."""
    return _PAGE_BEGINS.match(_start(text)) is not None


def is_page(content_type: str, head: bytes) -> bool:
    """Return whether a body that begins with `head` is a web page and not a file."""
    if begins_as_page(head):
        return True
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in _PAGE_TYPES and not _start(head).startswith(_FILE_BEGINS)


def storage_code(body: bytes) -> str:
    """Return the error code of the storage behind Omni (`AccessDenied`), or an empty string."""
    found = _STORAGE_ERROR.search(body)
    return found[1].decode("ascii", "replace") if found else ""


def needs_more_data(content_type: str, head: bytes) -> bool:
    """Return whether more data is needed to tell whether this is a file."""
    if is_page(content_type, head):
        return True
    return len(head) < MAX_ERROR_BYTES and _start(head)[:1] in (b"", b"{", b"<")


def status_for(body: bytes) -> int | None:
    """Return the status that a whole body stands for, or None if it is no error."""
    try:
        answer = parse_json(body)
    except NotJson:
        return None
    if not isinstance(answer, Mapping) or not answer or not answer.keys() <= _ERROR_MEMBERS:
        return None
    job_id, word = answer.get("job_id", answer.get("jobId")), answer.get("status")
    if isinstance(job_id, str) and (isinstance(word, str) or "message" in answer) and "error" not in answer:
        is_failed = isinstance(word, str) and JobStatus.from_wire(word, answer).phase is Phase.FAILED
        return 410 if is_failed else 202
    number = _number_in(answer)
    if number is not None:
        return number
    if isinstance(job_id, str):
        return 410
    if answer.get("success") is False or answer.get("ok") is False or any(map(answer.get, _WORDS)):
        return 500
    return None


def _number_in(answer: Mapping[str, Any]) -> int | None:
    """Return the status that the body names, at the top level or in its `error`."""
    for name in _NUMBERS:
        value = answer.get(name)
        if isinstance(value, Mapping) and name == "error" and (inner := _number_in(value)) is not None:
            return inner
        text = str(value) if isinstance(value, int | str) else ""
        if re.fullmatch(r"[45][0-9]{2}", text):
            return int(text)
    return None


def _start(text: bytes) -> bytes:
    return text[:MAX_ERROR_BYTES].removeprefix(_BYTE_ORDER_MARK).lstrip()
