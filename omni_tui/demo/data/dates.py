"""Parse dates in filters: `2024-01-01`, `2024 Q3`, `last month`, `6 months ago`, `6 months`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_UNIT = r"(?P<unit>minute|hour|day|week|month|quarter|year)s?"
_SPAN = re.compile(rf"(?P<amount>\d{{1,6}})\s+(?P<complete>complete\s+)?{_UNIT}(?P<ago>\s+ago)?")
_NAMED = re.compile(rf"(?P<which>this|last|next)\s+{_UNIT}")
_QUARTER = re.compile(r"(?P<year>\d{4}) q(?P<quarter>[1-4])")
_FIXED = re.compile(r"(?:fy)?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[ t][\d:]+)?)?)?")
_DAYS = {"day": 1, "week": 7}
_PARTS_OF_A_DAY = {"minute": 24 * 60, "hour": 24}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_STEPS = {"this": 0, "last": -1, "next": 1, "today": 0, "yesterday": -1, "tomorrow": 1}


def moment(text: object, today: date) -> date | None:
    """Return the first day that a side of a date filter means, or None if it can't be parsed."""
    span = unit_span(text, today)
    return span[0] if span else None


def unit_span(text: object, today: date) -> tuple[date, date] | None:
    """Return the first day of a text's unit, and the day after its last; None if it can't be parsed.

    "Ago" counts back from the end of today, so the past day includes today; complete units count back from
    the start of the current one. Fiscal years are calendar years.
    """
    if not isinstance(text, str):
        return None
    words = text.strip().lower()
    found = _relative(words, today) or _fixed(words)
    if found is None:
        return None
    start, unit = found
    end = _shift(start, 1, unit) if start else None
    return (start, end) if start and end else None


def _relative(words: str, today: date) -> tuple[date | None, str] | None:
    """Return the first day and the unit of a text that depends on today."""
    if words in _STEPS and words not in ("this", "last", "next"):
        return _shift(today, _STEPS[words], "day"), "day"
    if named := _NAMED.fullmatch(words):
        unit = named["unit"]
        return _shift(_first_day(today, unit), _STEPS[named["which"]], unit), unit
    span = _SPAN.fullmatch(words)
    if span is None or not span["ago"]:
        return None
    start = _first_day(today, span["unit"]) if span["complete"] else today + timedelta(days=1)
    return _shift(start, -int(span["amount"]), span["unit"]), span["unit"]


def _fixed(words: str) -> tuple[date | None, str] | None:
    """Return the first day and the unit of a text with a fixed date."""
    try:
        if quarter := _QUARTER.fullmatch(words):
            return date(int(quarter["year"]), int(quarter["quarter"]) * 3 - 2, 1), "quarter"
        if fixed := _FIXED.fullmatch(words):
            unit = "day" if fixed["day"] else "month" if fixed["month"] else "year"
            return date(int(fixed["year"]), int(fixed["month"] or 1), int(fixed["day"] or 1)), unit
    except ValueError:
        return None
    return None


def _first_day(day: date, unit: str) -> date:
    """Return the first day of the calendar unit that contains a day. Weeks begin on Monday."""
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month" | "quarter" | "year":
            months = (day.month - 1) // _MONTHS[unit] * _MONTHS[unit]
            return date(day.year, months + 1, 1)
    return day


def is_weekday(day: date, text: object) -> bool:
    """Return whether a day is that day of the week, by its full name."""
    return isinstance(text, str) and calendar.day_name[day.weekday()].lower() == text.strip().lower()


def after(start: date, span_words: object) -> date | None:
    """Return the day a span (`6 months`) after a start, or None if it can't be parsed."""
    span = _SPAN.fullmatch(span_words.strip().lower()) if isinstance(span_words, str) else None
    return _shift(start, int(span["amount"]), span["unit"]) if span and not span["ago"] else None


def first_day_of_step(day: date, grain: str, today: date) -> date:
    """Return the first day of a day's step. Weeks count back from today, so all are complete."""
    if grain == "month":
        return day.replace(day=1)
    if grain == "week":
        return today - timedelta(days=(today - day).days // 7 * 7 + 6)
    return day


def _shift(day: date, amount: int, unit: str) -> date | None:
    try:
        if unit in _PARTS_OF_A_DAY:  # the data has days only: a started day counts
            parts = _PARTS_OF_A_DAY[unit]
            return day + timedelta(days=amount // parts if amount < 0 else -(-amount // parts))
        if unit in _DAYS:
            return day + timedelta(days=amount * _DAYS[unit])
        months = day.year * 12 + day.month - 1 + amount * _MONTHS[unit]
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))
    except (ValueError, OverflowError):  # outside the years 1 to 9999
        return None
