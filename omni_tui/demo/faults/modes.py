"""The faults of a server, by their names on the command line; each can be switched on while it runs."""

from __future__ import annotations

from enum import StrEnum


class Situation(StrEnum):
    """What is wrong with the organization; the values are used on the command line."""

    NORMAL = "normal"
    KEYS_REVOKED = "keys-revoked"  # every key is unknown
    OWNER_DEMOTED = "owner-demoted"  # the owner of the personal token lost access to the API
    API_DISABLED = "api-disabled"  # for the whole organization
    MAINTENANCE = "maintenance"  # 503, safe to retry
    RENDERER_DOWN = "renderer-down"  # every export fails, like with a broken tile [C]


class FileFault(StrEnum):
    """What is wrong with a file; the values are used on the command line."""

    NONE = "none"
    GZIP = "gzip"
    X_GZIP = "x-gzip"  # gzip under its old name
    GZIP_MEMBERS = "gzip-members"  # compressed in parts: several members in one body
    GZIP_CUT = "gzip-cut"  # cut off before the trailer; chunked, so that HTTP detects no error
    DEFLATE = "deflate"  # with the zlib header, as in the standard
    RAW_DEFLATE = "raw-deflate"  # without the zlib header, as from some servers
    CUT = "cut"  # uncompressed, cut off within a row
    EMPTY = "empty"
    LOGIN_PAGE = "login-page"
    LOGIN_PAGE_AS_FILE = "login-page-as-file"  # a login page with the file's content type
    STORAGE_ERROR = "storage-error"
    STATUS_CODE = "status-code"
    ERROR = "error"
    IN_PROGRESS = "in-progress"
