"""The tiles of a dashboard, in a typical layout: numbers first, then charts, then tables."""

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from omni_tui.demo.sample_data.data_model import Subject, Sum
from omni_tui.demo.sample_data.models import Dashboard, Special
from omni_tui.demo.sample_data.subjects import SUBJECTS

# The default row limit of a tile in a data file.
DEFAULT_ROW_LIMIT = 1000


class Chart(Enum):
    """How a tile is drawn."""

    NUMBER = "number"
    LINE = "line"
    BARS = "bars"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: measures (short names) by dimensions, or without both, the rows themselves.

    `key` is its queryIdentifierMapKey. `grain` is the step of a date dimension. `row_limit` is its query's
    limit, None for no limit.
    """

    name: str
    chart: Chart
    dimensions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    grain: str = "month"
    key: str = ""
    query_id: str = ""
    row_limit: int | None = DEFAULT_ROW_LIMIT
    is_broken: bool = False
    is_empty: bool = False

    @property
    def is_rows(self) -> bool:
        """Return whether it shows the rows themselves, with all fields."""
        return not self.measures


@lru_cache(maxsize=256)
def tiles_of(dashboard: Dashboard) -> tuple[Tile, ...]:
    """Return the tiles of a dashboard, in order; their keys count from "1"."""
    rng = random.Random(f"tiles {dashboard.identifier}")
    drafts = list(_drafts(dashboard))
    broken = len(drafts) - 1 if dashboard.special is Special.FAILS else -1
    return tuple(
        replace(
            draft,
            key=str(index + 1),
            query_id="".join(rng.choices(string.ascii_letters + string.digits, k=8)),
            row_limit=_row_limit(dashboard, index),
            is_broken=index == broken,
            is_empty=dashboard.special is Special.EMPTY and index == len(drafts) - 2,
        )
        for index, draft in enumerate(drafts)
    )


def _row_limit(dashboard: Dashboard, index: int) -> int | None:
    """Return a query's limit: the author's, the default, or none [V]."""
    if dashboard.special is Special.HUGE:
        return None
    if index == dashboard.tile_count - 1:  # the table of all rows
        return 500 if dashboard.special is Special.EMPTY else DEFAULT_ROW_LIMIT
    return (DEFAULT_ROW_LIMIT, None, 5000)[index % 3]


def tile_of(dashboard: Dashboard, key: str) -> Tile | None:
    """Return the tile with that key."""
    return next((tile for tile in tiles_of(dashboard) if tile.key == key), None)


def _drafts(dashboard: Dashboard) -> Iterator[Tile]:
    subject = SUBJECTS[dashboard.subject]
    count = dashboard.tile_count
    rows = Tile(f"All {subject.noun}", Chart.TABLE)
    if count == 1:
        yield rows
        return
    numbers = min(4, max(1, (count - 1) // 2), len(subject.measures))
    charts = _charts(subject)
    yield from (_number(subject, measure.field.name) for measure in subject.measures[:numbers])
    yield from (next(charts) for _ in range(count - numbers - 1))
    yield rows


def _number(subject: Subject, whole_name: str) -> Tile:
    measure = subject.measure(whole_name.partition(".")[2])
    return Tile(measure.field.label, Chart.NUMBER, (), (whole_name.partition(".")[2],))


def _charts(subject: Subject) -> Iterator[Tile]:
    """Yield charts endlessly: each measure by time and by each dimension, the most useful first."""
    date = subject.columns[0].field.name.partition(".")[2]
    dimensions = subject.dimensions()
    measures = [measure.field.name.partition(".")[2] for measure in subject.measures]
    label = {name: subject.measure(name).field.label for name in measures}
    title = {name: subject.column(name).field.label for name in dimensions}
    first, second = dimensions[0], dimensions[1]
    totals = [name for name in measures if subject.measure(name).how in (Sum.TOTAL, Sum.COUNT)]
    yield Tile(f"{label[measures[0]]} by week", Chart.LINE, (date,), (measures[0],), "week")
    yield Tile(f"{label[measures[0]]} by {_low(title[second])}", Chart.BARS, (second,), (measures[0],))
    yield Tile(
        f"{label[measures[0]]} by {_low(title[dimensions[2]])}", Chart.BARS, (dimensions[2],), (measures[0],)
    )
    yield Tile(
        f"{title[first]} by {_low(title[second])}: the whole picture",
        Chart.TABLE,
        (first, second),
        tuple(measures[:3]),
    )
    yield Tile(f"{label[measures[1]]} by month", Chart.LINE, (date,), (measures[1],), "month")
    yield Tile(f"{label[measures[1]]} by {_low(title[first])}", Chart.BARS, (first,), (measures[1],))
    for turn in itertools.count():
        lap, kind = divmod(turn, 5)
        measure, dimension = (
            measures[(turn + lap) % len(measures)],
            dimensions[(turn + lap) % len(dimensions)],
        )
        words, by = label[measure], _low(title[dimension])
        match kind:
            case 0:
                yield Tile(f"{words} week by week", Chart.LINE, (date,), (measure,), "week")
            case 1:
                name = totals[lap % len(totals)]
                yield Tile(f"{label[name]} split by {by}", Chart.BARS, (dimension,), (name,))
            case 2:
                yield Tile(f"{words} [{title[dimension]}]", Chart.BARS, (dimension,), (measure,))
            case 3:
                name = f"{title[dimension]} / month"
                yield Tile(name, Chart.TABLE, (date, dimension), tuple(measures[:3]))
            case _:
                yield Tile(f"Top {by}: {_low(words)}", Chart.BARS, (dimension,), (measure,))


def _low(label: str) -> str:
    """Return a label for use inside a sentence: Region → region, but MRR stays."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
