"""A schedule as one marked line in the user's crontab. Every other line stays as it is, byte for byte.

The line is read and written here and not by python-crontab, which writes a whole crontab anew: it drops
spaces, moves comments and variables, and comments out what it can't parse (version 3.4).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from omni_tui.schedule.errors import ScheduleError
from omni_tui.schedule.models import TimerKind
from omni_tui.schedule.recurrence import Recurrence
from omni_tui.schedule.timers import ask, folder_variables, run_command

_MARK = "# omni-tui schedule:"
# cron's own limit for a command (MAX_COMMAND); it refuses the whole crontab beyond that.
_MOST_CHARACTERS = 998
_DAEMONS = frozenset({"cron", "crond", "fcron", "busybox", "dcron", "cronie", "systemd-cron"})


class Cron:
    """The user's crontab, through the crontab command."""

    kind = TimerKind.CRON

    @staticmethod
    def is_installed() -> bool:
        """Whether there is a crontab command."""
        return shutil.which("crontab") is not None

    def missing(self) -> list[str]:
        """Return what keeps cron from starting anything: no daemon, or a user who may not use it."""
        sentences = []
        if _is_running() is False:
            sentences.append("Cron isn't running. Start it: sudo service cron start.")
        try:
            _read()
        except ScheduleError as error:
            sentences.append(str(error))
        return sentences

    def add(self, name: str, recurrence: Recurrence, program: Sequence[str]) -> None:
        """Add the line, in place of an earlier one of that name. Raises ScheduleError, InvalidSchedule."""
        variables = [f"{key}={shlex.quote(value)}" for key, value in folder_variables().items()]
        command = " ".join([*variables, shlex.join(run_command(program, name))])
        if "\n" in command or len(command) > _MOST_CHARACTERS:
            raise ScheduleError("The command is too long for a line of the crontab.")
        line = f"{recurrence.cron()} {command.replace('%', chr(92) + '%')} {_MARK} {name}\n"
        before = _read()
        lines = _without(name, before)
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"  # crontab refuses a last line without its end
        _write("".join([*lines, line]))

    def remove(self, name: str) -> bool:
        """Take the line away; whether there was one. Raises ScheduleError."""
        before = _read()
        after = "".join(_without(name, before))
        if after == before:
            return False
        _write(after)
        return True

    def has(self, name: str) -> bool:
        """Whether the line is there. Raises ScheduleError."""
        return any(_is_of(name, line) for line in _lines(_read()))


def _without(name: str, crontab: str) -> list[str]:
    return [line for line in _lines(crontab) if not _is_of(name, line)]


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [last for last in text.split("\n")[-1:] if last]


def _is_of(name: str, line: str) -> bool:
    """Whether it is our line for that schedule. One that a person has commented out is theirs."""
    return line.rstrip("\n").endswith(f" {_MARK} {name}") and not line.lstrip().startswith("#")


def _read() -> str:
    """The crontab as it stands; empty if there is none yet. Raises ScheduleError."""
    answer = ask(["crontab", "-l"])
    if answer.status == 0:
        return answer.output
    if "no crontab for" not in answer.errors.lower():
        raise ScheduleError(f"Can't read the crontab: {answer.reason}")
    return ""


def _write(crontab: str) -> None:
    answer = ask(["crontab", "-"], given=crontab) if crontab else ask(["crontab", "-r"])
    if answer.status:
        raise ScheduleError(f"Can't change the crontab: {answer.reason}")


def _is_running(processes: Path = Path("/proc")) -> bool | None:
    """Whether a cron daemon runs; None if that can't be found out."""
    try:
        numbers = [name for name in os.listdir(processes) if name.isdigit()]
    except OSError:
        return None
    names = set()
    for number in numbers:
        try:
            names.add((processes / number / "comm").read_text(errors="replace").strip())
        except OSError:
            continue
    return bool(names & _DAEMONS) if "1" in numbers else None
