"""Choose the timer of a schedule: systemd if a user manager is running, otherwise cron."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from omni_tui.schedule.cron import Cron
from omni_tui.schedule.models import ScheduleError, TimerKind
from omni_tui.schedule.systemd import Systemd

# Starts `omni-tui schedule run NAME` at the times of a schedule. All methods block.
Timer: TypeAlias = Systemd | Cron


def timer_of(kind: TimerKind) -> Timer:
    """Return the timer of that kind."""
    return Systemd() if kind is TimerKind.SYSTEMD else Cron()


def find_timer() -> Timer:
    """Return a systemd user timer if a user manager runs, else cron. Raises ScheduleError without both."""
    if Systemd.runs():
        return Systemd()
    if Cron.is_installed():
        return Cron()
    raise ScheduleError(
        "There is no systemd user manager and no crontab command.", "Install cron, then try again."
    )


def remove_timers(name: str, own: TimerKind | None, kinds: Iterable[TimerKind] = TimerKind) -> bool:
    """Remove the timers with this name of these kinds; return whether there were any.

    `own` is the kind of the schedule's timer, None without a schedule. Raises ScheduleError if that one can't
    be removed; the other kinds may not be installed at all.
    """
    removed = False
    for kind in kinds:
        try:
            removed |= timer_of(kind).remove(name)
        except ScheduleError:
            if kind is own:
                raise
    return removed
