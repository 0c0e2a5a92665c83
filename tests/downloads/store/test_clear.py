"""Downloads that have ended are cleared from the list; their files, and what runs, stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.downloads.job.models import JobState
from tests.downloads.store.journals import Program, opened


@pytest.fixture
def program(tmp_path: Path) -> Program:
    for name in ("files", "state"):
        (tmp_path / name).mkdir()
    return Program(tmp_path / "files", tmp_path / "state")


async def test_cleared_downloads_are_gone_in_the_next_program_too_and_their_files_stay(
    program: Program,
) -> None:
    first = await program.run(program.submit("Sales"))
    second = await program.run(program.submit("Churn"))
    assert program.engine.clear([first.id, "unknown"]) == 1
    assert [job.id for job in program.engine.jobs()] == [second.id]
    assert await program.engine.recorded()
    await program.die()
    following = program.next()
    assert [job.id for job in following.engine.jobs()] == [second.id]
    assert following.files() == ["Churn.pdf", "Sales.pdf"]


async def test_what_runs_is_not_cleared(program: Program) -> None:
    program.client.hangs_at = "status"
    job_id = program.submit()
    await program.clock.advance(10)
    assert program.engine.clear([job_id]) == 0
    assert program.engine.job(job_id).state is JobState.RENDERING
    await program.die()


async def test_what_another_program_has_resumed_meanwhile_stays_in_the_list(
    program: Program, tmp_path: Path
) -> None:
    program.client.hangs_at = "status"
    job_id = program.submit()
    await program.clock.advance(10)
    program.engine.cancel(job_id)
    await program.engine.wait(job_id)
    assert await program.engine.recorded()
    other = opened(tmp_path / "state")
    assert other.claim(job_id) is not None
    assert program.engine.clear([job_id]) == 1
    assert await program.engine.recorded()
    assert other.claim(job_id) is not None
    await program.die()
