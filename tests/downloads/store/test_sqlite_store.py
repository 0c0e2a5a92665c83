"""The journal on the disk: what is stored, who owns it, and how damaged files are handled."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.errors import DownloadListError
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState
from omni_tui.downloads.polling.render_stats import RenderKind, Span
from omni_tui.downloads.store import sqlite_file
from omni_tui.downloads.store.interface import MemoryStore
from omni_tui.downloads.store.sqlite_file import read_journal
from omni_tui.downloads.store.sqlite_store import Journal
from omni_tui.options.spec import Format
from tests.downloads.store.journals import FULL, job, kept_at, opened, put


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


def test_a_running_job_can_be_claimed_by_the_next_program(tmp_path: Path) -> None:
    running = job(attempts=2, start_sent_at=(1.0, 2.5), server_job_id="s-1")
    first = opened(tmp_path)
    put(first, running)
    second = opened(tmp_path)
    assert (second.jobs(), second.orphaned_jobs(), second.claim("a")) == ((), (), None)
    first.close()
    assert second.orphaned_jobs() == (running,)
    assert second.claim("a") == running
    third = opened(tmp_path)
    assert (third.orphaned_jobs(), third.claim("a")) == ((), None)
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
        taken.extend(kept.id for kept in program.orphaned_jobs() if program.claim(kept.id))

    threads = [threading.Thread(target=claim, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_a_killed_process_lets_go_of_what_it_had(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.downloads.store.journals import job, opened, put;"
        " kept = opened(Path(sys.argv[1])); put(kept, job()); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        mine = opened(tmp_path)
        assert (mine.orphaned_jobs(), mine.claim("a")) == ((), None)
        program.kill()
        program.wait()
    assert mine.orphaned_jobs() == (job(),)
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
    assert (other.orphaned_jobs(), other.jobs(), other.with_server_id("s-1")) == ((), (), None)


def test_a_job_of_any_program_is_found_by_its_server_id(tmp_path: Path) -> None:
    running = job(server_job_id="s-7")
    put(opened(tmp_path), running)
    assert opened(tmp_path).with_server_id("s-7") == running


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
    assert journal.orphaned_jobs() == ()  # which can be read
    assert "Can't save the download list" in journal.notice
    journal.put(job("a", JobState.SAVING))
    journal._database.execute("PRAGMA query_only = 0")
    put(journal, job("b"))
    assert journal.notice == ""
    journal.close()
    assert [(kept.id, kept.state) for kept in opened(tmp_path).orphaned_jobs()] == [
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
    assert again.orphaned_jobs() == ()
    assert [(kept.id, kept.state) for kept in again.jobs()] == [("a", JobState.DONE)]


def test_a_job_that_changes_while_it_is_saved_is_saved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_of = Journal._row

    def changes_meanwhile(journal: Journal, saved: Job) -> dict[str, str | bool | None]:
        if saved.state is JobState.RENDERING:
            journal.put(FULL)
        return row_of(journal, saved)

    monkeypatch.setattr(Journal, "_row", changes_meanwhile)
    journal = opened(tmp_path)
    journal.put(job("a"))
    assert journal.flush(), "nothing keeps it from being saved"
    assert opened(tmp_path).jobs() == (FULL,)


def test_the_oldest_of_very_many_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MAX_FINISHED", 3)
    first = opened(tmp_path)
    first.put(job("runs"))
    for number in range(5):
        first.put(replace(FULL, id=str(number)))
    first.close()
    again = opened(tmp_path)
    assert [kept.id for kept in again.jobs()] == ["2", "3", "4"]
    assert [kept.id for kept in again.orphaned_jobs()] == ["runs"]


def test_the_number_of_unfinished_jobs_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MAX_UNFINISHED", 3)
    first = opened(tmp_path)
    put(first, *(job(str(number)) for number in range(5)))
    first.close()
    living = opened(tmp_path)
    put(living, *(job(f"runs {number}") for number in range(5)))
    again = opened(tmp_path)
    assert [kept.id for kept in again.orphaned_jobs()] == ["2", "3", "4"]
    living.close()
    assert len(again.orphaned_jobs()) == 8  # what runs is nobody's to forget


def test_a_file_that_was_large_is_made_small_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MAX_FINISHED", 3)
    first = opened(tmp_path)
    put(first, *(replace(FULL, id=str(number), note="x" * 8000) for number in range(4000)))
    first.close()
    assert (tmp_path / "jobs.db").stat().st_size > 20_000_000
    opened(tmp_path).close()
    assert (tmp_path / "jobs.db").stat().st_size < 200_000


def test_another_programs_lock_delays_nothing_but_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes return at once; a claim waits for the list, and reports if it can't be used."""
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
        assert [kept.id for kept in first.orphaned_jobs()] == ["left"]
        with pytest.raises(DownloadListError, match="another program has locked it"):
            first.claim("left")
        second = opened(tmp_path)  # it can be opened all the same
        other.execute("ROLLBACK")
    assert first.flush()
    assert first.notice == ""
    assert second.claim("left") is not None


def test_a_file_that_another_program_is_just_making_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").touch()
    assert read_journal(tmp_path / "jobs.db") == []
