"""The journal on the disk: what is kept, whose it is, and what becomes of a file nobody can trust."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from omni_tui.downloads import journal_file
from omni_tui.downloads.files import WholePart
from omni_tui.downloads.journal import Journal
from omni_tui.downloads.journal_file import VERSION, read_journal
from omni_tui.downloads.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.records import PartRecord, job_text
from omni_tui.downloads.render_times import Kind, Span
from omni_tui.downloads.row_limit import CutOff
from omni_tui.downloads.rows import Table
from omni_tui.downloads.store import MemoryStore
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.journals import kept_at, opened

HOSTILE = "na\udcffme\u202e[bold]\x1b]0;x\x07 ' \" ; DROP TABLE jobs"


def job(job_id: str = "a", state: JobState = JobState.RENDERING, **more: object) -> Job:
    request = ExportRequest(
        "12db1a0a",
        Format.CSV,
        {"maxRowLimit": 5, "filterConfig": {"a.b": {"values": ["x", None, 1.5, True]}}},
    )
    order = Order(request, HOSTILE, Path("/tmp") / HOSTILE, None, "Uma", has_manifest=True)
    times = MappingProxyType({JobState.QUEUED: 1000.5, state: 1001.25})
    return replace(Job(job_id, order, state, times), **more)  # type: ignore[arg-type]


FULL = job(
    state=JobState.DONE,
    server_job_id="s-1",
    bytes_received=10,
    bytes_expected=10,
    path=Path("/tmp") / HOSTILE,
    sha256="ab" * 32,
    rows=5,
    cut_off=(CutOff("", 5, "8"), CutOff(HOSTILE, 7)),
    empty=(HOSTILE,),
    note="its manifest is missing",
)


@pytest.mark.parametrize(
    "kept",
    [
        FULL,
        job(state=JobState.FAILED, failure=JobFailure("it broke", "try again", "maxRowLimit", "FileTrouble")),
        job(state=JobState.CANCELLED),
    ],
    ids=lambda kept: kept.state.value,
)
def test_what_has_ended_comes_back_as_it_was(tmp_path: Path, kept: Job) -> None:
    first = opened(tmp_path)
    first.put(kept)
    first.close()
    assert opened(tmp_path).jobs() == (kept,)


def test_what_runs_comes_back_to_whoever_takes_it(tmp_path: Path) -> None:
    running = job(attempts=2, asked_at=(1.0, 2.5), server_job_id="s-1")
    first = opened(tmp_path)
    first.put(running)
    second = opened(tmp_path)
    assert (second.jobs(), second.left(), second.take("a")) == ((), (), None)
    first.close()
    assert second.left() == (running,)
    assert second.take("a") == running
    third = opened(tmp_path)
    assert (third.left(), third.take("a")) == ((), None)
    second.leave(["a"])
    assert third.take("a") == running


def test_of_many_that_take_one_gets_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    for number in range(20):
        first.put(job(str(number)))
    first.close()
    programs = [opened(tmp_path) for _ in range(4)]
    taken: list[str] = []

    def take(program: Journal) -> None:
        taken.extend(kept.id for kept in program.left() if program.take(kept.id))

    threads = [threading.Thread(target=take, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_a_killed_process_lets_go_of_what_it_had(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.downloads.journals import opened;"
        " from tests.downloads.test_journal import job; kept = opened(Path(sys.argv[1])); kept.put(job());"
        " print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        mine = opened(tmp_path)
        assert (mine.left(), mine.take("a")) == ((), None)
        program.kill()
        program.wait()
    assert mine.left() == (job(),)
    assert mine.take("a") == job()


def test_the_leases_of_the_dead_do_not_pile_up(tmp_path: Path) -> None:
    living = opened(tmp_path)
    leases = tmp_path / "jobs.leases"
    (leases / "of-a-dead-one").touch()
    opened(tmp_path).close()
    assert os.listdir(leases) == [living._lease.name]


def test_another_omni_or_profile_does_not_see_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.put(job())
    first.put(replace(FULL, id="b"))
    first.close()
    other = opened(tmp_path, "blobsrus.omniapp.co other")
    assert (other.left(), other.jobs(), other.with_server_id("s-1")) == ((), (), None)


def test_a_job_is_found_by_the_servers_id_whoever_has_it(tmp_path: Path) -> None:
    running = job(server_job_id="s-7")
    opened(tmp_path).put(running)
    assert opened(tmp_path).with_server_id("s-7") == running


def test_what_is_known_of_a_file_is_kept_until_the_job_ends(tmp_path: Path) -> None:
    whole = WholePart(Path("/tmp") / HOSTILE, HOSTILE, 1, 2**63 - 1, 3, "ab")
    records = [PartRecord(whole.part), PartRecord(whole.part, whole, (Table("t", 3),))]
    first = opened(tmp_path)
    first.put(job())
    for record in records:
        first.note_part("a", record)
        assert opened(tmp_path).part_of("a") == record
    first.put(FULL)
    assert opened(tmp_path).part_of("a") is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    journal = opened(state)
    journal.put(job())
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) in (0o600, 0o700), path


def test_render_times_are_kept(tmp_path: Path) -> None:
    kind = Kind("12db1a0a", Format.PDF)
    kept_at(tmp_path / "jobs.db").history.add(kind, Span(2.0, 4.0))
    again = kept_at(tmp_path / "jobs.db").history
    assert list(again.of_kind(kind)) == [Span(2.0, 4.0)]
    assert list(again.of_format(Format.PDF)) == [Span(2.0, 4.0)]


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


def newer(path: Path) -> None:
    opened(path.parent).close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()


@pytest.mark.parametrize(
    ("harm", "word"),
    [(damaged, "damaged"), (cut_off, "damaged"), (without_tables, "damaged"), (newer, "newer")],
)
def test_a_file_that_is_not_to_be_trusted_is_set_aside(tmp_path: Path, harm: object, word: str) -> None:
    path = tmp_path / "jobs.db"
    harm(path)  # type: ignore[operator]
    before = path.read_bytes()
    kept = kept_at(path)
    assert word in kept.notice
    kept.store.put(job())
    kept.store.close()
    (aside,) = tmp_path.glob(f"jobs-{word}-*.db")
    assert aside.name in kept.notice
    assert aside.read_bytes() == before
    assert opened(tmp_path).left() == (job(),)


def test_an_older_file_is_brought_to_our_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(tmp_path)
    first.put(job())
    first.close()
    added = (*journal_file.MIGRATIONS, "ALTER TABLE jobs ADD COLUMN colour TEXT;")
    monkeypatch.setattr(journal_file, "MIGRATIONS", added)
    monkeypatch.setattr(journal_file, "VERSION", len(added))
    assert opened(tmp_path).left() == (job(),)


def test_jobs_of_the_first_version_keep_their_row_limit(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    with sqlite3.connect(path) as database:
        database.executescript(f"{journal_file.MIGRATIONS[0]} PRAGMA user_version = 1;")
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


def test_a_row_that_nobody_understands_hides_no_other(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.put(job("a"))
    first.put(job("b"))
    first.close()
    with sqlite3.connect(tmp_path / "jobs.db") as database:
        database.execute("UPDATE jobs SET job = '{}' WHERE id = 'a'")
    database.close()
    assert [kept.id for kept in opened(tmp_path).left()] == ["b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_leaves_the_memory(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    check_memory(kept_at(tmp_path / "state" / "jobs.db"))


def test_a_state_folder_that_is_a_file_leaves_the_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    check_memory(kept_at(tmp_path / "state" / "jobs.db"))


def check_memory(kept: journal_file.Kept) -> None:
    assert isinstance(kept.store, MemoryStore)
    assert "cannot be written down" in kept.notice


def test_a_disk_that_takes_nothing_for_a_while_loses_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal._database.execute("PRAGMA query_only = 1")
    journal.put(job("a"))
    assert "cannot be written down" in journal.notice
    assert journal.left() == ()  # which can be read
    assert "cannot be written down" in journal.notice
    journal.put(job("a", JobState.SAVING))
    journal._database.execute("PRAGMA query_only = 0")
    journal.put(job("b"))
    assert journal.notice == ""
    journal.close()
    assert [(kept.id, kept.state) for kept in opened(tmp_path).left()] == [
        ("a", JobState.SAVING),
        ("b", JobState.RENDERING),
    ]


def test_what_the_disk_did_not_take_is_written_down_at_the_end(tmp_path: Path) -> None:
    """There is room again, and nothing has happened since."""
    journal = opened(tmp_path)
    journal.put(job("a"))
    journal._database.execute("PRAGMA query_only = 1")
    journal.put(job("a", JobState.DONE))
    journal._database.execute("PRAGMA query_only = 0")
    journal.close()
    again = opened(tmp_path)
    assert again.left() == ()
    assert [(kept.id, kept.state) for kept in again.jobs()] == [("a", JobState.DONE)]


def test_the_oldest_of_very_many_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "MOST_ENDED", 3)
    first = opened(tmp_path)
    first.put(job("runs"))
    for number in range(5):
        first.put(replace(FULL, id=str(number)))
    first.close()
    again = opened(tmp_path)
    assert [kept.id for kept in again.jobs()] == ["2", "3", "4"]
    assert [kept.id for kept in again.left()] == ["runs"]


def test_a_file_that_another_program_is_just_making_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").touch()
    assert read_journal(tmp_path / "jobs.db") == []
