"""The journal: every job on the disk, so that whatever ends the program, the next one finds them and goes on.

One SQLite file for all programs of a user. Each job that has not ended has one owner, the lease of a program
(`lease.py`); it is up to be taken once that program is dead or has left it. It holds no token.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from omni_tui.downloads.lease import Lease, is_alive
from omni_tui.downloads.models import Job
from omni_tui.downloads.records import UNREADABLE, PartRecord, job_from, job_text, part_from, part_text
from omni_tui.downloads.render_times import Kind, MemoryHistory, Span
from omni_tui.options.spec import Format

T = TypeVar("T")

# So many of those that have ended are shown again, of the many more that are kept.
MOST_SHOWN = 1_000

_PUT = """
INSERT INTO jobs (id, place, owner, is_final, server_job_id, job)
VALUES (:id, :place, :owner, :final, :server, :job)
ON CONFLICT (id) DO UPDATE SET owner = :owner, is_final = :final, server_job_id = :server, job = :job,
    part = CASE WHEN :final THEN NULL ELSE part END
"""
_SHOWN = """
SELECT job FROM (
    SELECT number, job FROM jobs WHERE place = ? AND is_final ORDER BY number DESC LIMIT ?
) ORDER BY number
"""


class Journal:
    """A JobStore on the disk, for the jobs of one `place` (an Omni, and the profile that it is reached by).

    `database` is open and of our version (`journal_file.py` sees to that). A disk that takes nothing any more
    does not stop an export: `notice` says so, and what could not be kept is kept with the next job that can.
    """

    is_lasting = True

    def __init__(self, database: sqlite3.Connection, place: str, lease: Lease, leases: Path) -> None:
        self.notice = ""
        self._database = database
        self._place = place
        self._lease = lease
        self._leases = leases
        self._lock = threading.RLock()  # threads write down what they do with files
        self._unwritten: dict[str, Job] = {}

    def put(self, job: Job) -> None:
        """Keep a job in place of its earlier self: on the disk when this returns, or `notice` is set."""
        self._unwritten[job.id] = job
        self._do(self._write)

    def jobs(self) -> tuple[Job, ...]:
        """The latest of those that have ended, the oldest first."""
        return self._found(_SHOWN, self._place, MOST_SHOWN)

    def left(self) -> tuple[Job, ...]:
        """Those that have not ended and whose program is dead, or has left them."""
        owners = "SELECT DISTINCT owner FROM jobs WHERE place = ? AND NOT is_final AND owner IS NOT NULL"
        living = [owner for (owner,) in self._rows(owners, self._place) if self._lives(owner)]
        return self._found(
            f"SELECT job FROM jobs WHERE place = ? AND NOT is_final"
            f" AND (owner IS NULL OR owner NOT IN ({','.join('?' * len(living))})) ORDER BY number",
            self._place,
            *living,
        )

    def take(self, job_id: str) -> Job | None:
        """Make one ours, ended or not; as it stands on the disk."""

        def take() -> str | None:
            with self._transaction():
                find = "SELECT owner, is_final, job FROM jobs WHERE id = ?"
                row = self._database.execute(find, (job_id,)).fetchone()
                if row is None or not (row[1] or row[0] == self._lease.name or not self._lives(row[0])):
                    return None
                # one that had ended has not any more: it is going to go on
                own = "UPDATE jobs SET owner = ?, is_final = 0 WHERE id = ?"
                self._database.execute(own, (self._lease.name, job_id))
                return str(row[2])

        text = self._safely(take, None)
        return None if text is None else next(readable([text]), None)

    def leave(self, job_ids: Iterable[str]) -> None:
        """Nobody works on those any more."""
        leave = "UPDATE jobs SET owner = NULL WHERE id = ? AND owner = ?"
        rows = [(job_id, self._lease.name) for job_id in job_ids]

        def write_and_leave() -> None:
            self._write()  # before somebody takes them
            self._database.executemany(leave, rows)

        self._do(write_and_leave)

    def with_server_id(self, server_job_id: str) -> Job | None:
        """The job, whoever works on it, that the server knows under that id."""
        find = "SELECT job FROM jobs WHERE place = ? AND server_job_id = ? ORDER BY number DESC LIMIT 1"
        return next(iter(self._found(find, self._place, server_job_id)), None)

    def part_of(self, job_id: str) -> PartRecord | None:
        """What was last noted of its file; None too where that cannot be read."""
        find = "SELECT part FROM jobs WHERE id = ? AND part IS NOT NULL"
        try:
            return next((part_from(text) for (text,) in self._rows(find, job_id)), None)
        except UNREADABLE:
            return None

    def note_part(self, job_id: str, record: PartRecord | None) -> None:
        """Keep what is known of a job's file, before the disk is changed."""
        text = None if record is None else part_text(record)
        note = "UPDATE jobs SET part = ? WHERE id = ?"
        self._do(lambda: self._database.execute(note, (text, job_id)))

    def close(self) -> None:
        """Whoever comes next may take what is ours."""
        with self._lock:
            self._do(self._write)  # there may be room again, and nothing has happened since
            self._database.close()
            self._lease.end()

    def _write(self) -> None:
        """All that is not on the disk yet."""
        if not self._unwritten:
            return
        with self._transaction():
            for each in self._unwritten.values():
                self._database.execute(_PUT, self._row(each))
        self._unwritten.clear()

    def _row(self, job: Job) -> dict[str, str | bool | None]:
        return {
            "id": job.id,
            "place": self._place,
            "owner": None if job.state.is_final else self._lease.name,
            "final": job.state.is_final,
            "server": job.server_job_id,
            "job": job_text(job),
        }

    def _lives(self, owner: str | None) -> bool:
        return owner is not None and is_alive(self._leases, owner)

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
        return tuple(readable(text for (text,) in self._rows(find, *values)))

    def _rows(self, find: str, *values: str | int) -> list[tuple[str, ...]]:
        def read() -> list[tuple[str, ...]]:
            return self._database.execute(find, values).fetchall()

        return self._safely(read, [])

    def _do(self, work: Callable[[], object]) -> None:
        self._safely(work, None)

    def _safely(self, work: Callable[[], T], otherwise: T) -> T:
        """One thread at a time; a fault of the disk becomes the notice, and `otherwise` what is found."""
        with self._lock:
            try:
                result = work()
            except sqlite3.Error as error:
                self.notice = (
                    f"Downloads cannot be written down ({error}): they go on, "
                    "but would not be found again if omni-tui were ended."
                )
                return otherwise
            if not self._unwritten:
                self.notice = ""
            return result


class JournalHistory:
    """How long renders took, over all programs: what `render_times.History` asks for, kept in the journal."""

    def __init__(self, database: sqlite3.Connection, place: str) -> None:
        self._database = database
        self._place = place
        self._known = MemoryHistory()
        find = (
            "SELECT dashboard_id, format, over_seconds, within_seconds FROM spans WHERE place = ?"
            " ORDER BY number"
        )
        for dashboard_id, fmt, over, within in database.execute(find, (place,)):
            if fmt in _FORMATS:
                self._known.add(Kind(dashboard_id, Format(fmt)), Span(over, within))

    def add(self, kind: Kind, span: Span) -> None:
        """Keep one more. Where the disk refuses it, for this time only."""
        self._known.add(kind, span)
        put = (
            "INSERT INTO spans (place, dashboard_id, format, over_seconds, within_seconds)"
            " VALUES (?, ?, ?, ?, ?)"
        )
        row = (self._place, kind.dashboard_id, kind.format.value, span.over_seconds, span.within_seconds)
        try:
            self._database.execute(put, row)
        except sqlite3.Error:
            return

    def of_kind(self, kind: Kind) -> Sequence[Span]:
        """Those of this dashboard and format, the newest last."""
        return self._known.of_kind(kind)

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Those of all dashboards in this format, the newest last."""
        return self._known.of_format(fmt)


_FORMATS = frozenset(fmt.value for fmt in Format)


def readable(texts: Iterable[str]) -> Iterator[Job]:
    """The jobs that `records.job_text` wrote. What is not understood stays on the disk as it is."""
    for text in texts:
        try:
            yield job_from(text)
        except UNREADABLE:
            continue
