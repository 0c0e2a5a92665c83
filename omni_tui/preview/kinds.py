"""Detect a file's kind by its first bytes, then by its name."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from omni_tui.preview.errors import UnknownKind, cannot_read

_HEAD_BYTES = 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TABLE_NAMES = (".csv", ".tsv", ".txt")
_WORKBOOK_NAMES = (".xlsx", ".xlsm")


class Kind(StrEnum):
    """The kinds of files; the value is shown to users and scripts."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    ZIP = "zip"
    PDF = "pdf"
    PNG = "png"

    @property
    def is_table(self) -> bool:
        """Return whether it contains tables of rows."""
        return self not in (Kind.PDF, Kind.PNG)


def kind_of(path: Path) -> Kind:
    """Return the kind of a file. Raises PreviewError."""
    try:
        # open only regular files: a pipe would block until something is written
        if not path.is_file():
            path.stat()
            raise UnknownKind(f"{path.name} isn't a file.", "Choose a saved export.")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise cannot_read(path.name, error) from error
    return kind_of_content(path.name, head)


def kind_of_content(name: str, head: bytes) -> Kind:
    """Return the kind of a file by its name and first bytes. Raises UnknownKind."""
    suffix = os.path.splitext(name.lower())[1]
    is_text = suffix in (*_TABLE_NAMES, ".json")
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and not is_text):  # it may follow other bytes
        return Kind.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.XLSX if suffix in _WORKBOOK_NAMES else Kind.ZIP
    if suffix in _TABLE_NAMES:
        return Kind.CSV
    if suffix == ".json":
        return Kind.JSON
    if suffix in (*_WORKBOOK_NAMES, ".zip", ".pdf", ".png"):
        return Kind(suffix[1:] if suffix != ".xlsm" else "xlsx")  # the reader reports what is wrong
    if head.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in (b"[", b"{"):
        return Kind.JSON
    raise UnknownKind(f"{name} can't be previewed.", "Choose a CSV, XLSX, JSON, ZIP, PDF or PNG file.")
