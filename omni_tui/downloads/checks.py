"""Is this the file that was asked for, and all of it? Told from its first bytes and its length.

Pure functions; `extension` is the file's (`options.rules.file_extension`): pdf, png, xlsx, zip, csv, json.
"""

from __future__ import annotations

import re

from omni_tui.downloads.errors import WrongFile

# How many of a file's first bytes the checks want to see.
HEAD_BYTES = 2048

_NAMES = {
    "pdf": "a PDF",
    "png": "a PNG image",
    "xlsx": "an XLSX workbook",
    "zip": "a ZIP archive",
    "csv": "CSV text",
    "json": "JSON",
}
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # the second: a ZIP without any entry
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
_WEB_PAGE = re.compile(rb"<(!doctype\s+html|html|head|body|!--)", re.IGNORECASE)
_ERROR_OBJECT = re.compile(rb'\{\s*"(error|detail|message|status|success)"\s*:')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_head(extension: str, content_type: str, head: bytes) -> None:
    """Raise WrongFile when a file that begins so is not one of its kind. `head`: its first bytes."""
    found = _kind(head)
    if found == "":
        if extension != "csv":  # a tile without columns gives an empty CSV
            raise WrongFile("The server sent an empty file.", "Start the export again.")
    elif not _fits(extension, found, head):
        page = found == "a web page" or content_type.lower().startswith("text/html")
        hint = (
            "A proxy or a login page may stand between you and Omni." if page else "Start the export again."
        )
        raise WrongFile(f"The server sent {found} instead of {_NAMES[extension]}.", hint)


def check_length(size: int, expected_size: int | None) -> None:
    """Raise WrongFile (cut short) when the server said another length. Sizes in bytes."""
    if expected_size is not None and size != expected_size:
        message = f"The file came with {size:,} of its {expected_size:,} bytes."
        raise WrongFile(message, "Start the export again.", is_cut_short=True)


def _kind(head: bytes) -> str:
    """What bytes look like, in words; empty for no bytes."""
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not head:
        return ""
    if head.startswith(b"%PDF-"):
        return _NAMES["pdf"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _NAMES["png"]
    if head.startswith(_ZIP_STARTS):
        return _NAMES["xlsx"] if _first_entry(head).startswith(_WORKBOOK_PARTS) else _NAMES["zip"]
    if _WEB_PAGE.match(text):
        return "a web page"
    if b"\0" in head:
        return "something unknown"
    if _ERROR_OBJECT.match(text):
        return "an error message"
    return _NAMES["json"] if text.startswith((b"{", b"[")) else "text"


def _fits(extension: str, found: str, head: bytes) -> bool:
    if extension == "csv":
        # a heading may begin with a bracket, and nothing tells that from JSON
        return found in {"text", _NAMES["json"]}
    if extension == "json":
        # a row may well have a column called "error"
        return found in {_NAMES["json"], "an error message"}
    if extension == "xlsx":
        # the first entry of a workbook may have any name, but not that of one tile's rows
        return head.startswith(_ZIP_STARTS[0]) and not _first_entry(head).lower().endswith(b".csv")
    return found == _NAMES[extension]


def _first_entry(head: bytes) -> bytes:
    """The name of a ZIP's first entry, from its local header."""
    return head[30 : 30 + int.from_bytes(head[26:28], "little")] if head.startswith(_ZIP_STARTS[0]) else b""
