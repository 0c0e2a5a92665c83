"""From the form to the schedule, typed by hand in a real terminal.

Fill in the form; copy it as a command; try that without starting anything; run it; schedule it; let a real
cron run it after the data has changed. Only the file that changed is kept, and a hook uploads it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from omni_tui.demo import TOKEN
from omni_tui.demo.files import data_files
from omni_tui.demo.server import DemoServer
from omni_tui.help.topic import find_topic
from tests.drive.form_steps import choose_all_orders
from tests.drive.terminal import Terminal
from tests.system.cron_lock import cron_lock
from tests.system.s3_server import can_serve_s3, s3_storage

pytestmark = pytest.mark.slow

DASHBOARD = "Sales by Region & Category"
VALUES = ("complete", "returned")
SIZE = (150, 50)
BUCKET = "my-bucket"  # the one in the recipe
# cron looks at the clock once a minute.
MAX_WAIT_SECONDS = 200


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder, with the programs on the path and nothing else set up."""
    folder = tmp_path / "home"
    (folder / "work").mkdir(parents=True)
    return folder


def write_settings(home: Path, server: DemoServer) -> None:
    path = home / ".config" / "omni-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'base_url = "{server.url}"\napi_token = "{TOKEN}"\n')
    path.chmod(0o600)


def write_hook(home: Path) -> None:
    """Write the script of the help topic, unchanged."""
    topic = find_topic("recipes")
    assert topic is not None
    (body,) = re.findall(r"`to-s3.sh`.*?```sh\n(.*?)```", topic.markdown(), re.DOTALL)
    path = home / "work" / "to-s3.sh"
    path.write_text(body)
    path.chmod(0o755)


@contextmanager
def cron_for(home: Path, folder: Path) -> Iterator[bool]:
    """Run a real cron for a separate user with this home folder; yield False if nothing runs the crontab.

    `folder` gets the crontab command.
    """
    programs = ("cron", "crontab", "useradd")
    wrapper = folder / "crontab"
    if os.getuid() != 0 or not all(map(shutil.which, programs)):
        wrapper.write_text(f'#!/bin/sh\n[ "$1" = -l ] && exec cat {folder}/lines\nexec cat >{folder}/lines\n')
        wrapper.chmod(0o755)
        (folder / "lines").touch()
        yield False
        return
    user = f"omnitui{os.getpid()}"
    words = ["useradd", "--no-create-home", "--non-unique", "--uid", "0", "--home-dir", str(home), user]
    subprocess.run([*words, "--shell", "/bin/sh"], check=True, capture_output=True)
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("crontab")} -u {user} "$@"\n')
    wrapper.chmod(0o755)
    daemon = None if is_cron_running() else subprocess.Popen(["cron", "-f"])
    try:
        yield True
    finally:
        if daemon is not None:
            daemon.terminate()
            daemon.wait()
        subprocess.run(["crontab", "-u", user, "-r"], capture_output=True)
        subprocess.run(["userdel", "--force", user], check=True, capture_output=True)


def is_cron_running() -> bool:
    return subprocess.run(["pgrep", "-x", "cron"], capture_output=True).returncode == 0


class Shell:
    """A shell in a terminal, and what was typed there."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def run(self, line: str, *, status: int = 0, seconds: float = 60.0) -> str:
        """Type a command line; return the screen when it has ended with that status."""
        self.terminal.press("clear", "enter")
        self.terminal.gone("status=", seconds)
        self.terminal.press(f"{line}; echo status=$?", "enter")
        self.terminal.wait(r"status=\d+", seconds)
        text = self.terminal.text()
        assert re.findall(r"status=(\d+)", text) == [str(status)], text
        return text


def fill_in(terminal: Terminal) -> None:
    """Fill in a CSV of one tile, with a fan-out over a filter's values and a second filter."""
    choose_all_orders(terminal)
    terminal.press(", ".join(VALUES))
    terminal.wait("☐ one file for each of the 2 values")
    terminal.press("down", "space")
    terminal.wait("☑ one file for each of the 2 values")
    terminal.press("down", "down", "EMEA")
    terminal.wait(r"• Region +‹ is +› +EMEA")


def copied(terminal: Terminal) -> str:
    """Return the text that was last sent to the clipboard."""
    terminal.seen(b"\x1b]52;")
    sent = re.findall(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\a|\x1b\\)", bytes(terminal.painted))
    return b64decode(sent[-1]).decode()


def last_run(home: Path) -> dict[str, Any] | None:
    """Return the record of the schedule's last run, once it has ended."""
    command = [sys.executable, "-m", "omni_tui", "schedule", "show", "report", "--json"]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    run = json.loads(subprocess.check_output(command, env=environment))["last_run"]
    return run if run and run["ended_at"] else None


def wait_for_run(home: Path) -> dict[str, Any]:
    end = time.monotonic() + MAX_WAIT_SECONDS
    while (run := last_run(home)) is None:
        assert time.monotonic() < end, "the schedule never ran"
        time.sleep(0.5)
    return run


def test_from_the_form_to_the_schedule(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = home / "work"
    path = f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    # the machine's certificates for AWS are not for this storage
    environment = {"HOME": str(home), "PATH": path, "PS1": "ready> ", "ENV": "", "AWS_CA_BUNDLE": ""}
    with (
        DemoServer(speed=20) as server,
        s3_storage(home, BUCKET) if can_serve_s3() else nullcontext() as storage,
        cron_lock(),
        cron_for(home, tmp_path) as has_cron,
        Terminal(["sh"], folder=work, size=SIZE, env=environment) as terminal,
    ):
        write_settings(home, server)
        write_hook(home)
        shell = Shell(terminal)
        terminal.wait("ready>")

        terminal.press("omni-tui 08cd7e36", "enter")
        fill_in(terminal)
        terminal.press("f9")
        command = copied(terminal)
        terminal.press("ctrl+q")
        terminal.wait("ready>")
        assert command.startswith("omni-tui download 08cd7e36 --format csv ")
        assert "--each" in command
        assert "Region=EMEA" in command

        planned = shell.run(f"{command} --dry-run | grep File:").replace("\n", "")  # a path may be wrapped
        assert all(f"{value}.csv" in planned for value in VALUES), planned
        assert server.requests["POST", "initiate"] == 0
        assert files(work) == []

        shell.run(f"{command} --quiet")
        first = files(work)
        assert len(first) == len(VALUES)
        assert all(any(value in name for name in first) for value in VALUES)

        add_row(monkeypatch, "returned")
        at = datetime.now() + timedelta(seconds=75 if has_cron else 3600)
        timer = "" if has_cron else " --force --timer cron"
        words = f"{command} --only-if-changed{' --then ./to-s3.sh' if storage else ''}"
        added = shell.run(f"omni-tui schedule add report --every {at:%H:%M}{timer} -- {words}")
        assert "Added report." in added
        if not has_cron:
            shell.run("omni-tui schedule run report")
        run = wait_for_run(home)
        assert (run["is_by_timer"], run["exit_status"]) == (has_cron, 0), run
        assert sorted(each["state"] for each in run["files"]) == ["done", "unchanged"]

        (new,) = sorted(set(files(work)) - set(first))
        assert "returned" in new
        assert (work / new).read_bytes().endswith(b"\r\n")
        if storage is not None:
            assert storage.rclone("lsf", f"s3:{BUCKET}/exports").decode().splitlines() == [new]
            assert storage.rclone("cat", f"s3:{BUCKET}/exports/{new}") == (work / new).read_bytes()
        assert new in shell.run("omni-tui schedule show report")
        assert "Removed report." in shell.run("omni-tui schedule remove report")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.csv"))


def add_row(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Add a row with this value to the demo's data."""
    make_csv = data_files._csv

    def longer(*args: Any, **options: Any) -> bytes:
        content = make_csv(*args, **options)
        lines = content.splitlines(keepends=True)
        more = [line for line in lines[1:] if value.encode() in line.lower()][:1]
        return content + b"".join(more)

    monkeypatch.setattr(data_files, "_csv", longer)
