"""The journal: all jobs in an SQLite file, so that the next program can resume them however this one ends.

All of a user's programs share the file. Each job that hasn't ended is owned by the process lock of a program
(`process_lock`). It can be claimed once that program has ended or released it. The file has no API key.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from omni_tui.downloads.errors import DownloadListError
from omni_tui.downloads.job.models import Job
from omni_tui.downloads.polling.render_stats import RenderKind, Span
from omni_tui.downloads.store.finished_note import note_of, read_note, remove_note, write_note
from omni_tui.downloads.store.notices import is_busy, list_error, list_locked_text, not_saved_text
from omni_tui.downloads.store.process_lock import ProcessLock, is_alive
from omni_tui.downloads.store.serialization import (
    UNREADABLE,
    PartRecord,
    job_from,
    job_text,
    part_from,
    part_text,
    tag_of,
)

T = TypeVar("T")
V = TypeVar("V")

# How many ended jobs are shown; more are kept.
MAX_SHOWN = 1_000

_PUT = """
INSERT INTO jobs (id, place, owner, is_final, server_job_id, job)
VALUES (:id, :place, :owner, :final, :server, :job)
ON CONFLICT (id) DO UPDATE SET owner = :owner, is_final = :final, server_job_id = :server, job = :job,
    part = CASE WHEN :final THEN NULL ELSE part END
"""
_PUT_SPAN = """
INSERT INTO spans (place, dashboard_id, format, over_seconds, within_seconds) VALUES (?, ?, ?, ?, ?)
"""
_SHOWN = """
SELECT CAST(job AS BLOB) FROM (
    SELECT number, job FROM jobs WHERE place = ? AND is_final ORDER BY number DESC LIMIT ?
) ORDER BY number
"""


# How long a write waits for another program, which usually takes a few milliseconds. `flush` retries.
BUSY_SECONDS = 0.25
# How long it waits if nothing can continue before: when a job is claimed, and when the program ends.
LONG_BUSY_SECONDS = 5.0


class Journal:
    """A JobStore on the disk, for the jobs of one `place` (the server's host and the profile).

    `database` is open and migrated (see `sqlite_file`); `path` is its file. If the disk can't be written,
    exports continue: `notice` says so, and `flush` saves the changes as soon as that works.
    """

    is_lasting = True
    store_error = ""

    def __init__(
        self,
        database: sqlite3.Connection,
        place: str,
        process_lock: ProcessLock,
        lock_folder: Path,
        path: Path,
    ) -> None:
        self.notice = ""
        self.unreadable_count = 0
        self._database = database
        self._place = place
        self._process_lock = process_lock
        self._lock_folder = lock_folder
        self._path = path
        self._lock = threading.RLock()  # for the database; its holder may wait for the disk
        self._pending = threading.Lock()  # for the unsaved changes; never held for long
        self._jobs: dict[str, Job] = {}
        self._parts: dict[str, PartRecord | None] = {}
        self._released: set[str] = set()
        self._removed: set[str] = set()
        self._spans: list[tuple[str, str, str, float, float]] = []
        self._known: set[str] = set()  # our jobs that are saved, so that the next program finds them
        self._notes: set[Path] = set()  # notes beside files, for what couldn't be saved here

    def put(self, job: Job) -> None:
        """Add or replace a job; `flush` saves it."""
        with self._pending:
            self._jobs[job.id] = job

    def release(self, job_ids: Iterable[str]) -> None:
        """Give up the ownership of these jobs; `flush` saves it."""
        with self._pending:
            self._released.update(job_ids)

    def remove(self, job_ids: Iterable[str]) -> None:
        """Remove those of these jobs that have ended; `flush` saves it."""
        with self._pending:
            self._removed.update(job_ids)
            for job_id in self._removed & self._jobs.keys():
                del self._jobs[job_id]

    def add_span(self, kind: RenderKind, span: Span) -> None:
        """Add a rendering's duration; `flush` saves it."""
        row = (self._place, kind.dashboard_id, kind.format.value, span.over_seconds, span.within_seconds)
        with self._pending:
            self._spans.append(row)

    def flush(self) -> bool:
        """Save all changes; return whether that worked: if not, `notice` says why.

        Waits at most BUSY_SECONDS for another program.
        """
        with self._lock:
            try:
                is_done = self._write()
            except sqlite3.Error as error:
                self.notice = (
                    list_locked_text(self._path) if is_busy(error) else not_saved_text(self._path, error)
                )
                return False
            self.notice = ""
            return is_done

    def jobs(self) -> tuple[Job, ...]:
        """Return the latest ended jobs, the oldest first; those that can't be read now are skipped."""
        try:
            return self._found(_SHOWN, self._place, MAX_SHOWN)
        except DownloadListError:
            return ()

    def orphaned_jobs(self) -> tuple[Job, ...]:
        """Return the unfinished jobs whose program has ended or released them. Raises DownloadListError."""
        owners = "SELECT DISTINCT owner FROM jobs WHERE place = ? AND NOT is_final AND owner IS NOT NULL"
        living = [owner for (owner,) in self._rows(owners, self._place) if self._lives(owner)]
        return self._found(
            f"SELECT CAST(job AS BLOB) FROM jobs WHERE place = ? AND NOT is_final"
            f" AND (owner IS NULL OR owner NOT IN ({','.join('?' * len(living))})) ORDER BY number",
            self._place,
            *living,
        )

    def claim(self, job_id: str) -> Job | None:
        """Claim a job, ended or not; return it as it is stored. Raises DownloadListError."""

        def claim() -> tuple[Job | None, bool]:
            with self._transaction():
                find = "SELECT owner, is_final, CAST(job AS BLOB), CAST(part AS BLOB) FROM jobs WHERE id = ?"
                row = self._database.execute(find, (job_id,)).fetchone()
                if row is None:
                    return None, False
                owner, is_final, text, part = row
                if not (is_final or owner == self._process_lock.name or not self._lives(owner)):
                    return None, False
                # an ended job is no longer final: it will be resumed
                own = "UPDATE jobs SET owner = ?, is_final = 0, part = ? WHERE id = ?"
                record = _part_or_none(part)
                earlier = None if record is None else part_text(replace(record, is_earlier=True))
                self._database.execute(own, (self._process_lock.name, earlier, job_id))
                has_died = owner not in (None, self._process_lock.name) and not is_final
                return next(readable([text]), None), has_died and _was_being_checked(record)

        with self._lock, self._patient():
            job, has_died = self._tried(claim)
            self._known.add(job_id)
        return None if job is None else replace(job, crash_count=job.crash_count + 1 if has_died else 0)

    def with_server_id(self, server_job_id: str) -> Job | None:
        """Return the job of any program with that server job ID, or None."""
        with self._pending:
            ours = [job for job in self._jobs.values() if job.server_job_id == server_job_id]
        find = (
            "SELECT CAST(job AS BLOB) FROM jobs WHERE place = ? AND server_job_id = ?"
            " ORDER BY number DESC LIMIT 1"
        )
        try:
            return next(iter(ours or self._found(find, self._place, server_job_id)), None)
        except DownloadListError:
            return None

    def part_of(self, job_id: str) -> PartRecord | None:
        """Return the last record of a job's file, from here or a note beside it; None if it can't be read."""
        with self._pending:
            if job_id in self._parts:
                return self._parts[job_id]
        try:
            rows = self._rows("SELECT CAST(part AS BLOB), CAST(job AS BLOB) FROM jobs WHERE id = ?", job_id)
        except DownloadListError:
            return None
        for part, text in rows:
            record = _part_or_none(part)
            job = next(readable([text]), None)
            beside = None if job is None else read_note(job.order.folder, tag_of(job_id))
            if beside is not None:
                self._notes.add(note_of(beside))
                return beside
            return record
        return None

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Save a record of a job's file before it changes: here or, if complete, in a note beside it."""
        with self._pending:
            self._parts[job_id] = record
        is_found_again = job_id in self._known and record is not None and record.whole is not None
        if not self.flush() and record is not None and is_found_again and self._parts.get(job_id) is record:
            note = write_note(record)
            if note is not None:
                self._notes.add(note)

    def close(self) -> None:
        """Save the remaining changes and release all jobs."""
        with self._lock:
            with self._patient():
                self.flush()  # there may be room on the disk again
            self._database.close()
            self._process_lock.end()

    def _write(self) -> bool:
        """Save all changes, also those made meanwhile, then remove the notes beside files; return True."""
        with self._pending:
            jobs, parts, left = dict(self._jobs), dict(self._parts), frozenset(self._released)
            spans, removed = tuple(self._spans), frozenset(self._removed)
        if not (jobs or parts or left or spans or removed):
            return True
        with self._transaction():
            for job in jobs.values():
                self._database.execute(_PUT, self._row(job))
            note = "UPDATE jobs SET part = ? WHERE id = ? AND NOT is_final"
            self._database.executemany(
                note, [(None if part is None else part_text(part), job_id) for job_id, part in parts.items()]
            )
            leave = "UPDATE jobs SET owner = NULL WHERE id = ? AND owner = ?"
            self._database.executemany(leave, [(job_id, self._process_lock.name) for job_id in left])
            self._database.executemany(_PUT_SPAN, spans)
            # only if no other program has resumed them meanwhile
            remove = "DELETE FROM jobs WHERE id = ? AND is_final"
            self._database.executemany(remove, [(job_id,) for job_id in removed])
        self._known.update(jobs)
        with self._pending:
            del self._spans[: len(spans)]
            _drop(self._jobs, jobs)
            _drop(self._parts, parts)
            self._released -= left
            self._removed -= removed
            is_all = not (self._jobs or self._parts or self._released or self._removed)
        while self._notes:
            remove_note(self._notes.pop())
        return is_all or self._write()

    def _row(self, job: Job) -> dict[str, str | bool | None]:
        return {
            "id": job.id,
            "place": self._place,
            "owner": None if job.state.is_final else self._process_lock.name,
            "final": job.state.is_final,
            "server": job.server_job_id,
            "job": job_text(job),
        }

    def _lives(self, owner: str | None) -> bool:
        return owner is not None and is_alive(self._lock_folder, owner)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Run the block in a transaction; other writers wait."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _found(self, find: str, *values: str | int) -> tuple[Job, ...]:
        rows = self._rows(find, *values)
        jobs = tuple(readable(text for (text,) in rows))
        self.unreadable_count += len(rows) - len(jobs)
        return jobs

    def _rows(self, find: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._tried(lambda: self._database.execute(find, values).fetchall())

    def _tried(self, work: Callable[[], T]) -> T:
        """Run `work`. Raises DownloadListError for an SQLite error."""
        try:
            return work()
        except sqlite3.Error as error:
            raise list_error(self._path, error) from error

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """Wait longer for other writers in the block."""
        with suppress(sqlite3.Error):
            self._database.execute(f"PRAGMA busy_timeout = {LONG_BUSY_SECONDS * 1000:.0f}")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._database.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _drop(pending: dict[str, V], written: Mapping[str, V]) -> None:
    """Drop what was written, unless it has changed since."""
    for key, value in written.items():
        if key in pending and pending[key] is value:
            del pending[key]


def _part_or_none(text: bytes | str | None) -> PartRecord | None:
    try:
        return None if text is None else part_from(text)
    except UNREADABLE:
        return None


def _was_being_checked(record: PartRecord | None) -> bool:
    """Return whether the program was downloading and checking the file, which is when a file can crash it."""
    return record is not None and record.whole is None and not record.is_earlier


def readable(texts: Iterable[str | bytes]) -> Iterator[Job]:
    """Yield the jobs that `serialization.job_text` wrote; skip what can't be read."""
    for text in texts:
        try:
            yield job_from(text)
        except UNREADABLE:
            continue
