"""Describes a file for the preview's frame: size, shape, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from omni_tui.downloads.files.manifest import read_manifest
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.job.result_warnings import warning_sentences
from omni_tui.formatting import format_size
from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import edit_of, read_filters
from omni_tui.options.filters.types import Condition, Edit
from omni_tui.options.rules import payload


def export_details(path: Path, job: Job | None) -> str:
    """Return how a file was made, from its download or its manifest; empty if unknown.

    Reads a small file. Warnings come first, then filters, because narrow screens cut off the end.
    """
    if job is not None:
        request = job.order.request
        saved = job.times.get(JobState.DONE)
        filters = payload(request).get("filterConfig")
        parts = [f"! {words}" for words in warning_sentences(job)]
        if isinstance(filters, dict) and filters:
            edits = [(each, edit_of(each)) for each in read_filters(filters, list(filters))]
            parts += [words_of(each, edit) for each, edit in edits if not _is_any(edit)]
        parts += [f"exported {datetime.fromtimestamp(saved):%Y-%m-%d %H:%M}"] if saved else []
        parts += [job.title]
        return " · ".join(parts)
    return _manifest_words(read_manifest(path))


def _is_any(edit: Edit) -> bool:
    return isinstance(edit, Condition) and edit.operator == "any"


def _manifest_words(made: Mapping[str, Any]) -> str:
    if not made:
        return ""
    dashboard = made.get("dashboard")
    name = dashboard.get("name") if isinstance(dashboard, dict) else None
    limit = made.get("may_be_cut_off_at")
    parts = [f"! may be cut off at {limit:,} rows"] if isinstance(limit, int) else []
    parts += [str(name)] if name else []
    parts += [f"exported {str(made['saved'])[:16].replace('T', ' ')}"] if made.get("saved") else []
    options = made.get("options")
    filters = options.get("filterConfig") if isinstance(options, dict) else None
    parts += [f"{len(filters)} filters set"] if isinstance(filters, dict) and filters else []
    return " · ".join(parts)


def size_of(path: Path) -> str:
    """Return a file's size as text; empty if the file no longer exists."""
    try:
        return format_size(path.stat().st_size)
    except OSError:
        return ""


def rows_words(rows: int, columns: int, *, is_complete: bool) -> str:
    """Return a table's number of rows and columns as text."""
    counted = f"{rows:,} row{'s' * (rows != 1)}"
    return f"{counted if is_complete else counted + ' so far'} × {columns:,} column{'s' * (columns != 1)}"
