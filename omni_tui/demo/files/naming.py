"""Make names for files, sheets and archive members valid and unique."""

from __future__ import annotations

import re
from collections.abc import Iterable

from omni_tui.demo.sample_data.models import Dashboard

MAX_SHEET_NAME_LENGTH = 31
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_MEMBERS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def file_name(dashboard: Dashboard, asked_for: str | None, extension: str) -> str:
    """Return the file's name: as requested or after the dashboard, with the extension once."""
    name = asked_for or dashboard.name
    return name if name.lower().endswith(f".{extension}") else f"{name}.{extension}"


def sheet_names(names: Iterable[str]) -> list[str]:
    """Return a valid and unique sheet name for each: at most 31 characters, ignoring case."""
    return _distinct(
        (_NOT_IN_SHEETS.sub(" ", name).strip(" '") or "Sheet" for name in names), MAX_SHEET_NAME_LENGTH
    )


def member_names(names: Iterable[str]) -> list[str]:
    """Return a unique file name for each, for an archive."""
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
