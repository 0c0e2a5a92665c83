"""A damaged, newer, or older journal: what is set aside, recovered, and brought to our version."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import JobState
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.downloads.store import sqlite_file
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.downloads.store.serialization import job_text
from omni_tui.downloads.store.sqlite_file import VERSION, read_journal
from tests.downloads.store.journals import FULL, PLACE, job, kept_at, opened, put


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database, but long enough to be looked at as one" * 100)


def cut_off(path: Path) -> None:
    journal = opened(path.parent)
    for number in range(200):
        journal.put(job(str(number)))
    journal.close()
    os.truncate(path, path.stat().st_size // 2)


def without_tables(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION}")
    database.close()


@pytest.mark.parametrize("harm", [damaged, cut_off, without_tables])
def test_a_damaged_file_is_set_aside(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    path = tmp_path / "jobs.db"
    harm(path)
    before = path.read_bytes()
    kept = kept_at(path)
    assert "damaged" in kept.notice
    kept.store.put(job())
    kept.store.close()
    (aside,) = tmp_path.glob("jobs-damaged-*.db")
    assert aside.name in kept.notice
    assert aside.read_bytes() == before
    assert opened(tmp_path).orphaned_jobs()[-1] == job()


def with_damaged_page(path: Path, change: str = "") -> None:
    """Write a journal of 200 jobs, run `change` on it, and overwrite a page in its middle."""
    journal = opened(path.parent)
    put(journal, *(job(str(number)) for number in range(200)))
    journal.close()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(change)
    page_bytes, pages = 4096, path.stat().st_size // 4096
    with path.open("r+b") as file:
        file.seek(page_bytes * (pages // 2))
        file.write(b"\xff" * page_bytes)


def test_what_can_be_read_of_a_damaged_file_is_recovered(tmp_path: Path) -> None:
    """A page in the middle is overwritten: only what was on it is lost."""
    path = tmp_path / "jobs.db"
    with_damaged_page(path)
    kept = kept_at(path)
    recovered = len(kept.store.orphaned_jobs())
    assert f"{recovered} of its downloads were recovered" in kept.notice
    assert 100 < recovered < 200


def test_the_jobs_of_a_damaged_file_of_an_older_version_are_recovered(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    with_damaged_page(path, "UPDATE jobs SET job = json_remove(job, '$.value'); PRAGMA user_version = 2;")
    assert len(kept_at(path).store.orphaned_jobs()) > 100


class Killed(BaseException):
    """Ends the program at once."""


@pytest.mark.parametrize("name", ["copy_jobs", "_set_aside"])
@pytest.mark.parametrize("is_after", [True, False])
def test_a_repair_that_is_killed_loses_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_after: bool
) -> None:
    path = tmp_path / "jobs.db"
    with_damaged_page(path)
    step = getattr(sqlite_file, name)

    def killed(*args: object) -> None:
        if is_after:
            step(*args)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_file, name, killed)
        with pytest.raises(Killed):
            kept_at(path)
    kept = kept_at(path)
    assert len(kept.store.orphaned_jobs()) > 100
    assert "damaged" in kept.notice
    assert len(list(tmp_path.glob("jobs-damaged-*.db"))) == 1
    assert {each.suffix for each in tmp_path.glob("jobs.*")} <= {
        ".db",
        ".db-wal",
        ".db-shm",
        ".lock",
        ".leases",
    }


def test_a_full_disk_during_a_repair_leaves_the_damaged_file_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "jobs.db"
    with_damaged_page(path)
    before, open_database = path.read_bytes(), sqlite_file.open_database

    def small(path: Path) -> sqlite3.Connection:
        database = open_database(path)
        database.execute("PRAGMA max_page_count = 12")
        return database

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_file, "open_database", small)
        assert "disk is full" in kept_at(path).store.store_error
    assert path.read_bytes() == before
    assert len(kept_at(path).store.orphaned_jobs()) > 100


def test_an_older_file_is_listed_before_it_is_migrated(tmp_path: Path) -> None:
    first = opened(tmp_path)
    put(first, job())
    first.close()
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database:
        database.executescript(
            """
            UPDATE jobs SET job = json_set(
                json_remove(job, '$.value', '$.cut_off', '$.empty'), '$.cut_off_at', 5
            );
            PRAGMA user_version = 1;
            """
        )
    (listed,) = read_journal(tmp_path / "jobs.db")
    assert listed.job == replace(job(), cut_off=(CutOff("", 5),))


def test_a_damaged_file_that_another_program_uses_stays_where_it_is(tmp_path: Path) -> None:
    first = opened(tmp_path)
    put(first, job())
    first.close()
    opened(tmp_path)
    path = tmp_path / "jobs.db"
    with path.open("r+b") as file:
        file.write(b"no database" * 10)
    kept = kept_at(path)
    assert isinstance(kept.store, MemoryStore)
    assert "Quit the other omni-tui" in kept.store.store_error
    assert list(tmp_path.glob("jobs-damaged-*")) == []


def test_a_newer_file_is_only_read(tmp_path: Path) -> None:
    """The older version leaves the newer version's file in place, and shows its ended jobs."""
    path = tmp_path / "jobs.db"
    first = opened(tmp_path)
    put(first, FULL, job("b"))
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    kept = kept_at(path)
    assert isinstance(kept.store, MemoryStore)
    assert "newer omni-tui" in kept.store.store_error
    assert kept.store.jobs() == (FULL,)
    kept.store.put(job("c"))
    kept.store.close()
    put(first, job("b", JobState.SAVING))  # the newer program goes on with its file
    assert [path.name for path in tmp_path.glob("jobs*.db")] == ["jobs.db"]
    assert [each.job.id for each in read_journal(path)] == ["a", "b"]


def test_few_damaged_files_are_kept(tmp_path: Path) -> None:
    for number in range(sqlite_file.MAX_DAMAGED_FILES + 2):
        damaged(tmp_path / "jobs.db")
        os.utime(tmp_path / "jobs.db", (number, number))
        kept_at(tmp_path / "jobs.db").store.close()
    assert len(list(tmp_path.glob("jobs-damaged-*.db"))) == sqlite_file.MAX_DAMAGED_FILES


def test_an_older_file_is_brought_to_our_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(tmp_path)
    first.put(job())
    first.close()
    added = (*sqlite_file.MIGRATIONS, "ALTER TABLE jobs ADD COLUMN colour TEXT;")
    monkeypatch.setattr(sqlite_file, "MIGRATIONS", added)
    monkeypatch.setattr(sqlite_file, "VERSION", len(added))
    assert opened(tmp_path).orphaned_jobs() == (job(),)


def test_jobs_of_the_first_version_keep_their_row_limit(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    with sqlite3.connect(path) as database:
        database.executescript(f"{sqlite_file.MIGRATIONS[0]} PRAGMA user_version = 1;")
        put = "INSERT INTO jobs (id, place, is_final, job) VALUES (?, ?, 1, ?)"
        for job_id, limit in (("a", 5), ("b", None)):
            record = json.loads(job_text(replace(FULL, id=job_id)))
            del record["cut_off"], record["empty"]
            database.execute(put, (job_id, PLACE, json.dumps(record | {"cut_off_at": limit})))
        database.execute(put, ("c", PLACE, "no JSON"))
    database.close()
    kept = opened(tmp_path).jobs()
    assert [(each.id, each.cut_off_at, each.empty) for each in kept] == [("a", 5, ()), ("b", None, ())]
    assert kept[0] == replace(FULL, id="a", cut_off=(CutOff("", 5),), empty=())


@pytest.mark.parametrize(
    "harm",
    [
        "'{}'",
        "x'ff00fe'",
        "CAST(x'7b22ff' AS TEXT)",
        "12",
        "replace(job, '1000.5', '1e999')",
        "replace(job, '1000.5', '1' || printf('%0400d', 0))",
        'replace(job, \'"dashboard_name": \', \'"dashboard_name": 1, "x": \')',
        'replace(job, \'"times": {"queued"\', \'"times": {"done"\')',
    ],
)
def test_a_damaged_row_hides_no_other(tmp_path: Path, harm: str) -> None:
    first = opened(tmp_path)
    put(first, job("a"), job("b"))
    first.close()
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as database:
        database.execute(f"UPDATE jobs SET job = {harm} WHERE id = 'a'")
    again = opened(tmp_path)
    assert [kept.id for kept in again.orphaned_jobs()] == ["b"]
    assert again.unreadable_count == 1
    skipped: list[int] = []
    assert [each.job.id for each in read_journal(tmp_path / "jobs.db", skipped.append)] == ["b"]
    assert skipped == [1]
