"""A schedule as a systemd user timer: two unit files. Nothing else of the user manager is changed."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from omni_tui.schedule.models import ScheduleError, TimerKind
from omni_tui.schedule.recurrence import Recurrence
from omni_tui.schedule.timers import folder_variables, run_command, run_tool
from omni_tui.settings.locations import write_private_file

_MARK = "# Written by omni-tui. Remove it with: omni-tui schedule remove"
# systemd doesn't accept quotes or dollar signs in the program's path, but in arguments of a shell's exec.
_EXEC = """/bin/sh -c 'exec "$$0" "$$@"'"""
# logind has one empty file for each user whose manager runs without a session.
_LINGERING = Path("/var/lib/systemd/linger")


class Systemd:
    """The units of the user's own service manager, through systemctl --user."""

    kind = TimerKind.SYSTEMD

    @staticmethod
    def runs() -> bool:
        """Return whether a user manager responds."""
        if shutil.which("systemctl") is None:
            return False
        try:
            return run_tool(["systemctl", "--user", "show-environment"]).status == 0
        except ScheduleError:
            return False

    def missing(self) -> list[str]:
        """Return why the timer wouldn't run: for example, linger is off, so it stops at logout."""
        if not self.runs():
            return ["The systemd user manager doesn't respond. Log in again, or use --timer cron."]
        if (_LINGERING / getpass.getuser()).exists():
            return []
        return [
            "Linger is off: the timer would only run while you are logged in. "
            f"Turn it on: loginctl enable-linger {getpass.getuser()}."
        ]

    def add(self, name: str, recurrence: Recurrence, program: Sequence[str]) -> None:
        """Write and start the timer. Raises ScheduleError, including if a unit with that name isn't ours."""
        existing = [path for path in _paths(name) if path.exists()]
        for path in existing:
            if not _is_ours(path):
                raise ScheduleError(f"{path} exists and wasn't written by omni-tui.", "Choose another name.")
        before = {path: path.read_text("utf-8") for path in existing}
        try:
            _start(name, units(name, recurrence, program))
        except (OSError, ScheduleError) as error:
            self.remove(name)
            if before:
                with suppress(OSError, ScheduleError):
                    _start(name, before)
            if isinstance(error, ScheduleError):
                raise
            raise ScheduleError(f"Can't write {error.filename}: {error.strerror}.") from error

    def remove(self, name: str) -> bool:
        """Stop the timer and delete its files; return whether it existed. Raises ScheduleError."""
        paths = [path for path in _paths(name) if path.exists() and _is_ours(path)]
        if not paths:
            return False
        run_tool(["systemctl", "--user", "disable", "--now", timer_unit(name)])
        # delete the time of its last run: a later timer with this name would otherwise catch up at once
        run_tool(["systemctl", "--user", "clean", "--what=state", timer_unit(name)])
        try:
            for path in paths:
                path.unlink()
        except OSError as error:
            raise ScheduleError(f"Can't delete {error.filename}: {error.strerror}.") from error
        run_tool(["systemctl", "--user", "daemon-reload"])
        run_tool(["systemctl", "--user", "reset-failed", service_unit(name)])
        return True

    def has(self, name: str) -> bool:
        """Return whether the timer is enabled."""
        is_enabled = run_tool(["systemctl", "--user", "is-enabled", timer_unit(name)]).status == 0
        return is_enabled and all(path.exists() for path in _paths(name))


def timer_unit(name: str) -> str:
    """Return the name of the schedule's timer unit."""
    return f"omni-tui-{name}.timer"


def service_unit(name: str) -> str:
    """Return the name of the service unit that the timer starts."""
    return f"omni-tui-{name}.service"


def units(name: str, recurrence: Recurrence, program: Sequence[str]) -> dict[Path, str]:
    """Return the texts of the two unit files by path (systemd.timer(5), systemd.service(5)).

    `Persistent=` makes up for one missed run. A service that is still running isn't started again.
    """
    environment = "".join(
        f"Environment={_quoted(f'{key}={value}')}\n" for key, value in folder_variables().items()
    )
    command = " ".join(_quoted(word, is_argument=True) for word in run_command(program, name))
    times = "".join(f"OnCalendar={each}\n" for each in recurrence.on_calendar())
    head = f"{_MARK} {name}\n[Unit]\nDescription=omni-tui: scheduled download {name}\n"
    service = f"{head}\n[Service]\nType=oneshot\n{environment}ExecStart={_EXEC} {command}\n"
    timer = f"{head}\n[Timer]\n{times}Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
    service_path, timer_path = _paths(name)
    return {service_path: service, timer_path: timer}


def _quoted(word: str, *, is_argument: bool = False) -> str:
    """Quote a word for a unit file: without specifiers (%) and, in an argument, variables ($)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if is_argument else escaped}"'


def _paths(name: str) -> tuple[Path, Path]:
    """Return the paths of the service and the timer."""
    base = os.environ.get("XDG_CONFIG_HOME")
    folder = (Path(base) if base else Path.home() / ".config") / "systemd" / "user"
    return folder / service_unit(name), folder / timer_unit(name)


def _is_ours(path: Path) -> bool:
    try:
        return path.read_text("utf-8", errors="replace").startswith(_MARK)
    except OSError:
        return False


def _start(name: str, texts: Mapping[Path, str]) -> None:
    """Write the units, by path, and start the timer. Raises OSError and ScheduleError."""
    for path, text in texts.items():
        write_private_file(path, text)
    _systemctl("daemon-reload")
    _systemctl("enable", timer_unit(name))
    # not `enable --now`, which wouldn't apply new times to a running timer
    _systemctl("restart", timer_unit(name))


def _systemctl(*words: str) -> None:
    answer = run_tool(["systemctl", "--user", *words])
    if answer.status:
        raise ScheduleError(f"systemctl --user {words[0]} failed: {answer.reason}")
