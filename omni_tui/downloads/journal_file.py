"""The journal's file: opened, brought to our version, and set aside where it is damaged or of a newer one."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from omni_tui.downloads.journal import Journal, JournalHistory, readable
from omni_tui.downloads.lease import Lease, forget_the_dead, is_alive
from omni_tui.downloads.models import Job
from omni_tui.downloads.render_times import History, MemoryHistory
from omni_tui.downloads.store import JobStore, MemoryStore
from omni_tui.errors import OmniTuiError
from omni_tui.settings.locations import make_private_folder, state_folder
from omni_tui.settings.locking import locked
from omni_tui.words import path_words

# How long another program's writing is waited for; it takes milliseconds.
BUSY_SECONDS = 5.0
# The oldest that have ended are forgotten, and the oldest render times.
MOST_ENDED = 5_000
MOST_SPANS = 5_000

# What brings the file from each version to the next; a new file passes all of them. Never change one that
# was released: add the next.
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        place TEXT NOT NULL,     -- the Omni, and the profile that it is reached by
        owner TEXT,              -- the lease of the program that works on it
        is_final INTEGER NOT NULL,
        server_job_id TEXT,
        job TEXT NOT NULL,       -- JSON, see records.py
        part TEXT                -- JSON: its file on its way
    );
    CREATE INDEX jobs_by_state ON jobs (place, is_final, number);
    CREATE INDEX jobs_by_server_id ON jobs (server_job_id);
    CREATE TABLE spans (
        number INTEGER PRIMARY KEY,
        place TEXT NOT NULL,
        dashboard_id TEXT NOT NULL,
        format TEXT NOT NULL,
        over_seconds REAL NOT NULL,
        within_seconds REAL NOT NULL
    );
    """,
    # which tables may be cut off, in place of one limit; and which have no rows
    """
    UPDATE jobs SET job = json_set(
        json_remove(job, '$.cut_off_at'),
        '$.cut_off', CASE
            WHEN json_extract(job, '$.cut_off_at') IS NULL THEN json_array()
            ELSE json_array(json_array('', json_extract(job, '$.cut_off_at'), ''))
        END,
        '$.empty', json_array()
    ) WHERE json_valid(job);
    """,
)
VERSION = len(MIGRATIONS)


class _Newer(Exception):
    """The file is of a version that came after ours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was opened; `notice` is what the user should know of it, or empty."""

    store: JobStore
    history: History
    notice: str = ""


def journal_path() -> Path:
    """Where it is kept. It may not exist."""
    return state_folder() / "jobs.db"


def in_memory(notice: str = "") -> Kept:
    """What keeps jobs for as long as the program runs."""
    return Kept(MemoryStore(), MemoryHistory(), notice)


def place_of(instance: str, profile: str) -> str:
    """Whose jobs they are: those of an Omni (host), by a profile of the settings, or by none."""
    return f"{instance} {profile}".strip()


def open_journal(place: str, path: Path | None = None) -> Kept:
    """The jobs of that place. Blocks, and raises nothing: what cannot be opened is replaced by the memory.

    A damaged or newer file is set aside under another name, never changed.
    """
    path = path or journal_path()
    try:
        with locked(path.with_suffix(".lock")):
            database, notice = _open_or_set_aside(path)
            try:
                leases = path.with_suffix(".leases")
                forget_the_dead(leases)
                journal = Journal(database, place, Lease(leases), leases)
                return Kept(journal, JournalHistory(database, place), notice)
            except BaseException:
                database.close()
                raise
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        words = f"Downloads cannot be written down in {path_words(path)} ({why})"
        return in_memory(f"{words}: keep omni-tui open for them.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as the journal has it. `is_left`: it has not ended, and nobody works on it."""

    job: Job
    place: str
    is_left: bool


def read_journal(path: Path | None = None) -> list[Listed]:
    """All that is kept, of all places, the oldest first. Raises OmniTuiError where it cannot be read."""
    path = path or journal_path()
    if not path.exists():
        return []
    leases = path.with_suffix(".leases")
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
            version = _version(database)
            if version > VERSION:
                raise OmniTuiError(
                    "The list of downloads was written by a newer omni-tui.", "Update this one."
                )
            if version == 0:  # another program is just making it
                return []
            rows = database.execute("SELECT place, owner, is_final, job FROM jobs ORDER BY number").fetchall()
    except sqlite3.Error as error:
        raise OmniTuiError(f"The list of downloads in {path_words(path)} cannot be read: {error}.") from error
    owners = {owner for _, owner, is_final, _ in rows if owner is not None and not is_final}
    living = {owner for owner in owners if is_alive(leases, owner)}
    return [
        Listed(job, place, not is_final and owner not in living)
        for place, owner, is_final, text in rows
        for job in readable([text])
    ]


def _open_or_set_aside(path: Path) -> tuple[sqlite3.Connection, str]:
    try:
        return _opened(path), ""
    except _Newer:
        why = "newer"
    except sqlite3.DatabaseError as error:
        # the disk, a lock, a permission: nothing is wrong with the file. What it lacks is another matter.
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        why = "damaged"
    aside = _set_aside(path, why)
    reason = "was written by a newer omni-tui" if why == "newer" else "is damaged"
    notice = f"The list of downloads {reason}: it is kept as {path_words(aside)}, and a new one begun."
    return _opened(path), notice


def _opened(path: Path) -> sqlite3.Connection:
    """Raises _Newer, and sqlite3.DatabaseError for what is no journal."""
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # what SQLite adds is as private
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        version = _version(database)
        if version > VERSION:
            raise _Newer
        if version > 0:
            _check(database)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            database.executescript(f"BEGIN IMMEDIATE; {migration} PRAGMA user_version = {number}; COMMIT;")
        _forget_the_oldest(database)
    except BaseException:
        database.close()
        raise
    return database


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _check(database: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError when the file is not what its version says, before anything is written."""
    database.execute("SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM spans)")
    if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")


def _forget_the_oldest(database: sqlite3.Connection) -> None:
    for table, condition, most in (("jobs", "is_final", MOST_ENDED), ("spans", "1", MOST_SPANS)):
        database.execute(
            f"DELETE FROM {table} WHERE {condition} AND number <="
            f" (SELECT number FROM {table} WHERE {condition} ORDER BY number DESC LIMIT 1 OFFSET {most})"
        )


def _set_aside(path: Path, why: str) -> Path:
    """Under a name that says when and why, with what SQLite keeps beside it."""
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    aside = path.with_name(f"{path.stem}-{why}-{stamp}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}-{why}-{stamp}-{number}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
