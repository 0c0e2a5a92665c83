"""Parse the times of a schedule: `Mon 07:00`, `Mon-Fri 07:00,12:00`, `1st,15th 06:30`, `hourly`, `15min`.

Days and times are in the machine's time zone, as for cron and systemd.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, product
from pathlib import Path
from zoneinfo import ZoneInfo

from omni_tui.schedule.models import InvalidSchedule

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FORMS = "Mon 07:00, Mon-Fri 07:00,12:00, daily 07:00, 1st,15th 06:30, hourly, 2h or 15min"
# Days that every month has, so that no month is skipped.
LAST_DAY_OF_EVERY_MONTH = 28
_LOCAL_TIME = Path("/etc/localtime")
_ALL_HOURS = tuple(range(24))
_NAMED_DAYS = {"weekdays": range(5), "weekends": range(5, 7), "daily": range(7), "day": range(7)}
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_INTERVAL = re.compile(r"(\d{1,4}) ?(m|min|mins|minute|minutes|h|hour|hours)")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The days and times of a schedule.

    `weekdays` are 0 (Monday) to 6, `month_days` 1 to 28; at most one of them is set. If both are empty, it is
    every day. `times` are (hour, minute), sorted, at least one.
    """

    text: str
    times: tuple[tuple[int, int], ...]
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()

    def cron(self) -> str:
        """Return the five fields of a crontab line.

        Raises InvalidSchedule if the times don't fit in one line (07:15 and 12:30 don't).
        """
        hours, minutes = self._hours_and_minutes
        if not self._is_grid:
            hint = "Use the same minute for all times (07:15,12:15), or add a schedule for each."
            times = ", ".join(f"{hour:02d}:{minute:02d}" for hour, minute in self.times)
            raise InvalidSchedule(f"Cron can't run at {times} in one line.", hint)
        hour = "*" if hours == _ALL_HOURS else _numbers(hours)
        days = _numbers(self.month_days) if self.month_days else "*"
        weekdays = _numbers(self.weekdays, first=1) if self.weekdays else "*"  # 7 is Sunday
        minute = "*" if len(minutes) == 60 else _numbers(minutes)
        return f"{minute} {hour} {days} * {weekdays}"

    def on_calendar(self) -> tuple[str, ...]:
        """Return the values of `OnCalendar=`, one for each line (systemd.time(7))."""
        weekdays = ",".join(WEEKDAYS[day] for day in self.weekdays)
        days = ",".join(f"{day:02d}" for day in self.month_days) or "*"
        hours, minutes = self._hours_and_minutes
        if self._is_grid:
            hour = "*" if hours == _ALL_HOURS else ",".join(f"{each:02d}" for each in hours)
            clocks = [f"{hour}:{','.join(f'{each:02d}' for each in minutes)}"]
        else:
            clocks = [f"{hour:02d}:{minute:02d}" for hour, minute in self.times]
        return tuple(f"{weekdays} *-*-{days} {clock}:00".lstrip() for clock in clocks)

    def next_runs(self, after: datetime, count: int, zone: tzinfo) -> list[datetime]:
        """Return the next `count` runs later than `after` (aware), in the time zone `zone`."""
        runs = (run for run in self._runs_from(after.astimezone(zone).date(), zone) if run > after)
        return list(islice(runs, count))

    def _runs_from(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        while True:
            if self._has(day):
                for hour, minute in self.times:
                    # convert through UTC, so that a time skipped by daylight saving becomes a valid one
                    run = datetime.combine(day, time(hour, minute), zone)
                    yield run.astimezone(UTC).astimezone(zone)
            day += timedelta(days=1)

    def _has(self, day: date) -> bool:
        if self.month_days:
            return day.day in self.month_days
        return not self.weekdays or day.weekday() in self.weekdays

    @property
    def _hours_and_minutes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        hours, minutes = zip(*self.times, strict=True)
        return tuple(sorted(set(hours))), tuple(sorted(set(minutes)))

    @property
    def _is_grid(self) -> bool:
        """Return whether the times are each combination of the hours and the minutes."""
        return tuple(product(*self._hours_and_minutes)) == self.times


def read_recurrence(text: str) -> Recurrence:
    """Parse the value of `--every`. Raises InvalidSchedule."""
    words = " ".join(text.split())
    plain = re.sub(r"\s*([,-])\s*", r"\1", words.lower().removeprefix("every ").replace(" at ", " "))
    if times := _interval(plain):
        return Recurrence(words, times)
    *days, clocks = plain.split(" ")
    if len(days) > 1:
        raise _unreadable(words)
    times = _times(clocks, words)
    weekdays, month_days = _days(days[0], words) if days else ((), ())
    return Recurrence(words, times, weekdays, month_days)


def machine_zone() -> tzinfo:
    """Return the machine's time zone, which timers use instead of the session's ($TZ)."""
    try:
        with _LOCAL_TIME.open("rb") as file:
            return ZoneInfo.from_file(file, key=_zone_name())
    except (OSError, ValueError):
        return UTC


def _zone_name() -> str | None:
    """Return the zone's name, such as `Europe/Berlin`, if /etc/localtime links to it."""
    parts = _LOCAL_TIME.resolve().parts
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else None


def _interval(text: str) -> tuple[tuple[int, int], ...]:
    """Return the times of a day for `hourly`, `15min` or `2h`; empty for other texts."""
    match = _INTERVAL.fullmatch("1h" if text in ("hourly", "hour") else text)
    if match is None:
        return ()
    step, total = int(match[1]) * (60 if match[2].startswith("h") else 1), 24 * 60
    is_even = 60 % step == 0 if 0 < step < 60 else step % 60 == 0 and total % step == 0 if step else False
    if not is_even:
        hint = "Use 5min, 10min, 15min, 20min, 30min, 1h, 2h, 3h, 4h, 6h, 8h or 12h."
        raise InvalidSchedule(f"“{text}” doesn't divide an hour or a day evenly.", hint)
    return tuple(divmod(minute, 60) for minute in range(0, total, step))


def _times(text: str, whole: str) -> tuple[tuple[int, int], ...]:
    matches = [_TIME.fullmatch(part) for part in text.split(",")]
    times = {(int(match[1]), int(match[2])) for match in matches if match is not None}
    if not all(matches):
        raise _unreadable(whole)
    if any(hour > 23 or minute > 59 for hour, minute in times):
        raise InvalidSchedule(f"“{text}” isn't a time of day.", "Use 00:00 to 23:59.")
    return tuple(sorted(times))


def _days(text: str, whole: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Parse weekdays or days of the month; one of the results is empty."""
    if text in _NAMED_DAYS:
        return (_sorted(_NAMED_DAYS[text]) if text not in ("daily", "day") else ()), ()
    if text == "monthly":
        return (), (1,)
    parts = text.split(",")
    if all(ordinals := [_ORDINAL.fullmatch(part) for part in parts]):
        days = _sorted(int(match[1]) for match in ordinals if match is not None)
        if not 1 <= days[0] <= days[-1] <= LAST_DAY_OF_EVERY_MONTH:
            hint = "Choose days from 1st to 28th."
            raise InvalidSchedule(f"Not every month has a day {days[-1] or days[0]}.", hint)
        return (), days
    weekdays: list[int] = []
    for part in parts:
        first, dash, last = part.partition("-")
        start = _weekday(first, whole)
        end = _weekday(last, whole) if dash else start
        weekdays += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return (_sorted(weekdays) if len(set(weekdays)) < 7 else ()), ()


def _weekday(text: str, whole: str) -> int:
    found = [day for day, name in enumerate(_FULL_NAMES) if len(text) >= 3 and name.startswith(text)]
    if not found:
        raise _unreadable(whole)
    return found[0]


def _sorted(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))


def _numbers(numbers: Iterable[int], *, first: int = 0) -> str:
    return ",".join(str(number + first) for number in numbers)


def _unreadable(text: str) -> InvalidSchedule:
    return InvalidSchedule(f"--every: can't read “{text}”.", f"Use one of these forms: {FORMS}.")
