"""The journal on the disk: what is stored, who owns it, and how damaged files are handled."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from omni_tui.downloads.errors import DownloadListError
from omni_tui.downloads.files.part_file import WholePart
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState, Order
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.downloads.polling.render_stats import RenderKind, Span
from omni_tui.downloads.store import sqlite_file
from omni_tui.downloads.store.finished_note import note_beside
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.downloads.store.serialization import PartRecord, job_text
from omni_tui.downloads.store.sqlite_file import VERSION, read_journal
from omni_tui.downloads.store.sqlite_store import Journal
from omni_tui.options.spec import ExportRequest, Format
from tests.downloads.store.journals import PLACE, kept_at, opened

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
        job(
            state=JobState.FAILED,
            failure=JobFailure("it broke", "try again", "maxRowLimit", FailureKind.FILE_SAVE_ERROR),
        ),
        job(state=JobState.CANCELED),
    ],
    ids=lambda kept: kept.state.value,
)
def test_ended_jobs_are_restored_unchanged(tmp_path: Path, kept: Job) -> None:
    first = opened(tmp_path)
    first.put(kept)
    first.close()
    assert opened(tmp_path).jobs() == (kept,)


def put(journal: Journal, *jobs: Job) -> None:
    """Have them recorded."""
    for each in jobs:
        journal.put(each)
    assert journal.flush(), journal.notice


def test_what_runs_comes_back_to_whoever_takes_it(tmp_path: Path) -> None:
    running = job(attempts=2, start_sent_at=(1.0, 2.5), server_job_id="s-1")
    first = opened(tmp_path)
    put(first, running)
    second = opened(tmp_path)
    assert (second.jobs(), second.unowned(), second.claim("a")) == ((), (), None)
    first.close()
    assert second.unowned() == (running,)
    assert second.claim("a") == running
    third = opened(tmp_path)
    assert (third.unowned(), third.claim("a")) == ((), None)
    second.release(["a"])
    assert second.flush()
    assert third.claim("a") == running


def test_of_many_that_take_one_gets_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    for number in range(20):
        first.put(job(str(number)))
    first.close()
    programs = [opened(tmp_path) for _ in range(4)]
    taken: list[str] = []

    def claim(program: Journal) -> None:
        taken.extend(kept.id for kept in program.unowned() if program.claim(kept.id))

    threads = [threading.Thread(target=claim, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_a_killed_process_lets_go_of_what_it_had(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.downloads.store.journals import opened;"
        " from tests.downloads.store.test_sqlite_store import job, put; kept = opened(Path(sys.argv[1]));"
        " put(kept, job()); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        mine = opened(tmp_path)
        assert (mine.unowned(), mine.claim("a")) == ((), None)
        program.kill()
        program.wait()
    assert mine.unowned() == (job(),)
    assert mine.claim("a") == job()


def test_the_leases_of_the_dead_do_not_pile_up(tmp_path: Path) -> None:
    living = opened(tmp_path)
    lock_folder = tmp_path / "jobs.leases"
    (lock_folder / "of-a-dead-one").touch()
    opened(tmp_path).close()
    assert os.listdir(lock_folder) == [living._process_lock.name]


def test_another_omni_or_profile_does_not_see_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.put(job())
    first.put(replace(FULL, id="b"))
    first.close()
    other = opened(tmp_path, "blobsrus.omniapp.co other")
    assert (other.unowned(), other.jobs(), other.with_server_id("s-1")) == ((), (), None)


def test_a_job_is_found_by_the_servers_id_whoever_has_it(tmp_path: Path) -> None:
    running = job(server_job_id="s-7")
    put(opened(tmp_path), running)
    assert opened(tmp_path).with_server_id("s-7") == running


def test_what_is_known_of_a_file_is_kept_until_the_job_ends(tmp_path: Path) -> None:
    whole = WholePart(Path("/tmp") / HOSTILE, HOSTILE, 1, 2**63 - 1, 3, "ab")
    records = [PartRecord(whole.part), PartRecord(whole.part, whole, (Table("t", 3),))]
    first = opened(tmp_path)
    first.put(job())
    for record in records:
        first.note_part("a", record)
        assert opened(tmp_path).part_of("a") == record
    put(first, FULL)
    assert opened(tmp_path).part_of("a") is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    journal = opened(state)
    journal.put(job())
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) in (0o600, 0o700), path


def test_render_times_are_kept(tmp_path: Path) -> None:
    kind = RenderKind("12db1a0a", Format.PDF)
    kept = kept_at(tmp_path / "jobs.db")
    kept.history.add(kind, Span(2.0, 4.0))
    kept.store.close()
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
    assert opened(tmp_path).unowned()[-1] == job()


def test_what_can_be_read_of_a_damaged_file_is_recovered(tmp_path: Path) -> None:
    """A page in the middle is overwritten: only what was on it is lost."""
    path = tmp_path / "jobs.db"
    journal = opened(tmp_path)
    put(journal, *(job(str(number)) for number in range(200)))
    journal.close()
    page_bytes, pages = 4096, path.stat().st_size // 4096
    with path.open("r+b") as file:
        file.seek(page_bytes * (pages // 2))
        file.write(b"\xff" * page_bytes)
    kept = kept_at(path)
    recovered = len(kept.store.unowned())
    assert f"{recovered} of its downloads were recovered" in kept.notice
    assert 100 < recovered < 200


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
    """Two versions share a folder: the older one moves nothing away, and shows what has ended."""
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
    for number in range(sqlite_file.MOST_ASIDE + 2):
        damaged(tmp_path / "jobs.db")
        os.utime(tmp_path / "jobs.db", (number, number))
        kept_at(tmp_path / "jobs.db").store.close()
    assert len(list(tmp_path.glob("jobs-damaged-*.db"))) == sqlite_file.MOST_ASIDE


def test_an_older_file_is_brought_to_our_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(tmp_path)
    first.put(job())
    first.close()
    added = (*sqlite_file.MIGRATIONS, "ALTER TABLE jobs ADD COLUMN colour TEXT;")
    monkeypatch.setattr(sqlite_file, "MIGRATIONS", added)
    monkeypatch.setattr(sqlite_file, "VERSION", len(added))
    assert opened(tmp_path).unowned() == (job(),)


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
    assert [kept.id for kept in again.unowned()] == ["b"]
    assert again.unreadable_count == 1
    skipped: list[int] = []
    assert [each.job.id for each in read_journal(tmp_path / "jobs.db", skipped.append)] == ["b"]
    assert skipped == [1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_leaves_the_memory(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    check_memory(kept_at(tmp_path / "state" / "jobs.db"))


def test_a_state_folder_that_is_a_file_leaves_the_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    check_memory(kept_at(tmp_path / "state" / "jobs.db"))


def check_memory(kept: sqlite_file.OpenedStore) -> None:
    assert isinstance(kept.store, MemoryStore)
    assert "Can't use the download list" in kept.notice


def test_a_disk_that_takes_nothing_for_a_while_loses_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal._database.execute("PRAGMA query_only = 1")
    journal.put(job("a"))
    assert not journal.flush()
    assert "Can't save the download list" in journal.notice
    assert journal.unowned() == ()  # which can be read
    assert "Can't save the download list" in journal.notice
    journal.put(job("a", JobState.SAVING))
    journal._database.execute("PRAGMA query_only = 0")
    put(journal, job("b"))
    assert journal.notice == ""
    journal.close()
    assert [(kept.id, kept.state) for kept in opened(tmp_path).unowned()] == [
        ("a", JobState.SAVING),
        ("b", JobState.RENDERING),
    ]


def test_what_the_disk_did_not_take_is_written_down_at_the_end(tmp_path: Path) -> None:
    """There is room again, and nothing has happened since."""
    journal = opened(tmp_path)
    put(journal, job("a"))
    journal._database.execute("PRAGMA query_only = 1")
    journal.put(FULL)
    assert not journal.flush()
    journal._database.execute("PRAGMA query_only = 0")
    journal.close()
    again = opened(tmp_path)
    assert again.unowned() == ()
    assert [(kept.id, kept.state) for kept in again.jobs()] == [("a", JobState.DONE)]


def test_the_oldest_of_very_many_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MOST_ENDED", 3)
    first = opened(tmp_path)
    first.put(job("runs"))
    for number in range(5):
        first.put(replace(FULL, id=str(number)))
    first.close()
    again = opened(tmp_path)
    assert [kept.id for kept in again.jobs()] == ["2", "3", "4"]
    assert [kept.id for kept in again.unowned()] == ["runs"]


def test_the_number_of_unfinished_jobs_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MOST_LEFT", 3)
    first = opened(tmp_path)
    put(first, *(job(str(number)) for number in range(5)))
    first.close()
    living = opened(tmp_path)
    put(living, *(job(f"runs {number}") for number in range(5)))
    again = opened(tmp_path)
    assert [kept.id for kept in again.unowned()] == ["2", "3", "4"]
    living.close()
    assert len(again.unowned()) == 8  # what runs is nobody's to forget


def test_a_file_that_was_large_is_made_small_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MOST_ENDED", 3)
    first = opened(tmp_path)
    put(first, *(replace(FULL, id=str(number), note="x" * 8000) for number in range(4000)))
    first.close()
    assert (tmp_path / "jobs.db").stat().st_size > 20_000_000
    opened(tmp_path).close()
    assert (tmp_path / "jobs.db").stat().st_size < 200_000


def test_another_programs_lock_delays_nothing_but_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is put comes back at once; what has to be known is waited for, and told when it can't be."""
    monkeypatch.setattr("omni_tui.downloads.store.sqlite_store.LONG_BUSY_SECONDS", 0.1)
    first = opened(tmp_path)
    put(first, job("left"))
    first.release(["left"])
    assert first.flush()
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        first.put(job("a"))
        assert not first.flush()
        assert "Waiting for another program to release" in first.notice
        assert [kept.id for kept in first.unowned()] == ["left"]
        with pytest.raises(DownloadListError, match="another program has locked it"):
            first.claim("left")
        second = opened(tmp_path)  # it can be opened all the same
        other.execute("ROLLBACK")
    assert first.flush()
    assert first.notice == ""
    assert second.claim("left") is not None


def test_a_program_that_died_while_it_checked_a_file_is_counted(tmp_path: Path) -> None:
    """Not one that died before, or whose file was whole, or that has left it."""
    part = PartRecord(tmp_path / "a.json.part")
    whole = PartRecord(part.part, WholePart(part.part, "a.json", 1, 2, 3, "ab"))

    def died_at(record: PartRecord | None, crash_count: int = 0) -> int:
        program = opened(tmp_path)
        put(program, job(crash_count=crash_count))
        program.note_part("a", record)
        program.close()
        taken = opened(tmp_path).claim("a")
        assert taken is not None
        return taken.crash_count

    assert died_at(part) == 1
    assert died_at(part, 1) == 2
    assert died_at(whole, 1) == 0
    assert died_at(None, 1) == 0


def test_what_the_list_could_not_record_is_noted_beside_the_file(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    ordered = replace(job("12345678abc"), order=replace(job().order, folder=files))
    part = files / "a.pdf.12345678.part"
    whole = PartRecord(part, WholePart(part, "a.pdf", 1, 2, 3, "ab"))
    first = opened(tmp_path)
    put(first, ordered)
    first._database.execute("PRAGMA query_only = 1")
    first.note_part(ordered.id, whole)
    assert [path.name for path in files.iterdir()] == ["a.pdf.12345678.done"]
    first._database.close()
    second = opened(tmp_path)
    assert second.part_of(ordered.id) == whole
    second.put(replace(ordered, state=JobState.FAILED))
    assert second.flush()
    assert list(files.iterdir()) == []


def test_a_note_that_the_list_made_needless_before_its_program_died_is_removed(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    ordered = replace(job("12345678abc"), order=replace(job().order, folder=files))
    part = files / "a.pdf.12345678.part"
    whole = PartRecord(part, WholePart(part, "a.pdf", 1, 2, 3, "ab"))
    first = opened(tmp_path)
    put(first, ordered)
    first.note_part(ordered.id, whole)
    assert list(files.iterdir()) == []
    note_beside(whole)  # another thread saved the record between the failed attempt and the note
    first._database.close()
    second = opened(tmp_path)
    assert second.part_of(ordered.id) == whole
    second.put(replace(ordered, state=JobState.FAILED))
    assert second.flush()
    assert list(files.iterdir()) == []


def test_a_job_that_was_never_recorded_leaves_no_note(tmp_path: Path) -> None:
    """No next program would look for it."""
    ordered = replace(job("12345678abc"), order=replace(job().order, folder=tmp_path))
    part = tmp_path / "a.pdf.12345678.part"
    first = opened(tmp_path)
    first._database.execute("PRAGMA query_only = 1")
    first.put(ordered)
    first.note_part(ordered.id, PartRecord(part, WholePart(part, "a.pdf", 1, 2, 3, "ab")))
    assert list(tmp_path.glob("*.done")) == []


def test_a_file_that_another_program_is_just_making_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").touch()
    assert read_journal(tmp_path / "jobs.db") == []
