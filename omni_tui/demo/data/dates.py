"""Dates as filters write them: `2024-01-01`, `6 months ago`, `6 months`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_SPAN = re.compile(
    r"(?P<amount>\d{1,6})\s+(?P<unit>minute|hour|day|week|month|quarter|year)s?(?P<ago>\s+ago)?"
)
_DAYS = {"day": 1, "week": 7}
_PARTS_OF_A_DAY = {"minute": 24 * 60, "hour": 24}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def moment(text: object, today: date) -> date | None:
    """The day that a side of a date filter means, or None when it is not understood.

    What is so long ago is counted from the end of today, so the past day holds today.
    """
    if not isinstance(text, str):
        return None
    words = text.strip().lower()
    if words in ("today", "now"):
        return today
    span = _SPAN.fullmatch(words)
    if span:
        return _shift(today + timedelta(days=1), -int(span["amount"]), span["unit"]) if span["ago"] else None
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


def after(start: date, span_words: object) -> date | None:
    """The day a span (`6 months`) after a start, or None when it is not understood."""
    span = _SPAN.fullmatch(span_words.strip().lower()) if isinstance(span_words, str) else None
    return _shift(start, int(span["amount"]), span["unit"]) if span and not span["ago"] else None


def step_start(day: date, grain: str, today: date) -> date:
    """The first day of the step that a day falls in. Weeks are counted back from today, so all are whole."""
    if grain == "month":
        return day.replace(day=1)
    if grain == "week":
        return today - timedelta(days=(today - day).days // 7 * 7 + 6)
    return day


def _shift(day: date, amount: int, unit: str) -> date | None:
    try:
        if unit in _PARTS_OF_A_DAY:  # the data knows days only: a day that is begun counts
            parts = _PARTS_OF_A_DAY[unit]
            return day + timedelta(days=amount // parts if amount < 0 else -(-amount // parts))
        if unit in _DAYS:
            return day + timedelta(days=amount * _DAYS[unit])
        months = day.year * 12 + day.month - 1 + amount * _MONTHS[unit]
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None
