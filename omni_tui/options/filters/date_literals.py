"""Date literals that the server reads, and the forms in which people write them. Nothing here raises.

The server reads `2026`, `2026-03`, `2026-03-09`, `2026-03-09 10:30:00` (cut off anywhere from the right),
`2026 Q3`, `FY2026`, `6 months ago`, `6 complete months ago`, `today`, `yesterday`, `tomorrow`, and
`this|last|next` with a period [V]. Anything else is not a date to it, even if it is clear to people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
PERIODS = ("week", "month", "quarter", "year")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_OTHER_WEEKDAYS: Mapping[str, str] = {"tues": "Tuesday", "weds": "Wednesday", "thurs": "Thursday"}

_DIGITS = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[ T]\d\d(?::\d\d(?::\d\d)?)?)?)?)?", re.ASCII)
_TEMPLATE = "2000-01-01 00:00:00"  # completes a truncated date
_QUARTER = re.compile(r"(?:(\d{4})[ -]?q([1-4])|q([1-4])[ -]?(\d{4}))", re.ASCII | re.IGNORECASE)
_FISCAL = re.compile(r"fy ?(\d{4}|\d\d)", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(
    rf"0*([1-9]\d{{0,5}})\s*((?:complete|full)\s+)?({'|'.join(UNITS)})s?", re.ASCII | re.IGNORECASE
)
_MONTH = re.compile(r"([a-z]+)\.? (\d{4})|(\d{4}) ([a-z]+)\.?", re.ASCII | re.IGNORECASE)
_PERIOD = re.compile(
    rf"(?:the )?(this|current|last|previous|prior|next|coming) ({'|'.join((*PERIODS, 'day'))})", re.IGNORECASE
)
_WHICH = {"current": "this", "previous": "last", "prior": "last", "coming": "next"}
_DAYS = {"this": "today", "last": "yesterday", "next": "tomorrow"}


def literal(text: str) -> str | None:
    """Return the server's literal for a date or period: "Q3 2026" becomes "2026 Q3"; None if invalid."""
    words = " ".join(text.split())
    if not words.isascii():
        return None
    if words.lower() in _DAYS.values():
        return words.lower()
    if _DIGITS.fullmatch(words):
        return _digits(words)
    if match := _QUARTER.fullmatch(words):
        year, quarter = match[1] or match[4], match[2] or match[3]
        return f"{year} Q{quarter}" if int(year) else None
    if match := _FISCAL.fullmatch(words):
        return f"FY{match[1] if len(match[1]) == 4 else '20' + match[1]}" if int(match[1]) else None
    if words.lower().endswith(" ago") and (length := length_words(words[:-4])):
        return f"{length} ago"
    if match := _PERIOD.fullmatch(words):
        which, period = match[1].lower(), match[2].lower()
        which = _WHICH.get(which, which)
        return _DAYS[which] if period == "day" else f"{which} {period}"
    return _named_month(words)


def length_words(text: str) -> str | None:
    """Return a length of time in the server's form: "6 Full Month" becomes "6 complete months", or None."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    count, unit = match[1], match[3].lower()
    complete = "complete " if match[2] else ""
    return f"{count} {complete}{unit}{'' if count == '1' else 's'}"


def weekday(text: str) -> str | None:
    """Return a day of the week by its full name: "mon" and "Mondays" become "Monday"; None if invalid."""
    word = text.strip().lower().removesuffix(".")
    for name in WEEKDAYS:
        if word in (name.lower(), f"{name.lower()}s", name[:3].lower()):
            return name
    return _OTHER_WEEKDAYS.get(word)


def day_of(text: str) -> date | None:
    """Return the calendar day of a text, as in 2026-11-23; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def has_time(text: str) -> bool:
    """Return whether a literal includes a time of day, as in 2026-11-23 10:30."""
    return re.match(r"\d{4}-\d\d-\d\d[ T]", text, re.ASCII) is not None


def first_day(text: str) -> date | None:
    """Return the first day of a literal with a fixed date: of 2026 Q3, July 1; None for the others."""
    known = literal(text)
    if known is None:
        return None
    if match := _QUARTER.fullmatch(known):
        return date(int(match[1]), int(match[2]) * 3 - 2, 1)
    return _completed(known).date() if _DIGITS.fullmatch(known) else None


def _digits(words: str) -> str | None:
    words = words.replace("T", " ")
    try:
        _completed(words)
    except ValueError:
        return None
    return words


def _completed(words: str) -> datetime:
    return datetime.fromisoformat(words + _TEMPLATE[len(words) :])


def _named_month(words: str) -> str | None:
    match = _MONTH.fullmatch(words)
    if match is None:
        return None
    name, year = (match[1] or match[4]).lower(), match[2] or match[3]
    if name[:3] not in _MONTHS or name not in (name[:3], "sept", _MONTH_NAMES[_MONTHS.index(name[:3])]):
        return None
    return f"{year}-{_MONTHS.index(name[:3]) + 1:02}" if int(year) else None
