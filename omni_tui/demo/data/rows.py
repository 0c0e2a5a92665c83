"""Generate the base rows of a dashboard from its ID and the day, column by column, and filter them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from omni_tui.demo.data.conditions import condition_test
from omni_tui.demo.data.misfit_filters import fits
from omni_tui.demo.sample_data.data_model import Column, Kind, Subject, Value
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.subjects import SUBJECTS

# Whole weeks, slightly less than a year, so that "past 12 months" includes everything.
_DAYS = 364


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows as columns, by full field name, newest first. Don't modify them."""

    subject: Subject
    today: date
    columns: Mapping[str, list[Value]]
    size: int


def frame_of(
    dashboard: Dashboard, today: date, conditions: Mapping[str, object], *, drops_misfits: bool = False
) -> Frame:
    """Return the rows that match the dashboard's filters; `conditions` replace its own, by filter ID.

    With `drops_misfits`, a filter whose keys don't fit its type is dropped and matches everything.
    """
    whole = _whole_frame(dashboard, today)
    kept: Iterable[int] = range(whole.size)
    for identifier, own in filters_of(dashboard).items():
        condition = conditions.get(identifier, own)
        if drops_misfits and not fits(condition, own):
            continue
        test = condition_test(condition, today)
        if test is not None:
            values = whole.columns[own["fieldName"]]
            kept = [row for row in kept if test(values[row])]
    if isinstance(kept, range):
        return whole
    rows = list(kept)
    columns = {name: [values[row] for row in rows] for name, values in whole.columns.items()}
    return Frame(whole.subject, today, columns, len(rows))


@lru_cache(maxsize=4)
def _whole_frame(dashboard: Dashboard, today: date) -> Frame:
    rng = random.Random(f"rows {dashboard.identifier}")
    subject, count = SUBJECTS[dashboard.subject], dashboard.row_count
    columns = {column.field.name: _filled(column, count, today, rng) for column in subject.columns}
    return Frame(subject, today, columns, count)


def _filled(column: Column, count: int, today: date, rng: random.Random) -> list[Value]:
    values = _values(column, count, today, rng)
    if column.null_share:
        return [None if rng.random() < column.null_share else value for value in values]
    return values


def _values(column: Column, count: int, today: date, rng: random.Random) -> list[Value]:
    match column.field.kind:
        case Kind.DATE:
            return [*_dates(count, today, rng)]
        case Kind.BOOLEAN:
            return [rng.random() < column.share for _ in range(count)]
        case Kind.TEXT if column.pattern:
            start = rng.randrange(1000, 90_000)
            return [column.pattern.format(start + count - row) for row in range(count)]
        case Kind.TEXT:
            weights = [1 / (1 + index) ** 0.8 * rng.uniform(0.8, 1.2) for index in range(len(column.choices))]
            return [*rng.choices(column.choices, weights, k=count)]
    return [_number(column, rng) for _ in range(count)]


def _dates(count: int, today: date, rng: random.Random) -> list[date]:
    """Return dates, newest first, with some growth over the year and fewer at weekends."""
    days = [today - timedelta(days=back) for back in range(_DAYS)]
    weights = [
        (1.5 - back / _DAYS) * (0.55 if day.weekday() >= 5 else 1.0) * rng.uniform(0.8, 1.2)
        for back, day in enumerate(days)
    ]
    return sorted(rng.choices(days, weights, k=count), reverse=True)


def _number(column: Column, rng: random.Random) -> Value:
    part = rng.random() ** 3 if column.skewed else rng.random()
    value = column.low + (column.high - column.low) * part
    match column.field.kind:
        case Kind.WHOLE:
            return round(value)
        case Kind.MONEY:
            return round(value, 2)
        case Kind.PERCENT:
            return round(value, 4)
    return round(value, 1)
