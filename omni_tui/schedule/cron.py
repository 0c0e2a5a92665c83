"""A schedule as one marked line in the user's crontab. All other lines stay unchanged, byte for byte.

Lines are parsed here instead of with python-crontab, which rewrites the whole crontab: it drops spaces, moves
comments and variables, and comments out what it can't parse (version 3.4).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from omni_tui.schedule.models import ScheduleError, TimerKind
from omni_tui.schedule.recurrence import Recurrence
from omni_tui.schedule.timers import folder_variables, run_command, run_tool

_MARK = "# omni-tui schedule:"
# cron's limit for a command (MAX_COMMAND); it rejects the whole crontab if a command is longer.
_MAX_CHARACTERS = 998
_DAEMONS = frozenset({"cron", "crond", "fcron", "busybox", "dcron", "cronie", "systemd-cron"})


class Cron:
    """The user's crontab, through the crontab command."""

    kind = TimerKind.CRON

    @staticmethod
    def is_installed() -> bool:
        """Return whether the crontab command exists."""
        return shutil.which("crontab") is not None

    def missing(self) -> list[str]:
        """Return why cron wouldn't run the line: no daemon, or a user without permission."""
        sentences = []
        if _is_running() is False:
            sentences.append("Cron isn't running. Start it: sudo service cron start.")
        try:
            _read()
        except ScheduleError as error:
            sentences.append(str(error))
        return sentences

    def add(self, name: str, recurrence: Recurrence, program: Sequence[str]) -> None:
        """Add the line, replacing an earlier one with that name. Raises ScheduleError, InvalidSchedule."""
        variables = [f"{key}={shlex.quote(value)}" for key, value in folder_variables().items()]
        command = " ".join([*variables, shlex.join(run_command(program, name))])
        if "\n" in command or len(command) > _MAX_CHARACTERS:
            raise ScheduleError("The command is too long for a crontab line.")
        line = f"{recurrence.cron()} {command.replace('%', chr(92) + '%')} {_MARK} {name}\n"
        before = _read()
        lines = _without(name, before)
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"  # crontab rejects a last line without a line feed
        _write("".join([*lines, line]))

    def remove(self, name: str) -> bool:
        """Remove the line; return whether there was one. Raises ScheduleError."""
        before = _read()
        after = "".join(_without(name, before))
        if after == before:
            return False
        _write(after)
        return True

    def has(self, name: str) -> bool:
        """Return whether the line exists. Raises ScheduleError."""
        return any(_is_of(name, line) for line in _lines(_read()))


def _without(name: str, crontab: str) -> list[str]:
    return [line for line in _lines(crontab) if not _is_of(name, line)]


def _lines(text: str) -> list[str]:
    """Split into lines with their ends; only a line feed ends a line."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [last for last in text.split("\n")[-1:] if last]


def _is_of(name: str, line: str) -> bool:
    """Return whether the line is our line for that schedule. Ignores lines that the user commented out."""
    return line.rstrip("\n").endswith(f" {_MARK} {name}") and not line.lstrip().startswith("#")


def _read() -> str:
    """Return the crontab; empty if there is none. Raises ScheduleError."""
    answer = run_tool(["crontab", "-l"])
    if answer.status == 0:
        return answer.output
    if "no crontab for" not in answer.errors.lower():
        raise ScheduleError(f"Can't read the crontab: {answer.reason}")
    return ""


def _write(crontab: str) -> None:
    answer = run_tool(["crontab", "-"], given=crontab) if crontab else run_tool(["crontab", "-r"])
    if answer.status:
        raise ScheduleError(f"Can't change the crontab: {answer.reason}")


def _is_running() -> bool | None:
    """Return whether a cron daemon is running; None if unknown."""
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return None
    names = set()
    for number in numbers:
        try:
            names.add(Path(f"/proc/{number}/comm").read_text(errors="replace").strip())
        except OSError:
            continue
    return bool(names & _DAEMONS) if "1" in numbers else None
