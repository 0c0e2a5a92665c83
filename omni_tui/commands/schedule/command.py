"""`omni-tui schedule`: parse its command line, and run or remove a schedule."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from omni_tui.commands.schedule.add import add_schedule
from omni_tui.commands.schedule.listing import PROGRAM, list_schedules, show_schedule
from omni_tui.commands.shared.argparse_ext import Parser, add_connection_flags
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status, UsageError
from omni_tui.commands.shared.signals import Interrupts
from omni_tui.commands.shared.stdout_lines import StandardOutput, print_lines
from omni_tui.schedule.models import ScheduleError, StillRunning, TimerKind, check_name
from omni_tui.schedule.recurrence import FORMS
from omni_tui.schedule.store import delete_schedule, find_schedule, read_schedule
from omni_tui.schedule.timer_choice import remove_timers
from omni_tui.schedule.timers import BY_TIMER

ACTIONS = ("add", "list", "show", "run", "remove")
_USAGE = f"""{PROGRAM} add NAME --every WHEN -- download DASHBOARD... [options]
       {PROGRAM} add NAME --every WHEN --preset PRESET DASHBOARD... [options]
       {PROGRAM} list | show NAME | run NAME | remove NAME"""
_DESCRIPTION = "Schedule downloads."
_EPILOG = f"""\
when:
  {FORMS}
  Times are in this machine's time zone. Weekdays can be lists and ranges (Mon,Thu or Mon-Fri).

timers:
  A systemd user timer if a user manager is running, otherwise one line in your crontab. Both
  are marked, and remove deletes only them. systemd catches up on runs missed while the
  machine was off; cron doesn't. A run never starts while the previous one is still running.

before a schedule is added, omni-tui checks:
  that the timer works when you are logged out (linger), or that cron is running
  that the API key works outside your session (one request)
  that the programs of the command are in the PATH
  If anything is missing, it is reported and nothing is added, unless you use --force.
  The schedule saves this folder, PATH, proxies and OMNI_ settings, but no API key.

results:
  omni-tui schedule show NAME shows the last run. omni-tui downloads lists failures, too.

with --json:
  list and show  one object per line: name, every, command, folder, timer, is_timer_active,
                 next_runs, last_run (started_at, ended_at, is_by_timer, exit_status,
                 result, files, messages; null if it hasn't run)

exit codes:
  0 done   1 something is missing, or the run failed   2 the command line is invalid
  run exits with the code of omni-tui download
"""


def run_schedule_command(typed: Sequence[str]) -> int:
    """Run the action and return the exit code. Raises OmniTuiError."""
    at = typed.index("--") if "--" in typed else len(typed)
    arguments, command = build_parser().parse_words(typed[:at]), typed[at + 1 :]
    action: str = arguments.action
    if action != "add":
        _reject_leftovers(arguments, command)
    if action == "add":
        return add_schedule(arguments, command)
    if action == "list":
        return list_schedules(arguments)
    if action == "show":
        return show_schedule(arguments)
    if action == "run":
        return _run(arguments)
    return _remove(arguments)


def build_parser() -> Parser:
    """Return the parser."""
    parser = Parser(PROGRAM, usage=_USAGE, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS) + ".")
    parser.add_argument("name", nargs="?", metavar="NAME", help="The schedule's name.")
    help_text = "With --preset: what to download."
    parser.add_argument("dashboards", nargs="*", default=[], metavar="DASHBOARD", help=help_text)
    parser.add_argument("--every", metavar="WHEN", help="When to run: 'Mon 07:00'; see below.")
    parser.add_argument("--preset", metavar="PRESET", help="Download with this preset.")
    parser.add_argument("--output", "-o", metavar="FOLDER|FILE", help="With --preset: where the files go.")
    kinds = [kind.value for kind in TimerKind]
    parser.add_argument("--timer", choices=kinds, help="Use this timer. Default: detect it.")
    parser.add_argument("--replace", action="store_true", help="Replace a schedule with the same name.")
    parser.add_argument("--force", action="store_true", help="Add it even if something is missing.")
    parser.add_argument("--json", action="store_true", help="Write JSON; see below.")
    parser.add_argument(BY_TIMER, action="store_true", help=argparse.SUPPRESS)
    add_connection_flags(parser)
    return parser


def _reject_leftovers(arguments: argparse.Namespace, command: Sequence[str]) -> None:
    if command or arguments.dashboards or arguments.every or arguments.preset or arguments.output:
        raise UsageError(f"{arguments.action} takes only a schedule's name.", f"See {PROGRAM} --help.")
    if arguments.action == "list" and arguments.name:
        raise UsageError("list doesn't take a name.", f"Use {PROGRAM} show {arguments.name}.")
    if arguments.action != "list" and not arguments.name:
        raise UsageError(f"{arguments.action}: the name is missing.", f"{PROGRAM} list shows all schedules.")


def _run(arguments: argparse.Namespace) -> int:
    from omni_tui.schedule.runner import file_in, run_schedule

    schedule, by_timer = read_schedule(arguments.name), bool(arguments.by_timer)
    output = StandardOutput()
    program = (sys.executable, "-m", "omni_tui")
    wants_json = "--json" in schedule.command

    def show(line: bytes) -> None:
        file = file_in(line)
        if by_timer or file is None:
            return
        if wants_json:
            output.write_line(line.rstrip(b"\n"))
        elif file.path:
            output.write_line(os.fsencode(file.path))

    try:
        with Interrupts():
            run = run_schedule(schedule, program, is_by_timer=by_timer, on_line=show)
    except StillRunning as error:
        if not by_timer:
            raise
        Console(PROGRAM).info(f"{error.message} This run is skipped.")
        return Status.SAVED
    status = Status.FAILED if run.exit_status is None else run.exit_status
    if status:
        from omni_tui.commands.schedule.failures import record_failure

        record_failure(schedule, run)
    return status


def _remove(arguments: argparse.Namespace) -> int:
    name = check_name(arguments.name)
    schedule = find_schedule(name)
    has_timer = remove_timers(name, schedule.timer if schedule else None)
    if not delete_schedule(name) and not has_timer:
        raise ScheduleError(f"No schedule is named “{name}”.", f"{PROGRAM} list shows all schedules.")
    return print_lines([f"Removed {name}."])
