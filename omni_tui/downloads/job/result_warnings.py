"""Why a saved file may hold less than it seems to: tables without rows, and tables that may be cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni_tui.downloads.files.row_count import INCOMPLETE, Table
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.job.truncation import cut_off_words, table_words

# So many tables are remembered by name; a hostile archive may have a million.
MOST_NAMED = 200
NO_ROWS = "No rows matched. Check the filter values."


def empty_tables(tables: Iterable[Table]) -> tuple[str, ...]:
    """The names of the tables without rows; the only table of a file has an empty name."""
    return tuple(table.name for table in tables if not table.rows)[:MOST_NAMED]


def doubt_words(job: Job) -> str:
    """What to say of a saved file in a few words; empty when there is nothing. Names are foreign text."""
    empty, cut_off = len(job.empty), len(job.cut_off)
    words = [
        f"{empty:,} tables without rows" if empty > 1 and not job.is_empty else _empty_words(job),
        f"{cut_off:,} tables may be cut off" if cut_off > 1 else cut_off_words(job.cut_off),
        INCOMPLETE[0].lower() + INCOMPLETE[1:] if job.note.startswith(INCOMPLETE) else "",
    ]
    return " · ".join(filter(None, words))


def doubt_sentences(job: Job) -> list[str]:
    """The same in full sentences, with every table named."""
    said = []
    if job.is_empty:
        said.append(NO_ROWS)
    elif job.empty:
        said.append(f"N{_empty_words(job)[1:]}. Check the filter values.")
    if job.cut_off:
        words = cut_off_words(job.cut_off)
        about = "The file " if not job.cut_off[0].table and len(job.cut_off) == 1 else ""
        said.append(f"{about}{words}.")
    if job.note and job.path is not None:
        said.append(job.note)
    return said


def doubt_counts(jobs: Sequence[Job]) -> list[str]:
    """How many of several saved files are empty, or may be cut off, in a few words each."""
    empty, cut_off = sum(bool(job.empty) for job in jobs), sum(bool(job.cut_off) for job in jobs)
    counts = ((empty, "without rows"), (cut_off, "may be cut off"))
    return [f"{count:,} {words}" for count, words in counts if count]


def _empty_words(job: Job) -> str:
    if job.is_empty:
        return "no rows"
    return f"no rows in {_listed([table_words(name) for name in job.empty])}" if job.empty else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
