"""Read the rows of a journal that may be damaged, skipping those that can't be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any


def read_rows(database: sqlite3.Connection, columns: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Return all readable rows, the oldest first, and whether that is all. `columns` begin with number.

    Reads from both ends, so that a damaged page in the middle costs only its own rows. Raises sqlite3.Error
    if nothing can be read.
    """
    rows, error = _from_one_end(database, columns, "ASC")
    if error is None:
        return rows, True
    more, _ = _from_one_end(database, columns, "DESC")
    known = {row[0] for row in rows}
    rows += [row for row in reversed(more) if row[0] not in known]
    if not rows:
        raise error
    return rows, False


def _from_one_end(
    database: sqlite3.Connection, columns: str, order: str
) -> tuple[list[tuple[Any, ...]], sqlite3.Error | None]:
    rows: list[tuple[Any, ...]] = []
    try:
        # read the table itself, because an index may be damaged
        for row in database.execute(f"SELECT {columns} FROM jobs NOT INDEXED ORDER BY number {order}"):
            rows.append(row)
    except sqlite3.Error as error:
        return rows, error
    return rows, None


_COLUMNS = "number, id, place, owner, is_final, server_job_id, CAST(job AS BLOB), CAST(part AS BLOB)"


def copy_jobs(damaged: Path, database: sqlite3.Connection) -> None:
    """Copy the readable jobs of a damaged journal to a new one. Raises sqlite3.Error if writing fails."""
    try:
        with closing(sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True)) as old:
            old.text_factory = lenient_text
            rows, _ = read_rows(old, _COLUMNS)
    except sqlite3.Error:
        return
    put = (
        "INSERT INTO jobs (number, id, place, owner, is_final, server_job_id, job, part)"
        " VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT))"
    )
    database.execute("BEGIN")
    for row in rows:
        with suppress(sqlite3.IntegrityError):  # a damaged row
            database.execute(put, row)
    database.execute("COMMIT")


def lenient_text(text: bytes) -> str:
    """Decode a text. One that is damaged must not make all rows unreadable."""
    return text.decode("utf-8", "replace")
