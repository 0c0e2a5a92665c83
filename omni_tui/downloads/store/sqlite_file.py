"""Open the journal's file, migrate it, keep it small, and repair it if it's damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_tui.downloads.errors import DownloadListError
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.polling.render_stats import History, RenderKind, Span
from omni_tui.downloads.store.interface import JobStore, MemoryStore
from omni_tui.downloads.store.notices import list_error, list_error_text
from omni_tui.downloads.store.process_lock import ProcessLock, any_alive, is_alive, remove_dead_locks
from omni_tui.downloads.store.sqlite_rows import copy_jobs, lenient_text, read_rows
from omni_tui.downloads.store.sqlite_store import (
    BUSY_SECONDS,
    LONG_BUSY_SECONDS,
    MAX_SHOWN,
    Journal,
    readable,
)
from omni_tui.formatting import display_path
from omni_tui.options.spec import Format
from omni_tui.settings.file_lock import locked
from omni_tui.settings.locations import make_private_folder, state_folder

# How many ended jobs, unfinished jobs and render times are kept; the oldest are removed.
MAX_FINISHED = 5_000
MAX_UNFINISHED = 1_000
MAX_SPANS = 5_000
# How many damaged files are kept.
MAX_DAMAGED_FILES = 3
# The file is compacted if most of it, and at least this many pages of 4 KiB, is unused.
MAX_UNUSED_PAGES = 1_000

# Migrations from each version to the next; a new file runs all of them. Never change a released one: add
# another.
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
    # the tables that may be cut off, instead of one limit; and the tables without rows
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
    # the value of the filter that a file is for
    "UPDATE jobs SET job = json_set(job, '$.value', '') WHERE json_valid(job);",
)
VERSION = len(MIGRATIONS)


class _UnusableFile(Exception):
    """The file can't be used or repaired: it is newer, or damaged and in use. The message says why."""

    def __init__(self, message: str, rows: Sequence[tuple[Any, ...]] = ()) -> None:
        super().__init__(message)
        self._rows = rows

    def ended(self, place: str) -> list[Job]:
        """Return the ended jobs of that place, as far as they can be read."""
        texts = (text for _, where, is_final, text in self._rows if where == place and is_final)
        return list(readable(texts))[-MAX_SHOWN:]


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """An opened store and history; `notice` is what the user should know, or empty."""

    store: JobStore
    history: History
    notice: str = ""


class JournalHistory(History):
    """The history of all programs. `keep` saves a new span; if that fails, it is in memory only."""

    def __init__(
        self, database: sqlite3.Connection, place: str, keep: Callable[[RenderKind, Span], None]
    ) -> None:
        super().__init__()
        self._keep = keep
        find = (
            "SELECT dashboard_id, format, over_seconds, within_seconds FROM spans WHERE place = ?"
            " ORDER BY number"
        )
        formats = {fmt.value for fmt in Format}
        for dashboard_id, fmt, over, within in database.execute(find, (place,)):
            if fmt in formats:
                super().add(RenderKind(dashboard_id, Format(fmt)), Span(over, within))

    def add(self, kind: RenderKind, span: Span) -> None:
        """Add a span and save it."""
        super().add(kind, span)
        self._keep(kind, span)


def journal_path() -> Path:
    """Return the path of the journal, which may not exist."""
    return state_folder() / "jobs.db"


def in_memory() -> OpenedStore:
    """Return a store that keeps jobs in memory."""
    return OpenedStore(MemoryStore(), History())


def place_of(instance: str, profile: str) -> str:
    """Return the key under which jobs are stored: the server's host and the profile's name, if any."""
    return f"{instance} {profile}".strip()


def open_journal(place: str, path: Path | None = None) -> OpenedStore:
    """Open the journal for that place. Blocks. Raises nothing: if it can't be used, jobs are kept in memory.

    A damaged file is renamed, and what can be read of it is copied. A newer version's file is only read.
    """
    path = path or journal_path()
    lock_folder = path.with_suffix(".leases")
    try:
        with locked(path.with_suffix(".lock")):
            remove_dead_locks(lock_folder)
            database, notice = _open_or_repair(path, lock_folder)
            try:
                journal = Journal(database, place, ProcessLock(lock_folder), lock_folder, path)
                return OpenedStore(journal, JournalHistory(database, place, journal.add_span), notice)
            except BaseException:
                database.close()
                raise
    except _UnusableFile as error:
        return _only_in_memory(str(error), error.ended(place))
    except (OSError, sqlite3.Error) as error:
        return _only_in_memory(list_error_text(path, error))


def _only_in_memory(store_error: str, ended: Sequence[Job] = ()) -> OpenedStore:
    notice = f"{store_error} Keep omni-tui open until downloads finish: they won't be resumed later."
    return OpenedStore(MemoryStore(store_error, ended), History(), notice)


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job in the journal. `is_orphaned`: it hasn't ended, and no program works on it."""

    job: Job
    place: str
    is_orphaned: bool


def read_journal(
    path: Path | None = None, unreadable: Callable[[int], None] = lambda count: None
) -> list[ListedJob]:
    """Return all jobs of all places, the oldest first. Raises DownloadListError if none can be read.

    `unreadable` is called with the number of skipped entries, if there are any.
    """
    path = path or journal_path()
    try:
        path.stat()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DownloadListError(list_error_text(path, error)) from error
    lock_folder = path.with_suffix(".leases")
    try:
        with closing(open_database(path)) as database:
            if _version(database) == 0:  # another program is creating it right now
                return []
            rows, is_whole = read_rows(database, "number, place, owner, is_final, CAST(job AS BLOB)")
    except sqlite3.Error as error:
        raise list_error(path, error) from error
    owners = {owner for _, _, owner, is_final, _ in rows if owner is not None and not is_final}
    living = {owner for owner in owners if is_alive(lock_folder, owner)}
    listed = [
        ListedJob(job, place, not is_final and owner not in living)
        for _, place, owner, is_final, text in rows
        for job in readable([text])
    ]
    if skipped := len(rows) - len(listed) + (not is_whole):
        unreadable(skipped)
    return listed


def _open_or_repair(path: Path, lock_folder: Path) -> tuple[sqlite3.Connection, str]:
    repaired = path.with_suffix(".repaired")
    if not repaired.exists():  # else a program ended before it could put that file in place
        try:
            return _opened(path), ""
        except sqlite3.DatabaseError as error:
            # a full disk, a lock or a permission: the file itself is fine (SQLITE_ERROR: it lacks a table)
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
    if any_alive(lock_folder):
        raise _UnusableFile(
            f"The download list in {display_path(path)} is damaged. "
            "Quit the other omni-tui programs and start again to repair it."
        )
    if not repaired.exists():
        _write_repaired(path, repaired)
    aside = _set_aside(path)
    repaired.rename(path)
    database = _opened(path)
    (count,) = database.execute("SELECT count(*) FROM jobs").fetchone()
    kept = f"{count} of its downloads were recovered" if count else "a new one was started"
    where = f" The damaged file is {display_path(aside)}." if aside.exists() else ""
    return database, f"The download list was damaged: {kept}.{where}"


def _write_repaired(path: Path, repaired: Path) -> None:
    """Copy what can be read of a damaged file; `repaired` exists only once the copy is complete."""
    unfinished = path.with_suffix(".repairing")
    for suffix in ("", "-wal", "-shm"):
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    with closing(_opened(unfinished)) as database:
        copy_jobs(path, database)
    unfinished.rename(repaired)


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database without migrating it; each statement is a transaction. Raises sqlite3.Error."""
    database = sqlite3.connect(path, timeout=LONG_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    database.text_factory = lenient_text
    return database


def _opened(path: Path) -> sqlite3.Connection:
    """Open and migrate the file. Raises _UnusableFile for a newer version, or sqlite3.DatabaseError."""
    make_private_folder(path.parent)
    # SQLite's extra files get the same permissions
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    database = open_database(path)
    try:
        version = _version(database)
        if version > VERSION:
            rows, _ = read_rows(database, "number, place, is_final, CAST(job AS BLOB)")
            raise _UnusableFile(
                f"A newer omni-tui wrote the download list in {display_path(path)}; this one can only read "
                "it. Update omni-tui.",
                rows,
            )
        if version > 0:
            _check(database)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            database.executescript(f"BEGIN IMMEDIATE; {migration} PRAGMA user_version = {number}; COMMIT;")
        database.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        with suppress(sqlite3.OperationalError):  # a full disk, or a lock: do it another time
            _remove_oldest(database, path.with_suffix(".leases"))
            _compact(database)
    except BaseException:
        database.close()
        raise
    return database


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _check(database: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError if the file is damaged, before anything is written to it."""
    database.execute("SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM spans)")
    if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")


def _remove_oldest(database: sqlite3.Connection, lock_folder: Path) -> None:
    owners = database.execute("SELECT DISTINCT owner FROM jobs WHERE NOT is_final AND owner IS NOT NULL")
    living = [owner for (owner,) in owners.fetchall() if is_alive(lock_folder, owner)]
    is_orphaned = f"NOT is_final AND (owner IS NULL OR owner NOT IN ({','.join('?' * len(living))}))"
    for table, condition, values, most in (
        ("jobs", "is_final", [], MAX_FINISHED),
        ("jobs", is_orphaned, living, MAX_UNFINISHED),
        ("spans", "1", [], MAX_SPANS),
    ):
        database.execute(
            f"DELETE FROM {table} WHERE {condition} AND number <="
            f" (SELECT number FROM {table} WHERE {condition} ORDER BY number DESC LIMIT 1 OFFSET {most})",
            [*values, *values],
        )


def _compact(database: sqlite3.Connection) -> None:
    """Shrink the file if most of it is unused."""
    (unused,) = database.execute("PRAGMA freelist_count").fetchone()
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    if unused > max(MAX_UNUSED_PAGES, pages // 2):
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _set_aside(path: Path) -> Path:
    """Rename a damaged file and SQLite's files beside it; remove the oldest of these. Return its new path."""
    earlier = sorted(
        path.parent.glob(f"{path.stem}-damaged-*{path.suffix}"), key=lambda each: each.lstat().st_mtime
    )
    for old in earlier[: max(0, len(earlier) - MAX_DAMAGED_FILES + 1)]:
        for suffix in ("", "-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    aside = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}-damaged-{stamp}-{number}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
