"""Suggest values for text filters: those used in earlier exports, or found in the CSV files they saved.

What can't be read is skipped; nothing here raises.
"""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from omni_tui.downloads.job.models import Job, JobState
from omni_tui.options.filters.conditions import read_condition
from omni_tui.options.filters.describe import folded
from omni_tui.options.filters.types import Condition, Filter, FilterType
from omni_tui.options.spec import Format

# Limits for one dashboard: how many files are read, how much of each, and how many values of what length.
MAX_FILES = 5
MAX_BYTES = 512_000
MAX_VALUES = 200
MAX_VALUE_LENGTH = 100


def seen_values(jobs: Sequence[Job], dashboard_id: str, filters: Sequence[Filter]) -> dict[str, list[str]]:
    """Return values for each text filter by its ID, those used in exports first. Reads files: use a thread.

    `jobs` are sorted with the newest last.
    """
    own = [job for job in reversed(jobs) if job.order.request.dashboard_id == dashboard_id]
    texts = [each for each in filters if each.type is FilterType.TEXT]
    seen: dict[str, dict[str, None]] = {each.id: {} for each in texts}
    for job in own:
        for each in texts:
            seen[each.id] |= dict.fromkeys(_sent_values(job, each))
    files = [job.path for job in own if job.state is JobState.DONE and job.order.request.format is Format.CSV]
    for path in [path for path in files if path is not None and path.suffix == ".csv"][:MAX_FILES]:
        for id_, value in _in_file(path, texts):
            if len(seen[id_]) < MAX_VALUES:
                seen[id_].setdefault(value)
    return {id_: list(values)[:MAX_VALUES] for id_, values in seen.items() if values}


def _sent_values(job: Job, filter_: Filter) -> Iterator[str]:
    sent = job.order.request.values.get("filterConfig")
    if not isinstance(sent, Mapping) or filter_.id not in sent:
        return
    condition = read_condition(sent[filter_.id])
    if isinstance(condition, Condition) and condition.operator in ("is", "not"):
        yield from (value for value in condition.values if _is_short(value))


def _in_file(path: Path, filters: Iterable[Filter]) -> Iterator[tuple[str, str]]:
    """Yield filter IDs and values of the columns that are named like a filter's label or field."""
    try:
        rows = csv.reader(io.StringIO(_beginning(path)))
        heads = [folded(head) for head in next(rows, [])]
        columns = {each.id: column for each in filters if (column := _column(each, heads)) is not None}
        for row in rows:
            for id_, column in columns.items():
                if column < len(row) and _is_short(row[column]):
                    yield id_, row[column]
    except (OSError, ValueError, csv.Error):
        return


def _column(filter_: Filter, heads: Sequence[str]) -> int | None:
    names = {folded(filter_.own_label), folded(filter_.field)}
    return next((index for index, head in enumerate(heads) if head in names), None)


def _beginning(path: Path) -> str:
    """Return the complete lines at the start of a regular file; nothing of a pipe or a link."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        content = content[: content.rfind(b"\n") + 1]
    return content.decode("utf-8-sig", errors="ignore")


def _is_short(value: str) -> bool:
    return 0 < len(value) <= MAX_VALUE_LENGTH
