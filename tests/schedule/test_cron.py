"""The crontab line: only ours is changed, through the real crontab command if there is one."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.schedule import timers
from omni_tui.schedule.cron import Cron
from omni_tui.schedule.models import InvalidSchedule, ScheduleError
from omni_tui.schedule.recurrence import read_recurrence

MONDAYS = read_recurrence("Mon 07:00")
PROGRAM = ("/opt/my tools/100%/omni-tui",)
# A typical crontab, whose last line has no line feed.
OTHERS = b"""\
# my jobs
MAILTO=me@example.com
  0   7 * *  1\t/usr/bin/foo   --bar % input # a comment
@reboot   /x/y\r
#0 5 * * * off # omni-tui schedule: weekly
0 7 * * 1 /bin/true # omni-tui schedule: weekly-other

CRON_TZ = Europe/Berlin
0 0 * * 7 /a\x0bb\xe9"""

FAKE = """\
#!/bin/sh
case "$1" in
  -l) if [ -f "$CRONTAB_FILE" ]; then cat "$CRONTAB_FILE"; else echo "no crontab for me" >&2; exit 1; fi ;;
  -r) rm "$CRONTAB_FILE" ;;
  -) cat > "$CRONTAB_FILE" ;;
esac
"""


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab command of our own, and its file; the machine's crontab isn't changed."""
    command, file = tmp_path / "bin" / "crontab", tmp_path / "crontab"
    command.parent.mkdir()
    command.write_text(FAKE)
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("CRONTAB_FILE", str(file))
    return file


def test_only_the_marked_line_is_added_and_removed(crontab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "_account_home", lambda: os.environ["HOME"])
    crontab.write_bytes(OTHERS)
    Cron().add("weekly", MONDAYS, PROGRAM)
    before, end, line = crontab.read_bytes().rstrip(b"\n").rpartition(b"\n")
    assert before + end == OTHERS + b"\n"
    command = b"'/opt/my tools/100\\%/omni-tui' schedule run weekly --by-timer"
    assert line == b"0 7 * * 1 " + command + b" # omni-tui schedule: weekly"
    assert Cron().has("weekly")
    assert not Cron().has("week")
    assert Cron().remove("weekly")
    assert crontab.read_bytes() == OTHERS + b"\n"
    assert not Cron().remove("weekly")


def test_another_home_folder_than_the_accounts_is_in_the_line(
    crontab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/data/my 50%")
    Cron().add("weekly", MONDAYS, PROGRAM)
    program = b"'/opt/my tools/100\\%/omni-tui' "
    assert crontab.read_bytes().startswith(b"0 7 * * 1 HOME='/data/my 50\\%' " + program)
    monkeypatch.setattr(timers, "_account_home", lambda: "/data/my 50%")
    Cron().add("weekly", MONDAYS, PROGRAM)
    assert crontab.read_bytes().startswith(b"0 7 * * 1 " + program)


def test_adding_again_replaces_the_line(crontab: Path) -> None:
    Cron().add("weekly", MONDAYS, PROGRAM)
    Cron().add("weekly", read_recurrence("Tue 08:00"), PROGRAM)
    assert [line[:9] for line in crontab.read_text().splitlines()] == ["0 8 * * 2"]


def test_the_last_line_removed_leaves_no_crontab(crontab: Path) -> None:
    Cron().add("weekly", MONDAYS, PROGRAM)
    Cron().remove("weekly")
    assert not crontab.exists()


def test_the_folders_of_the_settings_are_set_in_the_line(
    crontab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/data/it's mine")
    Cron().add("weekly", MONDAYS, ("/bin/omni-tui",))
    command = crontab.read_text().split(" ", 5)[5]
    environment = {"PATH": "/usr/bin:/bin"}
    words = ["/bin/sh", "-c", command.replace("/bin/omni-tui", "/usr/bin/env printenv XDG_CONFIG_HOME; :")]
    assert subprocess.check_output(words, env=environment, text=True) == "/data/it's mine\n"


def test_a_line_that_cron_would_reject_is_not_written(crontab: Path) -> None:
    with pytest.raises(ScheduleError, match="too long"):
        Cron().add("weekly", MONDAYS, ("/" + "x" * 1000,))
    with pytest.raises(InvalidSchedule):
        Cron().add("weekly", read_recurrence("07:15,12:30"), PROGRAM)
    assert not crontab.exists()


def test_a_crontab_that_cannot_be_read_is_not_overwritten(crontab: Path) -> None:
    crontab.mkdir()
    with pytest.raises(ScheduleError, match="crontab"):
        Cron().add("weekly", MONDAYS, PROGRAM)


@pytest.fixture
def real_user() -> Iterator[str]:
    """A system user created for one test, with its own crontab."""
    if shutil.which("crontab") is None or shutil.which("useradd") is None or os.getuid() != 0:
        pytest.skip("needs cron, and root to make a user for the test")
    name = f"omnitui{os.getpid()}"
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    yield name
    subprocess.run(["crontab", "-u", name, "-r"], check=False, capture_output=True)
    subprocess.run(["userdel", name], check=True)


def test_the_real_crontab_command_accepts_the_line(
    real_user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("crontab")
    command = tmp_path / "crontab"
    command.write_text(f'#!/bin/sh\nexec {real} -u {real_user} "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    others = "# mine\n  0   7 * *  1\t/usr/bin/foo\n"
    subprocess.run(["crontab", "-"], input=others, text=True, check=True)
    Cron().add("weekly", MONDAYS, PROGRAM)
    listed = subprocess.check_output(["crontab", "-l"], text=True)
    assert listed.startswith(others)
    assert listed.endswith("# omni-tui schedule: weekly\n")
    assert Cron().remove("weekly")
    assert subprocess.check_output(["crontab", "-l"], text=True) == others
