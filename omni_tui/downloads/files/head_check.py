"""Check a file's type by its first bytes, and its length.

Pure functions; `extension` is the file's (`options.rules.file_extension`): pdf, png, xlsx, zip, csv, json.
"""

from __future__ import annotations

import re

from omni_tui.api.errors.unexpected_success import begins_as_page
from omni_tui.downloads.errors import WrongFile

# How many of a file's first bytes are checked.
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
_JSON_BEGINS = re.compile(rb'\s*(\{\s*["}]|\[\s*[\[{\]])')
_JSON_VALUE = re.compile(rb"null|true|false|-?\d[\d.eE+-]*|")
# Media types that no server gives to CSV text.
_NEVER_CSV = re.compile(
    r"(image|audio|video|font|multipart)/[\w.+-]+|application/(pdf|zip|gzip|wasm|vnd\.openxmlformats[\w.+-]+)"
)
# The highest shares of control characters and of NUL in the first bytes of a text.
_MAX_CONTROLS, _MAX_NULS = 0.3, 0.6
_ERROR_OBJECT = re.compile(rb'\{\s*"(error|detail|message|status|success)"\s*:')
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r")) + b"\x7f"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_head(extension: str, content_type: str, head: bytes) -> None:
    """Raise WrongFile if a file with these first bytes isn't of the required type."""
    found = _kind(head)
    if found == "":
        if extension != "csv":  # a tile without columns makes an empty CSV
            raise WrongFile("The server sent an empty file.", "Start the export again.")
    elif extension == "csv" and _is_json(content_type, head):
        raise WrongFile("The server sent JSON instead of CSV text.", "Start the export again.")
    elif extension == "csv" and found == "text" and _NEVER_CSV.fullmatch(_media_type(content_type)):
        message = f"The server sent {_media_type(content_type)} instead of CSV text."
        raise WrongFile(message, "Start the export again.")
    elif not _fits(extension, found, head):
        page = found == "a web page" or content_type.lower().startswith("text/html")
        hint = "A proxy or a login page may be between you and Omni." if page else "Start the export again."
        raise WrongFile(f"The server sent {found} instead of {_NAMES[extension]}.", hint)


def check_length(size: int, expected_size: int | None) -> None:
    """Raise WrongFile (cut short) if the server announced another size. Sizes are in bytes."""
    if expected_size is not None and size != expected_size:
        message = f"Received {size:,} of {expected_size:,} bytes."
        raise WrongFile(message, "Start the export again.", is_cut_short=True)


def _kind(head: bytes) -> str:
    """Return what the bytes look like, for the user; an empty text for no bytes."""
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not head:
        return ""
    if head.startswith(b"%PDF-"):
        return _NAMES["pdf"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _NAMES["png"]
    if head.startswith(_ZIP_STARTS):
        return _NAMES["xlsx"] if _first_entry(head).startswith(_WORKBOOK_PARTS) else _NAMES["zip"]
    if begins_as_page(head):
        return "a web page"
    if _is_binary(head):
        return "unknown data"
    if _ERROR_OBJECT.match(text):
        return "an error message"
    return _NAMES["json"] if text.startswith((b"{", b"[")) else "text"


def _is_binary(head: bytes) -> bool:
    """Return whether bytes aren't text. Cells may contain control characters; no header begins with one."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    is_binary = controls > _MAX_CONTROLS * len(head) or head.count(0) > _MAX_NULS * len(head)
    return is_binary or head[:1] == b"\0" or head[0] in _CONTROLS


def _is_json(content_type: str, head: bytes) -> bool:
    """Return whether it is JSON: by its type and first characters, or by a start that no CSV header has."""
    media_type = _media_type(content_type)
    if media_type == "text/csv":
        return False
    text = head.removeprefix(_BYTE_ORDER_MARK)
    if media_type == "application/json" or media_type.endswith("+json"):
        return text.lstrip()[:1] in (b"{", b"[", b'"') or _JSON_VALUE.fullmatch(text.strip()) is not None
    return _JSON_BEGINS.match(text) is not None


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _fits(extension: str, found: str, head: bytes) -> bool:
    if extension == "csv":
        # a CSV header may begin with a bracket, which looks like JSON
        return found in {"text", _NAMES["json"]}
    if extension == "json":
        # a row may have a column called "error"
        return found in {_NAMES["json"], "an error message"}
    if extension == "xlsx":
        # a workbook's first entry may have any name except a CSV file's
        return head.startswith(_ZIP_STARTS[0]) and not _first_entry(head).lower().endswith(b".csv")
    return found == _NAMES[extension]


def _first_entry(head: bytes) -> bytes:
    """Return the name of a ZIP's first entry, from its local header."""
    return head[30 : 30 + int.from_bytes(head[26:28], "little")] if head.startswith(_ZIP_STARTS[0]) else b""
