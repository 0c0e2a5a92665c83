"""Errors of schedules."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class ScheduleError(OmniTuiError):
    """A schedule can't be read, added, run or removed."""


class InvalidSchedule(ScheduleError):
    """The name, the time or the command of a schedule is invalid; nothing was changed."""


class NotReady(ScheduleError):
    """A schedule would fail when it runs; nothing was changed. `message` lists what is missing."""
