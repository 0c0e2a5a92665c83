"""Helpers for add, list, show and remove: the program's name, times as text, and removing timers."""

from __future__ import annotations

from datetime import datetime

from omni_tui.schedule.errors import ScheduleError
from omni_tui.schedule.models import TimerKind
from omni_tui.schedule.store import (
    read_schedule,
)
from omni_tui.schedule.timer_choice import timer_of

PROGRAM = "omni-tui schedule"


def format_moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M %Z}".rstrip()


def remove_timers(name: str) -> bool:
    """Remove all timers of the schedule; return whether there were any."""
    removed = False
    for kind in TimerKind:
        try:
            removed |= timer_of(kind).remove(name)
        except ScheduleError:
            if _kind_of(name) is kind:
                raise
    return removed


def _kind_of(name: str) -> TimerKind | None:
    try:
        return read_schedule(name).timer
    except ScheduleError:
        return None
