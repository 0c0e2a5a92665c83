"""A program dies at every step, and the next one finishes its jobs."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from omni_tui.api.errors.types import Conflict, NotReached, Unauthorized
from omni_tui.api.models import JobStatus, Phase
from omni_tui.downloads.engine import SAME_ORDER_SECONDS, Engine
from omni_tui.downloads.errors import JobElsewhere
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.job.models import FailureKind, JobState
from tests.downloads.fakes import PDF, RUNNING, FakeFile
from tests.downloads.store.journals import Program


class Killed(BaseException):
    """Stop as on SIGKILL in the middle of a step: nothing more happens or is saved."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    for name in ("files", "state"):
        (tmp_path / name).mkdir()
    return Program(tmp_path / "files", tmp_path / "state")


@pytest.mark.parametrize(("step", "starts"), [("status", 1), ("file", 1)])
async def test_killed_while_a_request_is_out(program: Program, step: str, starts: int) -> None:
    program.client.hangs_at = step
    job_id = program.submit()
    await program.clock.advance(10)
    await program.die()
    program.client.hangs_at = None
    following = program.next()
    (job,) = await following.finish()
    assert job.id == job_id
    assert following.files() == ["Sales.pdf"]
    assert program.client.count("initiate") == starts


async def test_killed_before_its_start_was_sent(program: Program) -> None:
    program.submit()
    await program.die()
    following = program.next()
    (job,) = await following.finish()
    assert program.client.count("initiate") == 1
    assert following.files() == ["Sales.pdf"]
    assert job.start_sent_at == ()


async def killed_at_the_start(program: Program, *answers: JobStatus) -> Program:
    """The start was sent and accepted, but the response was lost; the next start is a conflict."""
    program.client.hangs_at = "initiate"
    program.submit()
    await program.clock.advance(1)
    await program.die()
    program.client.hangs_at = None
    refused = Conflict("A download is running.", status=409)
    refused.existing_job_id = "the-server-began"
    program.client.starts.append(refused)
    program.client.statuses_of["the-server-began"].extend(answers)
    return program.next()


async def test_killed_before_its_start_was_answered_finds_the_servers_job(program: Program) -> None:
    made = JobStatus(Phase.RUNNING, "in_progress", "pdf", datetime.fromtimestamp(program.clock.time(), UTC))
    following = await killed_at_the_start(program, made)
    (job,) = await following.finish()
    assert job.server_job_id == "the-server-began"
    assert following.files() == ["Sales.pdf"]


async def test_killed_before_its_start_was_answered_takes_nothing_that_does_not_fit(program: Program) -> None:
    theirs = JobStatus(Phase.COMPLETE, "complete", "xlsx", datetime.fromtimestamp(program.clock.time(), UTC))
    following = await killed_at_the_start(program, theirs)
    (job,) = await following.finish()
    assert job.server_job_id == "server-2"


async def test_killed_in_the_middle_of_the_file(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.downloads.files.writer.PIECE_BYTES", 1000)
    monkeypatch.setattr(PartFile, "discard", lambda part: None)  # a killed program cleans nothing up
    program.client.files.append(FakeFile(PDF, len(PDF), waits_at_chunk=2))
    program.submit()
    await program.clock.advance(10)
    await program.die()
    (left,) = program.files()
    assert left.endswith(".part")
    monkeypatch.undo()
    following = program.next()
    await following.finish()
    assert following.files() == ["Sales.pdf"]
    assert (program.client.count("initiate"), program.client.count("file")) == (1, 2)


@pytest.mark.parametrize("moment", ["before its name", "between name and part", "after its name"])
async def test_killed_while_the_file_gets_its_name(
    program: Program, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The file is complete: it isn't downloaded again or saved twice."""
    real_link, real_unlink = os.link, Path.unlink

    def die_at(here: str) -> None:
        if moment == here:
            program.journal.close()
            raise Killed

    def link(part: Path, path: Path) -> None:
        die_at("before its name")
        real_link(part, path)

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".part":
            die_at("between name and part")
        real_unlink(path, missing_ok)
        if path.suffix == ".part":
            die_at("after its name")

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(Path, "unlink", unlink)
    monkeypatch.setattr(PartFile, "discard", lambda part: None)
    (program.folder / "Sales.pdf").write_text("somebody else's")
    await program.run(program.submit())
    monkeypatch.undo()
    following = program.next()
    (job,) = await following.finish()
    assert following.files() == ["Sales (2).pdf", "Sales.pdf"]
    assert job.path == program.folder / "Sales (2).pdf"
    assert job.path.read_bytes() == PDF
    assert program.client.count("file") == 1


async def checked_to_death(program: Program) -> Program:
    """End a program while it downloads and checks a file; return the next one, before it resumes anything."""
    program.client.files.append(FakeFile(PDF, len(PDF), waits_at_chunk=2))
    await program.clock.advance(10)
    await program.die()
    return program.next()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.downloads.files.writer.PIECE_BYTES", 1000)
    monkeypatch.setattr(PartFile, "discard", lambda part: None)  # a killed program cleans nothing up


@pytest.mark.usefixtures("small_pieces")
async def test_a_file_that_killed_two_programs_is_not_resumed_silently(program: Program) -> None:
    job_id = program.submit()
    second = await checked_to_death(program)
    await second.engine.resume_all()
    third = await checked_to_death(second)
    (aside,) = await third.engine.resume_all()
    assert (aside.id, aside.state) == (job_id, JobState.FAILED)
    assert aside.failure is not None
    assert "crashed twice" in aside.failure.message
    assert program.client.count("file") == 2
    await third.engine.aclose()
    fourth = third.next()
    assert await fourth.engine.resume_all() == ()  # nor by any program after that
    await fourth.engine.resume(job_id)  # but when it is asked for
    assert (await fourth.run(job_id)).state is JobState.DONE


@pytest.mark.usefixtures("small_pieces")
async def test_deaths_in_other_steps_set_nothing_aside(program: Program) -> None:
    """The first program died during the check, the second one during rendering: not twice in a row."""
    job_id = program.submit()
    program = await checked_to_death(program)
    await program.engine.resume_all()
    await program.die()
    for _ in range(3):  # before its file came
        program = program.next()
        await program.engine.resume_all()
        await program.die()
    program = program.next()
    await program.engine.resume_all()
    program = await checked_to_death(program)
    await program.finish()
    assert program.engine.job(job_id).state is JobState.DONE


async def test_the_list_is_never_used_in_the_loops_thread(program: Program) -> None:
    """While another program holds the lock, no key may have to wait."""
    seen: set[int] = set()
    program.journal._database.set_trace_callback(lambda statement: seen.add(threading.get_ident()))
    engine = Engine(program.client, program.journal, clock=program.clock, ended=())  # with threads
    with closing(sqlite3.connect(program.state / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        job_id = engine.submit(program.order())
        while "Waiting for another program" not in engine.notice:
            await program.clock.advance(0.1)
        other.execute("ROLLBACK")
    while engine.running:  # threads take their own time
        await program.clock.advance(0.1)
    assert engine.job(job_id).state is JobState.DONE
    while not await engine.recorded():
        await program.clock.advance(1)
    assert engine.notice == ""
    await engine.orphaned_jobs()
    await engine.resume_all()
    await engine.aclose()
    assert seen
    assert threading.get_ident() not in seen
    assert program.next().engine.job(job_id).state is JobState.DONE


async def test_closed_in_the_middle_leaves_all_to_the_next(program: Program) -> None:
    program.client.statuses.extend([RUNNING] * 4)
    ids = [program.submit(name) for name in ("A", "A", "B")]
    await program.clock.advance(3)
    await program.engine.aclose()
    assert program.files() == []
    following = program.next()
    jobs = await following.finish()
    assert sorted(job.id for job in jobs) == sorted(ids)
    assert following.files() == ["A (2).pdf", "A.pdf", "B.pdf"]
    assert program.client.count("initiate") == 3


async def test_cancelled_by_a_person_stays_cancelled(program: Program) -> None:
    program.client.hangs_at = "status"
    job_id = program.submit()
    await program.clock.advance(3)
    program.engine.cancel(job_id)
    await program.engine.aclose()
    following = program.next()
    assert await following.engine.resume_all() == ()
    assert following.engine.job(job_id).state is JobState.CANCELED


async def test_a_rejected_key_stops_all_jobs_and_a_new_one_resumes_them(program: Program) -> None:
    program.client.statuses_of["server-1"].append(RUNNING)
    program.client.statuses_of["server-2"].append(Unauthorized("The token was refused.", status=401))
    program.client.statuses_of["server-3"].append(RUNNING)
    ids = [program.submit(name) for name in ("A", "B", "C")]
    for job_id in ids:
        await program.run(job_id)
    jobs = [program.engine.job(job_id) for job_id in ids]
    assert [(job.state, job.failure.kind if job.failure else "") for job in jobs] == [
        (JobState.FAILED, FailureKind.UNAUTHORIZED)
    ] * 3
    assert all(job.needs_attention for job in jobs)
    await program.engine.aclose()
    following = program.next()
    assert len(await following.finish()) == 3
    assert program.client.count("initiate") == 3


@pytest.mark.parametrize(("later_seconds", "goes_on"), [(3_600.0, True), (2 * 86_400.0, False)])
async def test_recently_unreached_jobs_are_resumed(
    program: Program, later_seconds: float, goes_on: bool
) -> None:
    program.client.starts.extend([NotReached("Nothing answers.")] * 4)
    job = await program.run(program.submit())
    assert job.needs_attention
    await program.engine.aclose()
    await program.clock.advance(later_seconds)
    following = program.next()
    taken = await following.engine.resume_all()
    assert [each.id for each in taken] == ([job.id] if goes_on else [])
    for each in taken:
        assert (await following.run(each.id)).state is JobState.DONE


async def test_a_job_that_waits_for_the_disk_is_resumed_by_the_user_only(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    job = await program.run(program.submit())
    assert job.needs_attention
    monkeypatch.undo()
    await program.engine.aclose()
    following = program.next()
    assert await following.engine.resume_all() == ()
    await following.engine.resume(job.id)
    assert (await following.run(job.id)).state is JobState.DONE
    assert (program.client.count("initiate"), following.files()) == (1, ["Sales.pdf"])


async def test_two_programs_do_not_take_the_same_one_up(program: Program) -> None:
    program.client.hangs_at = "status"
    job = program.engine.job(program.submit())
    await program.clock.advance(3)
    program.engine.cancel(job.id)
    await program.engine.wait(job.id)
    first, second = program.next(), program.next()
    program.client.hangs_at = None
    await first.engine.resume(job.id)
    with pytest.raises(JobElsewhere):
        await second.engine.resume(job.id)
    assert (await first.run(job.id)).state is JobState.DONE
    await second.engine.resume(job.id)  # it learns how that ended
    assert second.engine.job(job.id).state is JobState.DONE
    assert program.files() == ["Sales.pdf"]


async def test_the_same_order_soon_after_is_the_same_job(program: Program) -> None:
    program.client.hangs_at = "status"
    job_id = program.submit()
    await program.clock.advance(3)
    await program.die()
    program.client.hangs_at = None
    following = program.next()
    assert await following.engine.resume_same(following.order("Other")) is None
    assert await following.engine.resume_same(following.order()) == job_id
    assert (await following.run(job_id)).state is JobState.DONE
    assert program.client.count("initiate") == 1


async def test_the_same_order_long_after_expects_other_data(program: Program) -> None:
    program.client.hangs_at = "status"
    program.submit()
    await program.clock.advance(3)
    await program.die()
    await program.clock.advance(SAME_ORDER_SECONDS)
    following = program.next()
    assert await following.engine.resume_same(following.order()) is None


async def test_the_time_of_an_interrupted_job_keeps_counting(program: Program) -> None:
    submitted_at = program.clock.time()
    program.client.hangs_at = "status"
    program.submit()
    await program.clock.advance(40)
    await program.die()
    program.client.hangs_at = None
    (job,) = await program.next().finish()
    assert job.submitted_at == submitted_at
    assert job.elapsed_seconds(program.clock.time()) >= 40
