"""`omni-tui schedule list` and `show`: show when schedules run next, and the results of the last runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.commands.shared.text_columns import columns
from omni_tui.formatting import display_path, format_ago, json_line, plain_line, shell_word
from omni_tui.schedule.models import LastRun, Schedule, ScheduleError
from omni_tui.schedule.recurrence import machine_zone, read_recurrence
from omni_tui.schedule.store import read_last_run, read_schedule, read_schedules
from omni_tui.schedule.timer_choice import timer_of

PROGRAM = "omni-tui schedule"
_SHOWN_RUNS = 3


def list_schedules(arguments: argparse.Namespace) -> int:
    schedules = read_schedules()
    if arguments.json:
        return print_lines(json_line(_record(each)) for each in schedules)
    if not schedules:
        example = f"{PROGRAM} add NAME --every 'Mon 07:00' -- download …"
        Console(PROGRAM).info(f"There are no schedules. Add one: {example}")
        return Status.SAVED
    heads = ("NAME", "WHEN", "NEXT RUN", "LAST RUN", "RESULT", "TIMER")
    return print_lines(columns(heads, [_row(each) for each in schedules]))


def _row(schedule: Schedule) -> tuple[str, ...]:
    run, next_runs = read_last_run(schedule.name), _next_runs(schedule, 1)
    last = format_ago(run.started_at, datetime.now(UTC)) if run else ""
    next_run = format_moment(next_runs[0]) if next_runs else "timer is missing"
    return (schedule.name, schedule.every, next_run, last, run.result if run else "", schedule.timer.value)


def show_schedule(arguments: argparse.Namespace) -> int:
    schedule = read_schedule(arguments.name)
    if arguments.json:
        return print_lines([json_line(_record(schedule))])
    run, next_runs = read_last_run(schedule.name), _next_runs(schedule, _SHOWN_RUNS)
    gone = f"The timer is missing. Add the schedule again: {PROGRAM} add {schedule.name} --replace …"
    rows = [
        ("Name", schedule.name),
        ("When", f"{schedule.every} ({schedule.timer.value})"),
        ("Command", " ".join(["omni-tui", *map(shell_word, schedule.command)])),
        ("Folder", display_path(schedule.folder)),
        *_labeled("Next runs", [format_moment(each) for each in next_runs] or [gone]),
        *(_run_rows(run) if run else [("Last run", "never")]),
    ]
    width = max(len(label) for label, _ in rows) + 2
    return print_lines((f"{label:<{width}}{plain_line(text)}".rstrip() for label, text in rows))


def _run_rows(run: LastRun) -> list[tuple[str, str]]:
    zone = machine_zone()
    who = "by the timer" if run.is_by_timer else "manually"
    files = [
        each.path or f"{each.dashboard}: {each.state}. {each.error}".rstrip(". ")
        for each in run.files
        if each.path or each.state != "done"  # a file that was deleted after it was merged
    ]
    return [
        ("Last run", f"{format_moment(run.started_at.astimezone(zone))} {who}: {run.result}"),
        *_labeled("Files", files),
        *_labeled("Messages", run.messages if run.exit_status else ()),
    ]


def _labeled(label: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(label if index == 0 else "", line) for index, line in enumerate(lines)]


def format_moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M %Z}".rstrip()


def _record(schedule: Schedule) -> dict[str, object]:
    run, next_runs = read_last_run(schedule.name), _next_runs(schedule, _SHOWN_RUNS)
    return {
        "name": schedule.name,
        "every": schedule.every,
        "command": ["omni-tui", *schedule.command],
        "folder": str(schedule.folder),
        "timer": schedule.timer.value,
        "is_timer_active": bool(next_runs),
        "next_runs": [each.isoformat() for each in next_runs],
        "last_run": run and _run_record(run),
    }


def _run_record(run: LastRun) -> dict[str, object]:
    return {
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at and run.ended_at.isoformat(),
        "is_by_timer": run.is_by_timer,
        "exit_status": run.exit_status,
        "result": run.result,
        "files": [
            {
                "dashboard": each.dashboard,
                "state": each.state,
                "path": each.path or None,
                "error": each.error or None,
            }
            for each in run.files
        ],
        "messages": list(run.messages),
    }


def _next_runs(schedule: Schedule, count: int) -> list[datetime]:
    """Return the next runs; empty if the timer is missing."""
    try:
        if not timer_of(schedule.timer).has(schedule.name):
            return []
        return read_recurrence(schedule.every).next_runs(datetime.now(UTC), count, machine_zone())
    except ScheduleError:
        return []
