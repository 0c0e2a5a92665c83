"""What may go wrong with a server, by the names that are typed; each can be switched on while it runs."""

from __future__ import annotations

from enum import StrEnum


class Situation(StrEnum):
    """What is the matter; the values are typed on the command line."""

    NORMAL = "normal"
    KEYS_REVOKED = "keys-revoked"  # every key is unknown
    OWNER_DEMOTED = "owner-demoted"  # the owner of the personal token may not use the API any more
    API_DISABLED = "api-disabled"  # for the whole organization
    MAINTENANCE = "maintenance"  # 503, safe to send again
    RENDERER_DOWN = "renderer-down"  # every export fails as a broken tile makes it fail [C]


class Mischief(StrEnum):
    """What is done to a file; the values are typed on the command line."""

    NONE = "none"
    GZIP = "gzip"
    X_GZIP = "x-gzip"  # the same under its old name
    GZIP_MEMBERS = "gzip-members"  # compressed piece by piece: several members in one body
    GZIP_CUT = "gzip-cut"  # broken off before the trailer, chunked, so that HTTP finds no fault
    DEFLATE = "deflate"  # with the zlib header, as the standard says
    RAW_DEFLATE = "raw-deflate"  # without it, as some servers do
    BROTLI = "br"
    CUT = "cut"  # uncompressed, broken off within a row
    EMPTY = "empty"
    LOGIN_PAGE = "login-page"
    LOGIN_PAGE_AS_FILE = "login-page-as-file"  # the same under the content type of the file
    STORAGE_ERROR = "storage-error"
    STATUS_CODE = "status-code"
    ERROR = "error"
    IN_PROGRESS = "in-progress"
