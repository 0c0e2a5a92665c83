"""What systemd timers and cron have in common: the command that they run, and running tools."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omni_tui.schedule.models import ScheduleError

# The variables that a timer's command needs to find the schedule; all others are saved in the schedule.
FOLDER_VARIABLES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
# The flag of `omni-tui schedule run` that marks a run by a timer.
BY_TIMER = "--by-timer"
_SECONDS = 20.0
_CODEC = ("utf-8", "surrogateescape")


def own_program() -> tuple[str, ...]:
    """Return the command that starts this omni-tui, by absolute path: a timer's PATH may not have it."""
    script = Path(sys.executable).with_name("omni-tui")
    return (str(script),) if os.access(script, os.X_OK) else (sys.executable, "-m", "omni_tui")


def run_command(program: Sequence[str], name: str) -> list[str]:
    """Return what a timer runs for a schedule."""
    return [*program, "schedule", "run", name, BY_TIMER]


def folder_variables() -> dict[str, str]:
    """Return the variables that a timer must set so that the schedule is found.

    Timers take HOME from the account, so it is only set if it differs, as in some containers.
    """
    variables = {name: os.environ[name] for name in FOLDER_VARIABLES if os.environ.get(name)}
    home = os.environ.get("HOME")
    if home and home != _account_home():
        variables["HOME"] = home
    return variables


def _account_home() -> str | None:
    """Return the home folder of the current user's account; None if the user has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The exit code and the output of a tool, with its line ends and invalid UTF-8 unchanged."""

    status: int
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """Return the first line of standard error, or the exit code, as the end of a sentence."""
        lines = self.errors.strip().splitlines()
        return f"{lines[0].rstrip('.')}." if lines else f"exit code {self.status}."


def run_tool(words: Sequence[str], *, given: str = "") -> ToolResult:
    """Run a tool and return its result. Raises ScheduleError if it can't run."""
    try:
        ended = subprocess.run(
            words, input=given.encode(*_CODEC), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ScheduleError(f"{words[0]} didn't finish within {_SECONDS:.0f} s.") from None
    except OSError as error:
        raise ScheduleError(f"Can't run {words[0]}: {error.strerror}.") from error
    return ToolResult(ended.returncode, ended.stdout.decode(*_CODEC), ended.stderr.decode(*_CODEC))
