"""A schedule, the record of its last run, and the errors of schedules."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from omni_tui.errors import OmniTuiError

# Allowed in file names, unit names and a crontab line.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


class ScheduleError(OmniTuiError):
    """A schedule can't be read, added, run or removed."""


class InvalidSchedule(ScheduleError):
    """The name, the time or the command of a schedule is invalid; nothing was changed."""


class NotReady(ScheduleError):
    """A schedule would fail when it runs; nothing was changed. `message` lists what is missing."""


class StillRunning(ScheduleError):
    """The schedule's previous run hasn't ended."""


class TimerKind(StrEnum):
    """What starts a schedule; the value is used in lists and JSON."""

    SYSTEMD = "systemd"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A command and its times.

    `command` follows `omni-tui`: `("download", …)`. It runs in `folder` with the variables of `environment`
    (PATH, proxies, settings; no secrets) of the shell that added it.
    """

    name: str
    every: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    timer: TimerKind
    added_at: datetime


@dataclass(frozen=True, slots=True)
class RunFile:
    """One download of a run, from its JSON line. `path` is empty if no file was saved.

    `is_recorded`: the download list contains it, unless it failed before it could start.
    """

    dashboard: str
    state: str
    path: str = ""
    error: str = ""
    is_recorded: bool = True


@dataclass(frozen=True, slots=True)
class LastRun:
    """The record of the last run. `messages` are the last lines of standard error.

    `exit_status` is that of `omni-tui download`; None if the run hasn't ended or was killed. `pid` is its
    process while it runs.
    """

    started_at: datetime
    is_by_timer: bool
    ended_at: datetime | None = None
    exit_status: int | None = None
    files: tuple[RunFile, ...] = ()
    messages: tuple[str, ...] = field(default=())
    pid: int = 0

    @property
    def result(self) -> str:
        """Return the result in one or two words: `saved`, `unchanged`, `failed (1)`, `interrupted`."""
        if self.exit_status is None:
            return "running" if self.pid and _is_alive(self.pid) else "interrupted"
        if self.exit_status:
            return f"failed ({self.exit_status})"
        states = {each.state for each in self.files}
        return states.pop() if len(states) == 1 and states != {"done"} else "saved"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def check_name(name: str) -> str:
    """Return the name if it is valid for a schedule. Raises InvalidSchedule."""
    if _NAME.fullmatch(name) is None:
        hint = "Use up to 60 letters, digits, “-”, “_” and “.”; begin with a letter or digit."
        raise InvalidSchedule(f"“{name}” can't be the name of a schedule.", hint)
    return name
