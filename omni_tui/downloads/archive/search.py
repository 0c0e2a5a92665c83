"""Search the list of downloads: by words, dashboard, state and date.

`web failed` · `state:saved` · `dashboard:"Blob Web"` · `date:today` · `date:7d` · `date:2026-11` ·
`date:2026-11-01..2026-11-15`. Every part must apply. Dates are days of the local time zone, ends included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from omni_tui.downloads.archive.saved_files import FileCheck, FileState
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.options.filters.describe import folded

_TOKEN = re.compile(r"(\w+):(?=\s|\Z)|(?:(\w+):)?(?:\"([^\"]*)\"?|(\S+))")
_FIELDS = ("dashboard", "state", "date")
# The words for states, as the user sees them.
STATES: Mapping[str, frozenset[JobState]] = MappingProxyType(
    {
        "saved": frozenset({JobState.DONE}),
        "running": frozenset({JobState.STARTING, JobState.RENDERING, JobState.SAVING}),
        "queued": frozenset({JobState.QUEUED}),
        "failed": frozenset({JobState.FAILED}),
        "canceled": frozenset({JobState.CANCELED}),
        "unchanged": frozenset({JobState.UNCHANGED}),
        "empty": frozenset({JobState.EMPTY}),
    }
)
_ATTENTION = "attention"
_FILE_STATES = (FileState.CHANGED, FileState.MOVED, FileState.DELETED)
STATE_HINT = ", ".join([*STATES, _ATTENTION, *_FILE_STATES])
DATE_HINT = "today, yesterday, 7d, 2026-11, 2026-11-30 or 2026-11-01..2026-11-15"
_MAX_DAYS = 100_000


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days, both included; None for no limit."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether the day is in the range."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class ArchiveSearch:
    """What to search for. `problem` says which part of the text is invalid and was ignored."""

    words: tuple[str, ...] = ()
    dashboards: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    days: tuple[Days, ...] = ()
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything."""
        return not (self.words or self.dashboards or self.states or self.days)

    def finds(self, job: Job, check: FileCheck | None = None) -> bool:
        """Return whether a download matches every part; `check` is the state of its file, if known."""
        order = job.order
        name = f"{order.dashboard_name} {order.request.dashboard_id}"
        if self.states and not self.states & _states_of(job, check):
            return False
        if not all(each in folded(name) for each in self.dashboards):
            return False
        if self.days or self.words:
            moment = datetime.fromtimestamp(job.ended_at or job.submitted_at)
            if not all(each.holds(moment.date()) for each in self.days):
                return False
            if self.words:
                file_name = job.path.name if job.path is not None else order.file_name or ""
                states = " ".join(sorted(_states_of(job, check)))
                text = folded(
                    f"{name} {order.value} {order.request.format.label} {order.run_as} {file_name}"
                    f" {states} {moment:%Y-%m-%d}"
                )
                return all(word in text for word in self.words)
        return True


def parse_search(text: str, today: date) -> ArchiveSearch:
    """Parse a search."""
    words: list[str] = []
    dashboards: list[str] = []
    states: set[str] = set()
    days: list[Days] = []
    problem = ""
    for match in _TOKEN.finditer(text):
        unfinished, field, quoted, plain = match.groups()
        if (unfinished or "").lower() in _FIELDS:
            continue  # it is being typed
        value = folded(quoted if quoted is not None else plain or "")
        name = (field or "").lower()
        if name not in _FIELDS:
            words.append(folded(match.group().replace('"', "")))
        elif not value:
            continue
        elif name == "dashboard":
            dashboards.append(value)
        elif name == "state":
            found = _state_named(value)
            states.update(found)
            problem = problem if found else f"Unknown state “{value}”. Use {STATE_HINT}."
        elif (range_ := days_of(value, today)) is not None:
            days.append(range_)
        else:
            problem = f"Unknown date “{value}”. Use {DATE_HINT}."
    return ArchiveSearch(
        tuple(filter(None, words)), tuple(dashboards), frozenset(states), tuple(days), problem
    )


def days_of(text: str, today: date) -> Days | None:
    """Return the range of days that a text means; None if it isn't one."""
    first, dots, last = text.partition("..")
    if dots:
        begin = _named_days(first, today) if first else Days()
        end = _named_days(last, today) if last else Days()
        return None if begin is None or end is None else Days(begin.first, end.last)
    return _named_days(text, today)


def _named_days(text: str, today: date) -> Days | None:
    if text == "today":
        return Days(today, today)
    if text == "yesterday":
        day = today - timedelta(days=1)
        return Days(day, day)
    if match := re.fullmatch(r"(\d{1,6})([dw])", text):
        count = int(match[1]) * (7 if match[2] == "w" else 1)
        return Days(today - timedelta(days=count - 1), today) if 0 < count <= _MAX_DAYS else None
    if match := re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text):
        year, month, day_number = (int(each) if each else None for each in match.groups())
        try:
            return _calendar_days(year or 0, month, day_number)
        except (ValueError, OverflowError):
            return None
    return None


def _calendar_days(year: int, month: int | None, day: int | None) -> Days:
    """Return a year, a month or a day. Raises ValueError and OverflowError."""
    if month is None:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        first = date(year, month, 1)
        next_ = date(year + month // 12, month % 12 + 1, 1)
        return Days(first, next_ - timedelta(days=1))
    return Days(date(year, month, day), date(year, month, day))


def _state_named(value: str) -> set[str]:
    """Return the states whose words begin with this text."""
    value = value.replace("cancelled", "canceled")
    return {each for each in (*STATES, _ATTENTION, *_FILE_STATES) if each.startswith(value)}


def _states_of(job: Job, check: FileCheck | None) -> set[str]:
    found = {name for name, states in STATES.items() if job.state in states}
    if job.needs_attention:
        found.add(_ATTENTION)
    if check is not None and check.is_noted:
        found.add(check.state.value)
    return found
