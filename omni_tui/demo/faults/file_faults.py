"""Simulate faults of file responses: proxies that compress them, or respond themselves.

All have status 200. They can be switched on at any time, for the file requests of a server.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

from omni_tui.demo.faults.modes import FileFault
from omni_tui.demo.files.models import RenderedFile, whole_file

_MEMBER_BYTES = 4000
_LOGIN_PAGE = b"""<!doctype html>
<html><head><title>Sign in</title><script>location.replace("/login")</script></head><body></body></html>
"""
_STORAGE_ERROR = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired'
    b"</Message><RequestId>4YV1</RequestId></Error>"
)
_IN_PROGRESS = b'{"job_id": "550e8400-e29b-41d4-a716-446655440000", "status": "in_progress"}'
_BODIES: dict[FileFault, tuple[str, bytes]] = {
    FileFault.EMPTY: ("", b""),
    FileFault.LOGIN_PAGE: ("text/html; charset=utf-8", _LOGIN_PAGE),
    FileFault.LOGIN_PAGE_AS_FILE: ("", _LOGIN_PAGE),
    FileFault.STORAGE_ERROR: ("application/xml", _STORAGE_ERROR),
    FileFault.STATUS_CODE: ("application/json", b'{"statusCode": 401, "message": "Unauthorized"}'),
    FileFault.ERROR: ("application/json", b'{"error": "404", "message": "Download job not found"}'),
    FileFault.IN_PROGRESS: ("application/json", _IN_PROGRESS),
}


def with_fault(rendered: RenderedFile, fault: FileFault) -> RenderedFile:
    """Return the file as it is sent with that fault: encoded, cut off, or replaced by another body."""
    if fault is FileFault.NONE:
        return rendered
    if fault in _BODIES:
        content_type, body = _BODIES[fault]
        return whole_file("", content_type or rendered.content_type, body)
    encoding, change = _ENCODINGS[fault]
    return replace(
        rendered,
        encoding=encoding,
        length=None,
        chunks=lambda: iter((change(b"".join(rendered.chunks())),)),
    )


def _members(content: bytes) -> bytes:
    starts = range(0, max(1, len(content)), _MEMBER_BYTES)
    return b"".join(gzip.compress(content[start : start + _MEMBER_BYTES]) for start in starts)


def _raw_deflated(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


_ENCODINGS: dict[FileFault, tuple[str, Callable[[bytes], bytes]]] = {
    FileFault.GZIP: ("gzip", gzip.compress),
    FileFault.X_GZIP: ("x-gzip", gzip.compress),
    FileFault.GZIP_MEMBERS: ("gzip", _members),
    FileFault.GZIP_CUT: ("gzip", lambda content: gzip.compress(content)[:-8]),
    FileFault.DEFLATE: ("deflate", zlib.compress),
    FileFault.RAW_DEFLATE: ("deflate", _raw_deflated),
    FileFault.CUT: ("", lambda content: content[: max(1, len(content) * 2 // 3)]),
}
