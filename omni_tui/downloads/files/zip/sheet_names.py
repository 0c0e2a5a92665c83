"""Read the names of a workbook's sheets by archive member (ECMA-376: xl/workbook.xml and its rels)."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from omni_tui.downloads.files.zip.open_zip import ZIP_ERRORS

# Far more than a workbook's index needs; a longer one is ignored.
MAX_BYTES = 1024 * 1024
MAX_NAME_LENGTH = 255

_WORKBOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w{1,16}:)?sheet\s([^<>]{1,4000})>")
_LINK = re.compile(r"<(?:\w{1,16}:)?Relationship\s([^<>]{1,4000})>")
_ATTRIBUTE = re.compile(r"""([\w:]{1,40})\s?=\s?(?:"([^"]*)"|'([^']*)')""")


def sheet_names(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return the sheets' names by archive member, as far as they can be read. Names are untrusted text."""
    targets = {link.get("Id", ""): link.get("Target", "") for link in _tags(_LINK, archive, _LINKS)}
    names = {}
    for sheet in _tags(_SHEET, archive, _WORKBOOK):
        link = next((value for name, value in sheet.items() if name.endswith(":id")), "")
        if (target := targets.get(link)) and (name := sheet.get("name", "")):
            # relative to the folder of the workbook, unless it begins with /
            names[posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")] = name[:MAX_NAME_LENGTH]
    return names


def _tags(tag: re.Pattern[str], archive: zipfile.ZipFile, member: str) -> Iterator[dict[str, str]]:
    for found in tag.finditer(_text(archive, member)):
        pairs = (each.groups("") for each in _ATTRIBUTE.finditer(found[1]))
        yield {name: html.unescape(double or single) for name, double, single in pairs}


def _text(archive: zipfile.ZipFile, member: str) -> str:
    try:
        with archive.open(member) as stream:
            data = stream.read(MAX_BYTES + 1)
    except (*ZIP_ERRORS, KeyError, OSError):
        return ""
    return "" if len(data) > MAX_BYTES else data.decode("utf-8", errors="replace")
