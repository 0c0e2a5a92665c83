"""The units of a schedule: their text, and a real user manager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui.schedule.models import ScheduleError
from omni_tui.schedule.recurrence import read_recurrence
from omni_tui.schedule.systemd import Systemd, units
from tests.schedule.user_manager import under_manager, why_no_manager

MONDAYS = read_recurrence("Mon 07:00")
PROGRAM = ('/opt/my $tools/100%/"omni"-tui',)


def test_the_units_match_the_schedule(fake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/data/50%/$x")
    service, timer = units("weekly", read_recurrence("Mon 07:15,12:30"), PROGRAM).values()
    assert ' "/opt/my $$tools/100%%/\\"omni\\"-tui" "schedule" "run" "weekly" "--by-timer"\n' in service
    assert 'Environment="XDG_STATE_HOME=/data/50%%/$x"' in service
    assert "OnCalendar=Mon *-*-* 07:15:00\nOnCalendar=Mon *-*-* 12:30:00\nPersistent=true\n" in timer


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = tmp_path / 'a $b 100% "c"' / "omni-tui"
    program.parent.mkdir()
    program.touch(0o755)
    paths = []
    for path, text in units("weekly", MONDAYS, [str(program)]).items():
        paths.append(tmp_path / path.name)
        paths[-1].write_text(text)
    words = ["systemd-analyze", "verify", "--user", "--recursive-errors=no", *map(str, paths)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    answer = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    assert [line for line in answer.stderr.splitlines() if "omni-tui" in line] == []


DRIVE = """
import subprocess, sys, time
from pathlib import Path
from omni_tui.schedule.recurrence import read_recurrence
from omni_tui.schedule.systemd import Systemd

home = Path.home()
stamp = home / ".local/share/systemd/timers/stamp-omni-tui-weekly.timer"
timer, mondays = Systemd(), read_recurrence("Mon 07:00")
print("missing:", *timer.missing())
others = home / ".config/systemd/user/mine.service"
others.parent.mkdir(parents=True)
others.write_text("[Service]\\nExecStart=/bin/true\\n")
timer.add("weekly", mondays, [sys.argv[1]])
print("has:", timer.has("weekly"))
print(subprocess.getoutput("systemctl --user show -p TimersCalendar omni-tui-weekly.timer"))
timer.add("weekly", read_recurrence("Tue 08:00"), [sys.argv[1]])
print(subprocess.getoutput("systemctl --user show -p TimersCalendar omni-tui-weekly.timer"))
# as if the machine had been off for a fortnight: the timer makes up for it, once
subprocess.run(["systemctl", "--user", "stop", "omni-tui-weekly.timer"], check=True)
subprocess.run(["touch", "-d", "14 days ago", stamp], check=True)
subprocess.run(["systemctl", "--user", "start", "omni-tui-weekly.timer"], check=True)
fired = home / "fired"
end = time.monotonic() + 60
while not fired.exists() and time.monotonic() < end:
    time.sleep(0.02)
print("fired:", fired.read_text().strip())
print("removed:", timer.remove("weekly"), timer.has("weekly"), timer.remove("weekly"), stamp.exists())
left = subprocess.getoutput("systemctl --user list-unit-files --no-legend 'omni-tui*'")
print("left:", left, sorted(path.name for path in others.parent.rglob("*") if path.is_file()))
"""


def test_a_real_user_manager_catches_up_and_forgets_what_is_removed(fake_home: Path) -> None:
    if why := why_no_manager():
        pytest.skip(why)
    program = fake_home / "my $to'ols" / '100% "omni"-tui'
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$0 $*" > "$HOME/new" && mv "$HOME/new" "$HOME/fired"\n')
    program.chmod(0o755)
    drive = fake_home / "drive.py"
    drive.write_text(DRIVE)
    environment = {"PATH": os.environ["PATH"], "HOME": str(fake_home), "PYTHONPATH": os.getcwd(), "TZ": "UTC"}
    answer = under_manager(shlex.join([sys.executable, str(drive), str(program)]), environment)
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("missing: Linger is off"), answer.stderr
    assert lines[1] == "has: True"
    assert "OnCalendar=Mon *-*-* 07:00:00" in lines[2]
    assert "OnCalendar=Tue *-*-* 08:00:00" in lines[3]
    assert lines[4] == f"fired: {program} schedule run weekly --by-timer"
    assert lines[5:] == ["removed: True False False False", "left:  ['mine.service']"]


def test_the_earlier_timer_stays_if_its_replacement_fails(
    fake_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = tmp_path / "systemctl"
    systemctl.write_text('#!/bin/sh\n[ "$2" != restart ] || ! grep -rqs "OnCalendar=Tue" "$HOME"\n')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    Systemd().add("weekly", MONDAYS, PROGRAM)
    before = units("weekly", MONDAYS, PROGRAM)
    with pytest.raises(ScheduleError, match="restart failed"):
        Systemd().add("weekly", read_recurrence("Tue 08:00"), PROGRAM)
    assert {path: path.read_text() for path in before} == before
    with pytest.raises(ScheduleError, match="restart failed"):
        Systemd().add("new", read_recurrence("Tue 08:00"), PROGRAM)
    assert not any(path.exists() for path in units("new", MONDAYS, PROGRAM))


def test_without_a_user_manager_the_timer_reports_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not Systemd.runs()
    assert "doesn't respond" in Systemd().missing()[0]
