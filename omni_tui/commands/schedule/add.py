"""`omni-tui schedule add`: check everything, then install the timer."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from omni_tui.commands.schedule.listing import PROGRAM, format_moment
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status, UsageError
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.launch_options import Arguments
from omni_tui.options.flags import connection_flags
from omni_tui.schedule.models import InvalidSchedule, NotReady, Schedule, ScheduleError, TimerKind, check_name
from omni_tui.schedule.recurrence import machine_zone, read_recurrence
from omni_tui.schedule.store import (
    delete_schedule,
    find_schedule,
    schedule_path,
    write_schedule,
)
from omni_tui.schedule.timer_choice import find_timer, remove_timers, timer_of
from omni_tui.schedule.timers import own_program


def add_schedule(arguments: argparse.Namespace, typed: Sequence[str]) -> int:
    console = Console(PROGRAM)
    if not arguments.name or not arguments.every:
        raise UsageError("add: NAME and --every are required.", f"See {PROGRAM} --help.")
    name, recurrence = check_name(arguments.name), read_recurrence(arguments.every)
    command = _command(arguments, typed)
    if schedule_path(name).exists() and not arguments.replace:
        hint = "Choose another name, or use --replace."
        raise InvalidSchedule(f"A schedule named “{name}” already exists.", hint)
    timer = timer_of(TimerKind(arguments.timer)) if arguments.timer else find_timer()
    if timer.kind is TimerKind.CRON:
        recurrence.cron()  # may need more than one line
    schedule = _new_schedule(name, recurrence.text, command, timer.kind)
    missing = [*timer.missing(), *_missing(schedule)]
    for sentence in missing:
        console.info(sentence)
    if missing and not arguments.force:
        raise NotReady("Nothing was added.", "Fix this first, or use --force.")
    before = find_schedule(name)
    write_schedule(schedule)
    try:
        timer.add(name, recurrence, own_program())
    except ScheduleError:
        if before is not None:
            write_schedule(before)
        else:
            delete_schedule(name)
        raise
    remove_timers(name, before.timer if before else None, {*TimerKind} - {timer.kind})
    (next_run,) = recurrence.next_runs(datetime.now(UTC), 1, machine_zone())
    print_lines([f"Added {name}. Next run: {format_moment(next_run)} ({timer.kind.value})."])
    if timer.kind is TimerKind.CRON:
        console.info("Cron doesn't catch up on runs missed while this machine is off.")
    if (zone := os.environ.get("TZ")) and next_run.tzinfo is not None and zone != str(next_run.tzinfo):
        console.info(f"Times are in this machine's time zone ({next_run:%Z}), not this shell's ({zone}).")
    return Status.SAVED


def _command(arguments: argparse.Namespace, typed: Sequence[str]) -> tuple[str, ...]:
    """Return the command to schedule, `("download", …)`. Raises UsageError."""
    if arguments.preset and typed:
        raise UsageError("--preset and a command after -- can't be used together.")
    if arguments.preset:
        output = ["--output", arguments.output] if arguments.output else []
        words = ["download", *arguments.dashboards, "--preset", arguments.preset, *output]
    elif arguments.dashboards or arguments.output:
        raise UsageError("Put the command after --: -- download DASHBOARD --format pdf.")
    elif not typed:
        raise UsageError("The command is missing.", "Add -- download …, or --preset.")
    else:
        words = list(typed[1:] if typed[0] == "omni-tui" else typed)
    if words[:1] != ["download"]:
        raise UsageError(f"Only download can be scheduled, not {words[0] if words else 'nothing'!r}.")
    return (words[0], *_connection_flags(arguments), *words[1:])  # not at the end: there may be another --


def _connection_flags(arguments: argparse.Namespace | Arguments) -> list[str]:
    return connection_flags(
        profile=arguments.profile or "", base_url=arguments.base_url or "", is_demo=arguments.demo
    )


def _new_schedule(name: str, every: str, command: tuple[str, ...], kind: TimerKind) -> Schedule:
    from omni_tui.schedule.readiness import kept_environment

    try:
        folder = Path.cwd()
    except FileNotFoundError:
        raise ScheduleError("The current folder was deleted.", "Change to another folder.") from None
    return Schedule(name, every, command, folder, kept_environment(), kind, datetime.now(UTC))


def _missing(schedule: Schedule) -> list[str]:
    """Return what the command lacks, in sentences. Raises UsageError if the command is invalid."""
    from omni_tui.commands.download.args import read_plan
    from omni_tui.commands.download.flags.after_save_flags import missing_hook
    from omni_tui.schedule.readiness import (
        missing_credentials,
        missing_program,
        timer_environment,
    )

    plan = read_plan(schedule.command[1:])
    if plan.target.is_standard_output:
        raise UsageError("--output - can't be scheduled: nothing would read it.")
    if plan.is_detached:
        raise UsageError("--detach can't be scheduled: nothing would fetch the files.")
    if plan.is_dry_run:
        raise UsageError("--dry-run can't be scheduled: it saves nothing.")
    sentences, environment = missing_program(own_program()), timer_environment(schedule.environment)
    sentences += missing_hook(plan.after, environment.get("PATH", ""), schedule.folder)
    if plan.arguments.demo or sentences:
        return sentences
    flags = _connection_flags(plan.arguments)
    return missing_credentials(own_program(), flags, environment, schedule.folder)
