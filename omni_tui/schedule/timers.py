"""What systemd timers and cron have in common as the timers of schedules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from omni_tui.schedule.errors import ScheduleError
from omni_tui.schedule.models import TimerKind
from omni_tui.schedule.recurrence import Recurrence

# What a timer's command needs to find the schedule; all else is kept in the schedule.
FOLDER_VARIABLES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
# The flag of `omni-tui schedule run` that tells a timer's run from a person's.
BY_TIMER = "--by-timer"
_SECONDS = 20.0
_CODEC = ("utf-8", "surrogateescape")


class Timer(Protocol):
    """Starts `omni-tui schedule run NAME` at the times of a schedule. All methods block."""

    kind: TimerKind

    def missing(self) -> list[str]:
        """Return what keeps it from starting anything, with what to do: sentences, empty if nothing does."""
        ...

    def add(self, name: str, recurrence: Recurrence, program: Sequence[str]) -> None:
        """Start `program schedule run NAME` from now on, in place of an earlier timer of that name.

        Raises ScheduleError, and then nothing was changed.
        """
        ...

    def remove(self, name: str) -> bool:
        """Take the timer away; whether there was one. Raises ScheduleError."""
        ...

    def has(self, name: str) -> bool:
        """Whether the timer is there. Raises ScheduleError."""
        ...


def own_program() -> tuple[str, ...]:
    """Return the command that starts this omni-tui, by absolute path: a timer's PATH may not have it."""
    script = Path(sys.executable).with_name("omni-tui")
    return (str(script),) if os.access(script, os.X_OK) else (sys.executable, "-m", "omni_tui")


def run_command(program: Sequence[str], name: str) -> list[str]:
    """Return what a timer runs for a schedule."""
    return [*program, "schedule", "run", name, BY_TIMER]


def folder_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that a timer has to set to find the schedule again."""
    return {name: environment[name] for name in FOLDER_VARIABLES if environment.get(name)}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a tool ended, and what it printed, as it stands: line ends and bytes that are no UTF-8 too."""

    status: int
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """The first line of standard error, else the exit status, as the end of a sentence."""
        lines = self.errors.strip().splitlines()
        return f"{lines[0].rstrip('.')}." if lines else f"exit status {self.status}."


def ask(words: Sequence[str], *, given: str = "") -> Answer:
    """Run a tool and return how it ended. Raises ScheduleError if it can't run."""
    try:
        ended = subprocess.run(
            words, input=given.encode(*_CODEC), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ScheduleError(f"{words[0]} didn't answer within {_SECONDS:.0f} s.") from None
    except OSError as error:
        raise ScheduleError(f"Can't run {words[0]}: {error.strerror}.") from error
    return Answer(ended.returncode, ended.stdout.decode(*_CODEC), ended.stderr.decode(*_CODEC))
