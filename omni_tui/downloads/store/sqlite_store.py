"""The journal: every job on the disk, so that whatever ends the program, the next one finds them and goes on.

One SQLite file for all programs of a user. Each job that has not ended has one owner, the lease of a program
(`process_lock.py`); it is up to be taken once that program is dead or has left it. It holds no token.
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
from omni_tui.downloads.store.finished_note import note_beside, note_of, noted_beside, remove_note
from omni_tui.downloads.store.notices import (
    is_busy,
    list_error_hint,
    list_error_text,
    list_locked_text,
    not_saved_text,
)
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

# So many of those that have ended are shown again, of the many more that are kept.
MOST_SHOWN = 1_000

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


# How long a write waits for another program that writes: a few milliseconds are usual. `flush` comes again.
BUSY_SECONDS = 0.25
# … and how long what has to be known before anything goes on waits: the next job, the end of the program.
LONG_BUSY_SECONDS = 5.0


class Journal:
    """A JobStore on the disk, for the jobs of one `place` (an Omni, and the profile that it is reached by).

    `database` is open and of our version (`journal_file.py` sees to that); `path` is its file. A disk that
    takes nothing any more does not stop an export: `notice` says so, and what could not be recorded is
    recorded as soon as that works.
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
        self._lock = threading.RLock()  # of the database: who holds it may wait for the disk
        self._pending = threading.Lock()  # of what is to be written: never held for long
        self._jobs: dict[str, Job] = {}
        self._parts: dict[str, PartRecord | None] = {}
        self._released: set[str] = set()
        self._removed: set[str] = set()
        self._spans: list[tuple[str, str, str, float, float]] = []
        self._known: set[str] = set()  # jobs of ours that the disk has: a next program may find them
        self._notes: set[Path] = set()  # beside files, for what could not be written here

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self; `flush` records it."""
        with self._pending:
            self._jobs[job.id] = job

    def release(self, job_ids: Iterable[str]) -> None:
        """Stop working on those; `flush` records it."""
        with self._pending:
            self._released.update(job_ids)

    def remove(self, job_ids: Iterable[str]) -> None:
        """Drop those of these that have ended; `flush` records it."""
        with self._pending:
            self._removed.update(job_ids)
            for job_id in self._removed & self._jobs.keys():
                del self._jobs[job_id]

    def add_span(self, kind: RenderKind, span: Span) -> None:
        """Keep how long a render took; `flush` records it, and nobody waits for it."""
        row = (self._place, kind.dashboard_id, kind.format.value, span.over_seconds, span.within_seconds)
        with self._pending:
            self._spans.append(row)

    def flush(self) -> bool:
        """Record what was put and left. Waits a moment for a program that writes, then gives up for now."""
        return self._safely(self._write)

    def jobs(self) -> tuple[Job, ...]:
        """The latest of those that have ended, the oldest first; what can't be read now is not there."""
        try:
            return self._found(_SHOWN, self._place, MOST_SHOWN)
        except DownloadListError:
            return ()

    def unowned(self) -> tuple[Job, ...]:
        """Those that have not ended and whose program is dead, or has left them. Raises DownloadListError."""
        owners = "SELECT DISTINCT owner FROM jobs WHERE place = ? AND NOT is_final AND owner IS NOT NULL"
        living = [owner for (owner,) in self._rows(owners, self._place) if self._lives(owner)]
        return self._found(
            f"SELECT CAST(job AS BLOB) FROM jobs WHERE place = ? AND NOT is_final"
            f" AND (owner IS NULL OR owner NOT IN ({','.join('?' * len(living))})) ORDER BY number",
            self._place,
            *living,
        )

    def claim(self, job_id: str) -> Job | None:
        """Make one ours, ended or not; as it stands on the disk. Raises DownloadListError."""

        def claim() -> tuple[Job | None, bool]:
            with self._transaction():
                find = "SELECT owner, is_final, CAST(job AS BLOB), part FROM jobs WHERE id = ?"
                row = self._database.execute(find, (job_id,)).fetchone()
                if row is None:
                    return None, False
                owner, is_final, text, part = row
                if not (is_final or owner == self._process_lock.name or not self._lives(owner)):
                    return None, False
                # one that had ended has not any more: it is going to go on
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
        """The job, whoever works on it, that the server knows under that id."""
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
        """What was last noted of its file, here or beside it; None too when that can't be read."""
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
            if job is not None and (record is None or record.whole is None):
                beside = noted_beside(job.order.folder, tag_of(job_id))
                if beside is not None:
                    self._notes.add(note_of(beside))
                    return beside
            return record
        return None

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Keep what is known of a job's file, before the disk is changed: here, else beside a whole one."""
        with self._pending:
            self._parts[job_id] = record
        is_found_again = job_id in self._known and record is not None and record.whole is not None
        if not self.flush() and record is not None and is_found_again:
            note = note_beside(record)
            if note is not None:
                self._notes.add(note)

    def close(self) -> None:
        """Record what is left to record; whoever comes next may take what is ours."""
        with self._lock:
            with self._patient():
                self.flush()  # there may be room again, and nothing has happened since
            self._database.close()
            self._process_lock.end()

    def _write(self) -> bool:
        """All that is not on the disk yet; the notes beside files have had their time then."""
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
            # not what another program has resumed meanwhile
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
        return is_all

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
        """All of it or nothing; whoever else writes waits."""
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
        """Raises DownloadListError for a fault of the disk."""
        try:
            return work()
        except sqlite3.Error as error:
            raise DownloadListError(list_error_text(self._path, error), list_error_hint(error)) from error

    def _safely(self, work: Callable[[], bool]) -> bool:
        """One thread at a time; a fault of the disk becomes the notice, and False."""
        with self._lock:
            try:
                is_done = work()
            except sqlite3.Error as error:
                self.notice = (
                    list_locked_text(self._path) if is_busy(error) else not_saved_text(self._path, error)
                )
                return False
            self.notice = ""
            return is_done

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """Inside, another program that writes is waited for longer."""
        with suppress(sqlite3.Error):
            self._database.execute(f"PRAGMA busy_timeout = {LONG_BUSY_SECONDS * 1000:.0f}")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._database.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _drop(pending: dict[str, V], written: Mapping[str, V]) -> None:
    """Forget what was written, unless there is something newer by now."""
    for key, value in written.items():
        if key in pending and pending[key] is value:
            del pending[key]


def _part_or_none(text: bytes | str | None) -> PartRecord | None:
    try:
        return None if text is None else part_from(text)
    except UNREADABLE:
        return None


def _was_being_checked(record: PartRecord | None) -> bool:
    """Whether the file was being received and checked: that is what a file can break."""
    return record is not None and record.whole is None and not record.is_earlier


def readable(texts: Iterable[str | bytes]) -> Iterator[Job]:
    """The jobs that `records.job_text` wrote. What is not understood stays on the disk as it is."""
    for text in texts:
        try:
            yield job_from(text)
        except UNREADABLE:
            continue
