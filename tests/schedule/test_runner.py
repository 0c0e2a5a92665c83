"""One run of a schedule: its folder and environment, its record, and that it never runs twice at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from omni_tui.schedule.models import (
    InvalidSchedule,
    LastRun,
    RunFile,
    Schedule,
    ScheduleError,
    StillRunning,
    TimerKind,
)
from omni_tui.schedule.runner import run_schedule
from omni_tui.schedule.store import (
    delete_schedule,
    read_last_run,
    read_schedule,
    read_schedules,
    run_lock,
    schedule_path,
    write_last_run,
    write_schedule,
)

THEN = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def schedule(folder: Path, name: str = "weekly", environment: Mapping[str, str] | None = None) -> Schedule:
    """Return a schedule that runs in that folder."""
    command = ("download", "abc", "--format", "csv", "--filter", "Name=a b")
    return Schedule(name, "Mon 07:00", command, folder, environment or {}, TimerKind.CRON, THEN)


def program(folder: Path, body: str) -> tuple[str, ...]:
    """A program instead of omni-tui."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(body))
    return (sys.executable, str(path))


def test_a_run_is_recorded_with_its_files_messages_and_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = """
        import json, os, sys
        assert sys.argv[1:] == ["download", "--json", "abc", "--format", "csv", "--filter", "Name=a b"]
        print(json.dumps({"dashboard": "abc", "state": "done", "path": os.getcwd() + "/a.csv"}))
        print(json.dumps({"dashboard": "def", "state": "failed", "path": None, "error": os.environ["WHY"]}))
        print("not JSON")
        print("omni-tui download: def: no", file=sys.stderr)
        sys.exit(1)
        """
    wanted, fake, lines = schedule(tmp_path, environment={"WHY": "No access."}), program(tmp_path, body), []
    run = run_schedule(wanted, fake, is_by_timer=True, on_line=lines.append, now=lambda: THEN)
    files = (RunFile("abc", "done", f"{tmp_path}/a.csv"), RunFile("def", "failed", error="No access."))
    assert run == LastRun(THEN, True, THEN, 1, files, ("omni-tui download: def: no",))
    assert read_last_run("weekly") == run
    assert run.result == "failed (1)"
    assert len(lines) == 3
    assert capsys.readouterr().err == "omni-tui download: def: no\n"


def test_a_run_that_is_killed_counts_as_failed(tmp_path: Path) -> None:
    body = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run_schedule(schedule(tmp_path), program(tmp_path, body), is_by_timer=False).exit_status == 137


def test_an_interrupted_run_ends_its_command(tmp_path: Path) -> None:
    body = """
        import pathlib, signal, sys, time
        def leave(*_):
            pathlib.Path("left").touch()
            sys.exit(143)
        signal.signal(signal.SIGTERM, leave)
        print("begun", flush=True)
        time.sleep(60)
        """

    def interrupt(_: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_schedule(schedule(tmp_path), program(tmp_path, body), is_by_timer=True, on_line=interrupt)
    assert (tmp_path / "left").exists()
    run = read_last_run("weekly")
    assert run is not None
    assert run.exit_status == 130


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    run = run_schedule(schedule(tmp_path / "gone"), program(tmp_path, ""), is_by_timer=True)
    assert (run.exit_status, run.messages) == (1, (f"{tmp_path}/gone: No such file or directory.",))


def test_two_runs_never_overlap(tmp_path: Path) -> None:
    wanted, fake = schedule(tmp_path), program(tmp_path, "")
    with run_lock("weekly"), pytest.raises(StillRunning):
        run_schedule(wanted, fake, is_by_timer=True)
    assert run_schedule(wanted, fake, is_by_timer=True).exit_status == 0


@pytest.mark.parametrize(
    ("states", "result"),
    [(["done"], "saved"), (["unchanged"], "unchanged"), (["done", "unchanged"], "saved")],
)
def test_the_result_in_one_word(states: list[str], result: str) -> None:
    files = tuple(RunFile("abc", state) for state in states)
    assert LastRun(THEN, True, THEN, 0, files).result == result


def test_a_run_without_an_end_is_running_or_was_interrupted() -> None:
    write_last_run("weekly", LastRun(THEN, True, pid=os.getpid()))
    run = read_last_run("weekly")
    assert run is not None
    assert run.result == "running"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert replace(run, pid=ended.pid).result == "interrupted"


def test_schedules_are_stored_readable_only_by_this_user(tmp_path: Path) -> None:
    first, second = schedule(tmp_path, "b", {"PATH": "/bin"}), schedule(tmp_path, "a")
    write_schedule(first)
    write_schedule(second)
    assert read_schedules() == [second, first]
    assert schedule_path("a").stat().st_mode & 0o777 == 0o600
    assert delete_schedule("a")
    assert not delete_schedule("a")
    assert read_schedules() == [first]


def test_a_damaged_schedule_is_reported_with_what_to_do() -> None:
    write_schedule(schedule(Path("/")))
    for text in ("", "[]", "{}", json.dumps({"every": "Mon 07:00"})):
        schedule_path("weekly").write_text(text)
        with pytest.raises(ScheduleError, match="schedule remove weekly"):
            read_schedule("weekly")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", ".x", "a b", "x" * 61, "a\n", "ä"])
def test_dangerous_names_are_rejected(name: str) -> None:
    with pytest.raises(InvalidSchedule):
        schedule_path(name)
