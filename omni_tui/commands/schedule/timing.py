"""What add, list, show and remove share: the program's name, moments as text, and taking timers away."""

from __future__ import annotations

from datetime import datetime

from omni_tui.schedule.errors import ScheduleError
from omni_tui.schedule.models import TimerKind
from omni_tui.schedule.store import (
    read_schedule,
)
from omni_tui.schedule.timer_choice import timer_of

PROGRAM = "omni-tui schedule"


def moment_words(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M %Z}".rstrip()


def remove_timers(name: str) -> bool:
    """Take the schedule's timers away, wherever they are; whether there was one."""
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
