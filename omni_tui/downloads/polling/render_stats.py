"""How long renders take: what was seen of them, and what it says of the ones that run.

When a render ended is never seen, only that one ask found it running and a later one found it ended. So it is
spans that are learnt from, not durations: a late first ask does not make the next one later still. Pure.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from omni_tui.options.spec import Format

# What is remembered of one dashboard and format, and looked at of all dashboards of one format.
MOST_OF_A_KIND = 12
MOST_OF_A_FORMAT = 60


class RenderKind(NamedTuple):
    """What takes about equally long each time."""

    dashboard_id: str
    format: Format


class Span(NamedTuple):
    """A render took longer than `over_seconds` and at most `within_seconds`, both since its start."""

    over_seconds: float
    within_seconds: float


class History(Protocol):
    """What was seen of earlier renders."""

    def add(self, kind: RenderKind, span: Span) -> None:
        """Keep one more."""
        ...

    def of_kind(self, kind: RenderKind) -> Sequence[Span]:
        """Those of this dashboard and format, the newest last."""
        ...

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Those of all dashboards in this format, the newest last."""
        ...


class MemoryHistory:
    """Remembers as long as the program runs."""

    def __init__(self) -> None:
        self._kinds: defaultdict[RenderKind, deque[Span]] = defaultdict(lambda: deque(maxlen=MOST_OF_A_KIND))
        self._formats: defaultdict[Format, deque[Span]] = defaultdict(lambda: deque(maxlen=MOST_OF_A_FORMAT))

    def add(self, kind: RenderKind, span: Span) -> None:
        """Keep one more; the oldest of too many is forgotten."""
        self._kinds[kind].append(span)
        self._formats[kind.format].append(span)

    def of_kind(self, kind: RenderKind) -> Sequence[Span]:
        """Those of this dashboard and format, the newest last."""
        return tuple(self._kinds.get(kind, ()))

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Those of all dashboards in this format, the newest last."""
        return tuple(self._formats.get(fmt, ()))


class _Shape(NamedTuple):
    """A lognormal distribution of render times; `spread` is the deviation of their logarithm."""

    median_seconds: float
    spread: float

    def survival(self, age_seconds: float) -> float:
        """The part of renders that takes longer than that."""
        if age_seconds < _LEAST:
            return 1.0
        return 0.5 * math.erfc(math.log(age_seconds / self.median_seconds) / (self.spread * math.sqrt(2)))


# Before anything is seen: mostly between a few seconds and a few minutes, rarely more.
_PRIOR_MEDIAN_SECONDS, _PRIOR_SPREAD = 15.0, 1.2
_MEDIANS = tuple(0.5 * 1.35**step for step in range(31))
_SPREADS = {0.3: 0.15, 0.55: 0.3, 0.85: 0.35, 1.3: 0.2}
# Renders of one dashboard differ less among each other than dashboards do.
_OWN_SPREAD = 0.35
# No belief is so firm that nothing could surprise it: this part of it stays what it was at first.
_DOUBT = 0.04
_LEAST = 1e-12

_SHAPES = tuple(_Shape(median, spread) for median in _MEDIANS for spread in _SPREADS)
_OWN_SHAPES = tuple(_Shape(median, _OWN_SPREAD) for median in _MEDIANS)
# The ages at which a curve is worked out; it is straight in between.
_AGES = (0.0, *(0.5 * 1.06**step for step in range(190)))


class Curve:
    """The part of renders that still runs, by their age."""

    def __init__(self, survivals: Sequence[float]) -> None:
        self._survivals = survivals

    def survival(self, age_seconds: float) -> float:
        """The part that still runs at that age; never zero."""
        at = min(bisect_right(_AGES, age_seconds), len(_AGES) - 1)
        return max(self._survivals[at - 1] - (age_seconds - _AGES[at - 1]) * self._slope(at), _LEAST)

    def ended_by(self, age_seconds: float, running_at_seconds: float) -> float:
        """How likely one that ran at the one age has ended by the other."""
        return max(0.0, 1.0 - self.survival(age_seconds) / self.survival(running_at_seconds))

    def worth_asking_seconds(
        self,
        running_at_seconds: float,
        not_before_seconds: float,
        price_seconds: float,
        least_chance: float = 0.0,
    ) -> float:
        """The age from which on waiting longer does not pay, for one that ran at the age given.

        An ask in vain costs `price_seconds`. To wait a moment longer costs that moment, if it has ended; and
        makes an ask in vain less likely, by what ends in that moment. `least_chance` is waited for anyway.
        """
        running = self.survival(running_at_seconds)
        first = min(bisect_right(_AGES, not_before_seconds), len(_AGES) - 1)
        for at in range(first, len(_AGES)):
            slope = self._slope(at)
            # what has ended of those that ran is running - survival(age); it has to reach price × slope
            lacking = max(price_seconds * slope, least_chance * running) - (running - self._survivals[at - 1])
            if lacking <= 0:
                return max(_AGES[at - 1], not_before_seconds)
            if slope > 0 and (age := _AGES[at - 1] + lacking / slope) <= _AGES[at]:
                return max(age, not_before_seconds)
        return max(not_before_seconds, running_at_seconds + price_seconds)

    def _slope(self, at: int) -> float:
        """How much of all ends in a second, between an age of the table and the one before."""
        return (self._survivals[at - 1] - self._survivals[at]) / (_AGES[at] - _AGES[at - 1])


class Times:
    """What is believed of render times: from a history, and from the renders that run at the moment.

    Renders that run have a name each: `runs_at` is told whenever one is found running, `ended` once.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._running: dict[Hashable, tuple[RenderKind, tuple[float, ...]]] = {}
        self._format_logs: dict[Format, list[float]] = {}
        self._format_curves: dict[Format, Curve] = {}
        self._own_curves: dict[RenderKind, Curve | None] = {}  # None: nothing of its own was seen

    def runs_at(self, name: Hashable, kind: RenderKind, age_seconds: float) -> None:
        """That render was found running at that age."""
        self._forget(name)
        logs = _likelihoods(_SHAPES, Span(age_seconds, math.inf))
        self._running[name] = (kind, logs)
        self._count(kind.format, logs)

    def ended(self, name: Hashable, kind: RenderKind, span: Span) -> None:
        """That render ended within that span."""
        self._forget(name)
        self._format_logs.pop(kind.format, None)
        self._format_curves.pop(kind.format, None)
        self._own_curves.pop(kind, None)
        self._history.add(kind, span)

    def gone(self, name: Hashable) -> None:
        """Nobody asks about that render any more; how long it takes will not be known."""
        self._forget(name)

    def curve(self, kind: RenderKind) -> Curve:
        """What is believed of this dashboard and format."""
        if kind not in self._own_curves:
            self._own_curves[kind] = self._own_curve(kind)
        return self._own_curves[kind] or self._format_curve(kind.format)

    def _own_curve(self, kind: RenderKind) -> Curve | None:
        """Worked out once for each of its own spans: what others bring to light changes little of it."""
        own = self._history.of_kind(kind)
        return _mixed(_own(self._format_weights(kind.format), own), _own_table()) if own else None

    def _format_curve(self, fmt: Format) -> Curve:
        if fmt not in self._format_curves:
            self._format_curves[fmt] = _mixed(self._format_weights(fmt), _table())
        return self._format_curves[fmt]

    def _format_weights(self, fmt: Format) -> list[float]:
        logs = self._format_logs.get(fmt)
        if logs is None:
            logs = list(_PRIOR_LOGS)
            seen = [_likelihoods(_SHAPES, span) for span in self._history.of_format(fmt)]
            running = [likely for kind, likely in self._running.values() if kind.format is fmt]
            logs = [sum(column) for column in zip(logs, *seen, *running, strict=True)]
            self._format_logs[fmt] = logs
        return _parts_of_one(logs)

    def _forget(self, name: Hashable) -> None:
        kind, logs = self._running.pop(name, (None, ()))
        if kind is not None:
            self._count(kind.format, [-value for value in logs])

    def _count(self, fmt: Format, logs: Sequence[float]) -> None:
        if fmt in self._format_logs:
            self._format_logs[fmt] = [a + b for a, b in zip(self._format_logs[fmt], logs, strict=True)]
        self._format_curves.pop(fmt, None)


def _own(format_weights: Sequence[float], spans: Sequence[Span]) -> list[float]:
    """What a format's renders and a dashboard's own spans together say of that dashboard's."""
    logs = []
    for own in _OWN_SHAPES:
        at = math.log(own.median_seconds)
        prior = sum(
            weight
            * math.exp(-0.5 * ((at - math.log(shape.median_seconds)) / shape.spread) ** 2)
            / shape.spread
            for shape, weight in zip(_SHAPES, format_weights, strict=True)
            if weight > _NEGLIGIBLE
        )
        logs.append(math.log(max(prior, _LEAST)))
    seen = [_likelihoods(_OWN_SHAPES, span) for span in spans]
    return _parts_of_one([sum(column) for column in zip(logs, *seen, strict=True)])


@lru_cache(maxsize=512)
def _likelihoods(shapes: tuple[_Shape, ...], span: Span) -> tuple[float, ...]:
    """How well each shape explains a span, as logarithms. Remembered: most spans are looked at again."""
    over, within = span
    end = [0.0] * len(shapes) if math.isinf(within) else [shape.survival(within) for shape in shapes]
    return tuple(
        math.log(max(shape.survival(over) - left, _LEAST)) for shape, left in zip(shapes, end, strict=True)
    )


def _parts_of_one(logs: Sequence[float]) -> list[float]:
    top = max(logs)
    raw = [math.exp(value - top) for value in logs]
    total = sum(raw)
    return [value / total for value in raw]


def _mixed(weights: Sequence[float], table: Sequence[Sequence[float]]) -> Curve:
    heavy = [(weight, row) for weight, row in zip(weights, table, strict=True) if weight > _NEGLIGIBLE]
    scale = (1.0 - _DOUBT) / sum(weight for weight, _ in heavy)
    rows = [[weight * scale * value for value in row] for weight, row in heavy]
    return Curve([min(1.0, sum(column)) for column in zip(*rows, _doubts(), strict=True)])


_NEGLIGIBLE = 2e-3
_PRIOR_LOGS = tuple(
    math.log(_SPREADS[shape.spread])
    - 0.5 * (math.log(shape.median_seconds / _PRIOR_MEDIAN_SECONDS) / _PRIOR_SPREAD) ** 2
    for shape in _SHAPES
)


@cache
def _table() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(shape.survival, _AGES)) for shape in _SHAPES)


@cache
def _own_table() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(shape.survival, _AGES)) for shape in _OWN_SHAPES)


@cache
def _doubts() -> tuple[float, ...]:
    weights = _parts_of_one(_PRIOR_LOGS)
    rows = [[_DOUBT * weight * value for value in row] for weight, row in zip(weights, _table(), strict=True)]
    return tuple(sum(column) for column in zip(*rows, strict=True))
