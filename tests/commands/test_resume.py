"""Unfinished downloads are listed, and finished by another program: `downloads`, `resume`, `--detach`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from omni_tui.commands.download.report import Report, ReportOptions
from omni_tui.commands.resume import PROGRAM as PROGRAM_NAME
from omni_tui.commands.resume import _take_up
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.errors import CannotStartAgain, JobElsewhere
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.errors import OmniTuiError
from tests.commands.download.faults.test_interrupted import read_until
from tests.commands.jobs import job
from tests.commands.runs import LIMIT, PROGRAM, SPEED, Ran, finish, run, start


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


class Desk:
    """One user's home, in which programs run one after the other."""

    def __init__(self, base: Path, server: DemoServer) -> None:
        self.base, self.server, self.count = base, server, 0
        self.home = str(base / "home")

    def run(self, *typed: str, **environment: str) -> Ran:
        self.count += 1
        folder = self.base / f"run-{self.count}"
        return run(folder, self.server, *typed, **{"HOME": self.home, **environment})

    def killed(self, *typed: str, at: bytes = b"rendering", by: signal.Signals = signal.SIGKILL) -> Ran:
        """A program that is killed as soon as it prints this, and polls rarely, so as not to be done."""
        self.count += 1
        folder = self.base / f"run-{self.count}"
        process = start(folder, self.server, *typed, program=PROGRAM, HOME=self.home)
        read_until(process, at)
        process.send_signal(by)
        return finish(process, folder)


@pytest.fixture
def desk(server: DemoServer, tmp_path: Path) -> Desk:
    return Desk(tmp_path, server)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_downloads_are_listed_and_finished(desk: Desk, by: signal.Signals) -> None:
    ended = desk.killed("download", names.SLOW_ID, "--format", "pdf", by=by)
    assert ended.files == []
    listed = desk.run("downloads").out.decode()
    assert "unfinished" in listed
    assert "run omni-tui resume to finish it" in listed
    resumed = desk.run("resume")
    assert resumed.status == 0
    (path,) = map(Path, resumed.lines)
    assert (path.parent, path.suffix) == (ended.folder, ".pdf")
    assert ended.files == [path.name]
    assert "saved" in desk.run("downloads").out.decode()
    again = desk.run("resume")
    nothing = "omni-tui resume: There are no unfinished downloads.\n"
    assert (again.status, again.out, again.err) == (0, b"", nothing)


def test_ctrl_c_leaves_nothing_to_finish(desk: Desk) -> None:
    desk.killed("download", names.SLOW_ID, "--format", "pdf", by=signal.SIGINT)
    assert "There are no unfinished downloads" in desk.run("resume").err


def test_repeating_the_command_resumes_what_was_killed(desk: Desk, tmp_path: Path) -> None:
    typed = (
        "download",
        names.SLOW_ID,
        "--format",
        "pdf",
        "--json",
        "--output",
        str(tmp_path / "files") + "/",
    )
    desk.killed(*typed)
    ran = desk.run(*typed)
    (line,) = map(json.loads, ran.lines)
    listed = [json.loads(line) for line in desk.run("downloads", "--json").lines]
    assert [each["id"] for each in listed] == [line["id"]]
    assert [path.name for path in (tmp_path / "files").iterdir()] == [Path(line["path"]).name]


def test_a_detached_export_is_fetched_later(desk: Desk) -> None:
    typed = ("08cd7e36", "b17e4f90", "--format", "pdf")
    detached = desk.run("download", *typed, "--detach", "--quiet")
    assert (detached.status, detached.err, detached.files) == (0, "", [])
    ids = detached.lines
    assert len(set(ids)) == 2
    assert all(each["is_left"] for each in map(json.loads, desk.run("downloads", "--json").lines))
    one = desk.run("resume", ids[0][:8], "--quiet", "--json")
    (line,) = map(json.loads, one.lines)
    data = Path(line["path"]).read_bytes()
    assert line["sha256"] == hashlib.sha256(data).hexdigest()
    rest = desk.run("resume", "--quiet")
    assert len(rest.lines) == 1
    assert len(detached.files) == 2


@pytest.mark.parametrize("more", [("--output", "-"), ("--demo",)])
def test_what_cannot_be_detached_is_rejected(desk: Desk, more: tuple[str, ...]) -> None:
    ran = desk.run("download", "b17e4f90", "--format", "csv", "--detach", *more)
    assert (ran.status, ran.out) == (2, b"")
    assert "--detach" in ran.err


def test_nothing_is_detached_that_could_not_be_found_again(desk: Desk, tmp_path: Path) -> None:
    state = tmp_path / "home" / ".local" / "state"
    state.parent.mkdir(parents=True)
    state.write_text("a file in place of the folder")
    ran = desk.run("download", "b17e4f90", "--format", "csv", "--detach")
    assert (ran.status, ran.out) == (1, b"")
    assert "jobs.db: Not a directory. Nothing was started: --detach needs the download list." in ran.err
    listed = desk.run("downloads")
    assert (listed.status, listed.out) == (1, b"")
    assert "Not a directory" in listed.err


def test_an_id_that_fits_nothing_is_reported(desk: Desk) -> None:
    ran = desk.run("resume", "nonsense")
    assert (ran.status, ran.err) == (
        2,
        "omni-tui resume: No unfinished download with ID nonsense. See omni-tui downloads.\n",
    )


@pytest.mark.parametrize(
    ("error", "ids", "status"),
    [
        (CannotStartAgain, [], Status.FAILED),
        (JobElsewhere, [], Status.SAVED),  # it is finished there
        (JobElsewhere, ["job", "job 12db"], Status.FAILED),  # the same one twice
    ],
)
def test_what_cannot_be_resumed_is_reported(
    error: type[OmniTuiError], ids: list[str], status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    class Engine:
        unreadable_count = 0

        async def orphaned_jobs(self) -> list[Job]:
            return [job(JobState.RENDERING)]

        def jobs(self) -> list[Job]:
            return []

        async def resume(self, job_id: str, *, is_chosen: bool) -> None:
            tried.append(job_id)
            raise error

    tried: list[str] = []
    report = Report(ReportOptions(PROGRAM_NAME))
    assert asyncio.run(_take_up(cast("Any", Engine()), ids, report, Console(PROGRAM_NAME))) == []
    assert len(tried) == 1
    assert report.status() is status
    assert capsys.readouterr().err == f"omni-tui resume: Blob Web Traffic: {error()}\n"


def test_a_rejected_key_pauses_it_until_there_is_another(desk: Desk) -> None:
    held = desk.run("download", "b17e4f90", "--format", "pdf", OMNI_API_TOKEN="omni_osk_revoked")
    assert held.status == 3
    assert "needs attention" in desk.run("downloads").out.decode()
    resumed = desk.run("resume", "--quiet")
    assert (resumed.status, len(resumed.lines)) == (0, 1)


def test_the_token_is_stored_nowhere(desk: Desk, tmp_path: Path) -> None:
    desk.killed("download", names.SLOW_ID, "--format", "pdf")
    from omni_tui import demo

    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            assert demo.TOKEN.encode() not in path.read_bytes(), path


def test_a_manifest_records_how_the_file_was_made(desk: Desk) -> None:
    ran = desk.run("download", "b17e4f90", "--format", "csv", "--manifest", "--quiet")
    (path,) = map(Path, ran.lines)
    manifest = json.loads((path.parent / f"{path.name}.manifest.json").read_text())
    assert manifest["dashboard"]["id"] == "b17e4f90"
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["tables"]
    assert desk.run("download", "b17e4f90", "--format", "csv", "--quiet").files == [path.name]


def test_a_list_that_is_damaged_is_set_aside_and_reported(desk: Desk, tmp_path: Path) -> None:
    desk.run("download", "b17e4f90", "--format", "pdf", "--quiet")
    (journal,) = (tmp_path / "home").rglob("jobs.db")
    journal.write_bytes(b"nonsense " * 1000)
    told = desk.run("downloads")
    assert (told.status, "Can't use the download list" in told.err) == (1, True)
    ran = desk.run("download", "b17e4f90", "--format", "pdf", "--quiet")
    assert (ran.status, len(ran.lines)) == (0, 1)
    assert "The download list was damaged" in ran.err
