"""Warnings about a saved file: tables without rows, and tables that may be cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni_tui.downloads.files.row_count import INCOMPLETE, Table
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.job.truncation import cut_off_text, table_label

# How many table names are kept; a hostile archive may have a million.
MAX_NAMED = 200
NO_ROWS = "No rows matched. Check the filter values."


def empty_tables(tables: Iterable[Table]) -> tuple[str, ...]:
    """Return the names of the tables without rows; the only table of a file has an empty name."""
    return tuple(table.name for table in tables if not table.rows)[:MAX_NAMED]


def warning_text(job: Job) -> str:
    """Return the warnings about a saved file in a few words, or an empty text. Names are untrusted text."""
    empty, cut_off = len(job.empty), len(job.cut_off)
    parts = [
        f"{empty:,} tables without rows" if empty > 1 and not job.is_empty else _empty_text(job),
        f"{cut_off:,} tables may be cut off" if cut_off > 1 else cut_off_text(job.cut_off),
        INCOMPLETE[0].lower() + INCOMPLETE[1:] if job.note.startswith(INCOMPLETE) else "",
    ]
    return " · ".join(filter(None, parts))


def warning_sentences(job: Job) -> list[str]:
    """Return the same warnings as full sentences, with all tables named."""
    warnings = []
    if job.is_empty:
        warnings.append(NO_ROWS)
    elif job.empty:
        warnings.append(f"N{_empty_text(job)[1:]}. Check the filter values.")
    if job.cut_off:
        subject = "The file " if not job.cut_off[0].table and len(job.cut_off) == 1 else ""
        warnings.append(f"{subject}{cut_off_text(job.cut_off)}.")
    if job.note and job.path is not None:
        warnings.append(job.note)
    return warnings


def warning_counts(jobs: Sequence[Job]) -> list[str]:
    """Return how many of several saved files are empty or may be cut off, in a few words each."""
    empty, cut_off = sum(bool(job.empty) for job in jobs), sum(bool(job.cut_off) for job in jobs)
    counts = ((empty, "without rows"), (cut_off, "may be cut off"))
    return [f"{count:,} {text}" for count, text in counts if count]


def _empty_text(job: Job) -> str:
    if job.is_empty:
        return "no rows"
    return f"no rows in {', '.join(map(table_label, job.empty))}" if job.empty else ""
