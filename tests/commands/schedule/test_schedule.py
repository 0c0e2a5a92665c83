"""`omni-tui schedule`: added, run by a real user manager and a real cron, shown and removed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui import demo
from omni_tui.cli import main
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import JobState
from omni_tui.downloads.store.sqlite_file import read_journal
from omni_tui.schedule.models import TimerKind
from omni_tui.schedule.store import read_last_run, read_schedule, schedule_path
from tests.commands.runs import LIMIT, SPEED
from tests.schedule.test_cron import crontab
from tests.schedule.user_manager import under_cron, under_manager, why_no_cron, why_no_manager
from tests.system.cron_lock import cron_lock

__all__ = ["crontab"]
COMMAND = ("--", "download", names.FIRST_ID, "--format", "pdf", "--quiet")
WHEN = ("--every", "Mon 07:00", "--timer", "cron")
OMNI_TUI = f"'{sys.executable}' -m omni_tui"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture
def profile(fake_home: Path, server: DemoServer) -> Path:
    """Settings in a file, which a timer can read: an address and a key."""
    path = fake_home / ".config" / "omni-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'base_url = "{server.url}"\napi_token = "{demo.TOKEN}"\n')
    path.chmod(0o600)
    return path


def environment(fake_home: Path) -> dict[str, str]:
    """The environment of a shell, and nothing else."""
    return {"PATH": os.environ["PATH"], "HOME": str(fake_home), "LANG": "C.UTF-8", "PYTHONPATH": os.getcwd()}


@pytest.mark.slow
def test_a_real_user_manager_runs_a_schedule(fake_home: Path, profile: Path) -> None:
    if why := why_no_manager():
        pytest.skip(why)
    out = fake_home / "out"
    out.mkdir()
    script = f"""
        mkdir -p /var/lib/systemd/linger; cd '{out}'
        add="{OMNI_TUI} schedule add weekly --every 'Mon 07:00' -- download {names.FIRST_ID} --format pdf"
        eval "$add"; echo "without linger: $?"
        touch /var/lib/systemd/linger/root
        eval "$add"; echo "with linger: $?"
        systemctl --user start omni-tui-weekly.service; echo "ran: $?"
        {OMNI_TUI} schedule list; {OMNI_TUI} schedule show weekly
        {OMNI_TUI} schedule remove weekly
        systemctl --user list-unit-files --no-legend 'omni-tui*'
    """
    answer = under_manager(script, environment(fake_home))
    printed = answer.stdout + answer.stderr
    assert "Linger is off" in answer.stderr
    assert "without linger: 1\nAdded weekly. Next run: Mon " in answer.stdout, printed
    assert "ran: 0" in answer.stdout, printed
    assert [path.suffix for path in out.iterdir()] == [".pdf"], printed
    assert f"Files      {next(out.iterdir())}" in answer.stdout
    assert "by the timer: saved" in answer.stdout
    assert answer.stdout.endswith("Removed weekly.\n")
    assert [each.job.state for each in read_journal()] == [JobState.DONE]


@pytest.mark.slow
def test_a_real_cron_runs_a_schedule(fake_home: Path, profile: Path) -> None:
    if why := why_no_cron():
        pytest.skip(why)
    out = fake_home / "out"
    out.mkdir()
    script = f"""
        cd '{out}'
        {OMNI_TUI} schedule add often --every '1min' {" ".join(COMMAND)}; echo "added: $?"
        crontab -l
        for i in $(seq 750); do ls *.pdf >/dev/null 2>&1 && break; sleep 0.1; done
        {OMNI_TUI} schedule show often
        {OMNI_TUI} schedule remove often
        crontab -l
    """
    with cron_lock():
        answer = under_cron(script, environment(fake_home))
    assert "added: 0" in answer.stdout, answer.stderr
    assert [path.suffix for path in out.iterdir()] == [".pdf"], answer.stdout + answer.stderr
    assert "Removed often." in answer.stdout


@pytest.fixture
def added(
    crontab: Path,
    profile: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A schedule in a crontab of our own, and the folder that it runs in."""
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert main(["schedule", "add", "weekly", *WHEN, "--force", *COMMAND]) == 0
    return folder


def test_a_schedule_runs_manually_and_shows_its_result(
    added: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir("/")
    assert main(["schedule", "run", "weekly"]) == 0
    (file,) = added.iterdir()
    assert capfdbinary.readouterr().out == os.fsencode(file) + b"\n"
    assert main(["schedule", "show", "weekly", "--json"]) == 0
    shown = json.loads(capfdbinary.readouterr().out)
    assert shown["command"] == ["omni-tui", *COMMAND[1:]]
    assert shown["is_timer_active"]
    assert len(shown["next_runs"]) == 3
    assert shown["last_run"]["files"] == [
        {"dashboard": names.FIRST_ID, "state": "done", "path": str(file), "error": None}
    ]
    assert main(["schedule", "list"]) == 0
    assert b"weekly  Mon 07:00  Mon " in capfdbinary.readouterr().out


def test_a_run_shows_the_merged_file_and_not_what_was_deleted(
    added: Path, server: DemoServer, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    merge = ("--merge", "all.pdf", "--remove-originals")
    command = ("--", "download", *merge, "--format", "pdf", "--", names.FIRST_ID)
    assert main(["schedule", "add", "pack", *WHEN, "--force", "--base-url", server.url, *command]) == 0
    capfdbinary.readouterr()
    assert main(["schedule", "run", "pack"]) == 0
    assert capfdbinary.readouterr().out == os.fsencode(added / "all.pdf") + b"\n"
    assert main(["schedule", "show", "pack"]) == 0
    (files,) = [line for line in capfdbinary.readouterr().out.splitlines() if line.startswith(b"Files")]
    assert files.endswith(os.fsencode(added / "all.pdf"))


def test_a_failed_run_is_in_the_download_list_even_if_nothing_could_start(
    added: Path, profile: Path, server: DemoServer
) -> None:
    profile.write_text(f'base_url = "{server.url}"\n')
    assert main(["schedule", "run", "weekly", "--by-timer"]) == 3
    (listed,) = read_journal()
    assert listed.job.state is JobState.FAILED
    assert listed.job.failure is not None
    assert "omni-tui schedule show weekly" in listed.job.failure.hint
    run = read_last_run("weekly")
    assert run is not None
    assert run.result == "failed (3)"
    assert listed.job.failure.message == run.messages[-1].removeprefix("omni-tui download: ")


def test_a_dashboard_that_cannot_be_read_is_in_the_download_list_once(added: Path, crontab: Path) -> None:
    command = ("--", "download", "00000000", names.FIRST_ID, "--format", "csv", "--filter", "Country=France")
    assert main(["schedule", "add", "two", *WHEN, "--force", *command]) == 0
    assert main(["schedule", "run", "two", "--by-timer"]) == 1
    states = {each.job.order.request.dashboard_id: each.job.state for each in read_journal()}
    assert states == {"00000000": JobState.FAILED, names.FIRST_ID: JobState.DONE}


def test_what_is_missing_is_reported_and_nothing_is_added(
    crontab: Path,
    fake_home: Path,
    server: DemoServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    monkeypatch.setenv("OMNI_API_TOKEN", demo.TOKEN)  # works in this shell only
    monkeypatch.setattr("tempfile.tempdir", str(fake_home))  # this checkout may be in the real one
    assert main(["schedule", "add", "weekly", *WHEN, *COMMAND]) == 1
    told = capsys.readouterr().err
    assert "The API key is set only in this shell (OMNI_API_TOKEN)" in told
    assert "Nothing was added." in told
    assert not crontab.exists()
    assert not schedule_path("weekly").exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["weekly", *COMMAND], "--every"),
        (["weekly", "--every", "Mon", *COMMAND], "can't read “Mon”"),
        (["../weekly", *WHEN, *COMMAND], "can't be the name"),
        (["weekly", *WHEN], "The command is missing"),
        (["weekly", *WHEN, "--", "presets"], "Only download can be scheduled"),
        (["weekly", *WHEN, "--", "download", "x"], "--format"),
        (["weekly", *WHEN, "--", "download", "x", "--format", "pdf", "-o", "-"], "--output -"),
        (["weekly", *WHEN, "--", "download", "x", "--format", "pdf", "--detach"], "--detach"),
        (["weekly", *WHEN, "--", "download", "x", "--format", "pdf", "--dry-run"], "--dry-run"),
        (["weekly", *WHEN, "--preset", "none", "x"], "none"),
        (["weekly", "--every", "07:15,12:30", "--timer", "cron", *COMMAND], "one line"),
    ],
)
def test_an_invalid_schedule_is_rejected(
    typed: list[str], words: str, crontab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", "add", *typed]) == 2
    assert words in capsys.readouterr().err
    assert not crontab.exists()


def test_only_the_action_is_always_required(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule"]) == 2
    assert "arguments are required: ACTION. See" in capsys.readouterr().err


def test_a_name_is_used_once_unless_it_is_replaced(
    added: Path, crontab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = ["schedule", "add", "weekly", "--every", "Tue 08:00", "--timer", "cron", "--force"]
    assert main([*again, *COMMAND]) == 2
    assert main([*again, "--replace", *COMMAND]) == 0
    assert "Added weekly. Next run: Tue " in capsys.readouterr().out
    assert read_schedule("weekly").every == "Tue 08:00"
    assert [line[:9] for line in crontab.read_text().splitlines()] == ["0 8 * * 2"]


def test_a_schedule_stays_if_its_replacement_cannot_be_added(
    added: Path, crontab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = crontab.read_text(), schedule_path("weekly").read_text()
    monkeypatch.setenv("XDG_CACHE_HOME", "/" + "x" * 1000)  # too long for a crontab line
    again = ["schedule", "add", "weekly", "--every", "Tue 08:00", "--timer", "cron", "--force"]
    assert main([*again, "--replace", *COMMAND]) == 1
    assert "too long" in capsys.readouterr().err
    assert (crontab.read_text(), schedule_path("weekly").read_text()) == before


def test_a_preset_can_be_scheduled(added: Path) -> None:
    presets = schedule_path("x").parents[1] / "presets.toml"
    presets.write_text('[rows]\nformat = "csv"\n')
    typed = ["schedule", "add", "rows", *WHEN, "--force", "--preset", "rows", names.FIRST_ID, "-o", "csv/"]
    assert main(typed) == 0
    schedule = read_schedule("rows")
    assert schedule.command == ("download", names.FIRST_ID, "--preset", "rows", "--output", "csv/")
    assert schedule.timer is TimerKind.CRON


def test_remove_deletes_the_schedule_and_its_timer(
    added: Path, crontab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", "remove", "weekly"]) == 0
    assert not crontab.exists()
    assert main(["schedule", "remove", "weekly"]) == 1
    assert main(["schedule", "run", "weekly"]) == 1
    assert main(["schedule", "list"]) == 0
    assert "There are no schedules." in capsys.readouterr().err
