"""Old ended downloads are dropped from the list; what hasn't ended stays, and so do all files."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.api.errors.types import Forbidden
from omni_tui.cli import main
from omni_tui.downloads.errors import DownloadListError
from omni_tui.downloads.job.models import JobState
from omni_tui.downloads.store.pruning import prune_journal
from omni_tui.downloads.store.sqlite_file import read_journal
from omni_tui.settings.locations import state_folder
from tests.downloads.store.journals import Program, opened

DAY_SECONDS = 86_400.0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "files").mkdir()
    state_folder().mkdir(parents=True)
    return Program(tmp_path / "files", state_folder())


async def history(program: Program) -> list[str]:
    """An old saved and an old failed download, an old one that was left, and a new one; their names."""
    await program.run(program.submit("Old"))
    program.client.starts.append(Forbidden("No access."))
    failed = await program.run(program.submit("Failed"))
    assert failed.state is JobState.FAILED
    program.client.hangs_at = "status"
    program.submit("Left")
    await program.clock.advance(10)
    await program.die()
    program.clock.now += 100 * DAY_SECONDS
    program.client.hangs_at = None
    following = program.next()
    await following.run(following.submit("New"))
    await following.die()
    return following.files()


def names() -> list[str]:
    return sorted(each.job.order.dashboard_name for each in read_journal())


async def test_what_ended_before_is_dropped_and_nothing_else(program: Program) -> None:
    files = await history(program)
    dropped, kept_count = prune_journal(program.clock.time() - 90 * DAY_SECONDS)
    assert [each.job.order.dashboard_name for each in dropped] == ["Old", "Failed"]
    assert (kept_count, names()) == (2, ["Left", "New"])
    assert program.files() == files
    assert prune_journal(program.clock.time() - 90 * DAY_SECONDS) == ([], 2)


async def test_finished_downloads_can_be_removed_but_never_unfinished_ones(program: Program) -> None:
    await history(program)
    dropped, _ = prune_journal(program.clock.time() + 1)
    assert [each.job.order.dashboard_name for each in dropped] == ["Old", "Failed", "New"]
    assert names() == ["Left"]
    assert [job.order.dashboard_name for job in opened(state_folder()).orphaned_jobs()] == ["Left"]


async def test_a_list_that_cannot_be_changed_is_an_error(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(DownloadListError):
        prune_journal(0.0, path)


def test_without_a_list_there_is_nothing_to_drop(tmp_path: Path) -> None:
    assert prune_journal(1.0, tmp_path / "jobs.db") == ([], 0)


async def test_the_command_prints_what_it_drops(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    await history(program)
    assert main(["downloads", "--prune", "--older-than", "0"]) == 0
    told = capsys.readouterr()
    # the clock of the test is ahead of the real one
    assert told.out == ""
    assert told.err.startswith("omni-tui downloads: Removed 0 downloads that finished before ")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--prune", "--older-than", "-1"], "--older-than: must be a number of days, 0 or more, not '-1'."),
        (["--prune", "--older-than", "nan"], "--older-than: must be a number of days, 0 or more, not 'nan'."),
        (["--older-than", "3"], "--older-than needs --prune."),
    ],
)
def test_what_cannot_be_meant_is_rejected(
    typed: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["downloads", *typed]) == 2
    assert words in capsys.readouterr().err
