"""Names for files, sheets and the members of an archive, made legal and unlike each other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from omni_tui.demo.fleet.models import Dashboard

LONGEST_SHEET_NAME = 31
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_MEMBERS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def file_name(dashboard: Dashboard, asked_for: str | None, extension: str) -> str:
    """What the file is called: as asked for, else after the dashboard; the extension stands once."""
    name = asked_for or dashboard.name
    return name if name.lower().endswith(f".{extension}") else f"{name}.{extension}"


def sheet_names(names: Iterable[str]) -> list[str]:
    """A name that a workbook takes for each: at most 31 characters, no two the same in any case."""
    return _distinct(
        (_NOT_IN_SHEETS.sub(" ", name).strip(" '") or "Sheet" for name in names), LONGEST_SHEET_NAME
    )


def member_names(names: Iterable[str]) -> list[str]:
    """A file name for each, to stand in an archive."""
    return _distinct((_NOT_IN_MEMBERS.sub("-", name).strip(" .") or "tile" for name in names), 120)


def _distinct(names: Iterable[str], longest: int) -> list[str]:
    taken: set[str] = set()
    chosen = []
    for name in names:
        candidate, number = name[:longest].rstrip(), 1
        while candidate.casefold() in taken:
            number += 1
            ending = f" ({number})"
            candidate = name[: longest - len(ending)].rstrip() + ending
        taken.add(candidate.casefold())
        chosen.append(candidate)
    return chosen
