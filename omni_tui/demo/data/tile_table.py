"""The table of a tile: its rows, or measures by dimensions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from omni_tui.demo.data.dates import first_day_of_step
from omni_tui.demo.data.rows import Frame
from omni_tui.demo.sample_data.data_model import Field, Kind, Measure, Sum, Value
from omni_tui.demo.sample_data.tiles import Chart, Tile

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Fields and rows; `total` is the number of all rows, of which `rows` may be the first."""

    fields: tuple[Field, ...]
    rows: Sequence[Row]
    total: int

    def first(self, count: int | None) -> Table:
        """Return the first `count` rows."""
        return self if count is None else Table(self.fields, self.rows[:count], self.total)

    def without_hidden(self) -> Table:
        """Return the table without its hidden fields."""
        indexes = [index for index, field in enumerate(self.fields) if not field.hidden]
        if len(indexes) == len(self.fields):
            return self
        rows = [tuple(row[index] for index in indexes) for row in self.rows]
        return Table(tuple(self.fields[index] for index in indexes), rows, self.total)


def table_of(tile: Tile, frame: Frame) -> Table:
    """Return all rows of a tile."""
    if tile.is_rows:
        fields = tuple(column.field for column in frame.subject.columns)
        rows = list(zip(*(frame.columns[field.name] for field in fields), strict=True))
        return Table(fields, rows, frame.size)
    measures = [frame.subject.measure(name) for name in tile.measures]
    keys = [_dimension(tile, name, frame) for name in tile.dimensions]
    fields = (*(field for field, _ in keys), *(measure.field for measure in measures))
    groups: defaultdict[Row, list[int]] = defaultdict(list)
    if keys:
        for row, key in enumerate(zip(*(values for _, values in keys), strict=True)):
            groups[key].append(row)
    else:
        groups[()] = list(range(frame.size))
    summed = [(*key, *(_measured(each, frame, rows) for each in measures)) for key, rows in groups.items()]
    shown = [] if tile.is_empty else _ordered(summed, tile, len(keys))
    return Table(fields, shown, len(shown))


def _dimension(tile: Tile, name: str, frame: Frame) -> tuple[Field, Iterable[Value]]:
    column = frame.subject.column(name)
    values = frame.columns[column.field.name]
    if column.field.kind is not Kind.DATE:
        return column.field, values
    field = Field(f"{column.field.name}[{tile.grain}]", tile.grain.capitalize(), Kind.DATE)
    steps = {
        day: first_day_of_step(day, tile.grain, frame.today) for day in set(values) if isinstance(day, date)
    }
    return field, (steps[day] if isinstance(day, date) else None for day in values)


def _measured(measure: Measure, frame: Frame, rows: Sequence[int]) -> Value:
    if measure.how is Sum.COUNT:
        return len(rows)
    values = frame.columns[f"{frame.subject.view}.{measure.column}"]
    numbers = [value for row in rows if isinstance(value := values[row], int | float)]
    if measure.how is Sum.TOTAL:
        total = sum(numbers)
        return total if measure.field.kind is Kind.WHOLE else round(total, 2)
    return round(sum(numbers) / len(numbers), 4) if numbers else None


def _ordered(rows: list[Row], tile: Tile, dimension_count: int) -> list[Row]:
    """Sort lines by time, others by their first measure in descending order, tables by time, newest first."""
    by_measure = sorted(rows, key=lambda row: _size(row[dimension_count]), reverse=True)
    has_time = bool(rows) and dimension_count > 0 and isinstance(rows[0][0], date)
    if not has_time:
        return by_measure
    return sorted(by_measure, key=lambda row: str(row[0]), reverse=tile.chart is Chart.TABLE)


def _size(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
