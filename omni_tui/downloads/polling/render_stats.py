"""Estimate how long renderings take, from earlier ones and from those that are running.

We never see when a rendering ends, only that one poll found it running and a later one found it ended. So the
estimate learns from such spans, not from durations: a late poll must not make the next ones later. Pure.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from omni_tui.options.spec import Format

# How many spans are kept of one dashboard and format, and used of all dashboards in one format.
MAX_PER_KIND = 12
MAX_PER_FORMAT = 60


class RenderKind(NamedTuple):
    """Renderings that take about equally long."""

    dashboard_id: str
    format: Format


class Span(NamedTuple):
    """A rendering took longer than `over_seconds` and at most `within_seconds`, both since its start."""

    over_seconds: float
    within_seconds: float


class History:
    """The spans of earlier renderings, in memory."""

    def __init__(self) -> None:
        self._kinds: defaultdict[RenderKind, deque[Span]] = defaultdict(lambda: deque(maxlen=MAX_PER_KIND))
        self._formats: defaultdict[Format, deque[Span]] = defaultdict(lambda: deque(maxlen=MAX_PER_FORMAT))

    def add(self, kind: RenderKind, span: Span) -> None:
        """Add a span, and drop the oldest if there are too many."""
        self._kinds[kind].append(span)
        self._formats[kind.format].append(span)

    def of_kind(self, kind: RenderKind) -> Sequence[Span]:
        """Those of this dashboard and format, the newest last."""
        return tuple(self._kinds.get(kind, ()))

    def of_format(self, fmt: Format) -> Sequence[Span]:
        """Those of all dashboards in this format, the newest last."""
        return tuple(self._formats.get(fmt, ()))


class _Lognormal(NamedTuple):
    """A lognormal distribution of render times; `spread` is the standard deviation of the logarithm."""

    median_seconds: float
    spread: float

    def share_running(self, age_seconds: float) -> float:
        """Return the share of renderings that take longer than that."""
        if age_seconds < _EPSILON:
            return 1.0
        return 0.5 * math.erfc(math.log(age_seconds / self.median_seconds) / (self.spread * math.sqrt(2)))


# The prior: mostly between a few seconds and a few minutes, rarely more.
_PRIOR_MEDIAN_SECONDS, _PRIOR_SPREAD = 15.0, 1.2
_MEDIANS = tuple(0.5 * 1.35**step for step in range(31))
_SPREADS = {0.3: 0.15, 0.55: 0.3, 0.85: 0.35, 1.3: 0.2}
# Renderings of one dashboard differ less than dashboards do.
_DASHBOARD_SPREAD = 0.35
# The weight that the prior always keeps, so that no estimate becomes certain.
_DOUBT = 0.04
_EPSILON = 1e-12

_SHAPES = tuple(_Lognormal(median, spread) for median in _MEDIANS for spread in _SPREADS)
_OWN_SHAPES = tuple(_Lognormal(median, _DASHBOARD_SPREAD) for median in _MEDIANS)
# The ages at which a curve is computed; it is linear in between.
_AGES = (0.0, *(0.5 * 1.06**step for step in range(190)))


class SurvivalCurve:
    """The share of renderings that are still running, by age."""

    def __init__(self, survivals: Sequence[float]) -> None:
        self._survivals = survivals

    def share_running(self, age_seconds: float) -> float:
        """Return the share that is still running at that age; never zero."""
        at = min(bisect_right(_AGES, age_seconds), len(_AGES) - 1)
        return max(self._survivals[at - 1] - (age_seconds - _AGES[at - 1]) * self._slope(at), _EPSILON)

    def ended_by(self, age_seconds: float, running_at_seconds: float) -> float:
        """Return the probability of having ended by `age_seconds`, if it ran at `running_at_seconds`."""
        return max(0.0, 1.0 - self.share_running(age_seconds) / self.share_running(running_at_seconds))

    def best_poll_age_seconds(
        self,
        running_at_seconds: float,
        not_before_seconds: float,
        price_seconds: float,
        least_chance: float = 0.0,
    ) -> float:
        """Return the age at which to poll a rendering that was running at `running_at_seconds`.

        A wasted poll costs `price_seconds`. Waiting longer costs that time if the rendering has ended, and
        makes a wasted poll less likely. The result is the age at which both balance, but at least the age at
        which the rendering has ended with probability `least_chance`.
        """
        running = self.share_running(running_at_seconds)
        first = min(bisect_right(_AGES, not_before_seconds), len(_AGES) - 1)
        for at in range(first, len(_AGES)):
            slope = self._slope(at)
            # the share that ended since is running - survival(age); it has to reach price × slope
            lacking = max(price_seconds * slope, least_chance * running) - (running - self._survivals[at - 1])
            if lacking <= 0:
                return max(_AGES[at - 1], not_before_seconds)
            if slope > 0 and (age := _AGES[at - 1] + lacking / slope) <= _AGES[at]:
                return max(age, not_before_seconds)
        return max(not_before_seconds, running_at_seconds + price_seconds)

    def _slope(self, at: int) -> float:
        """Return the share that ends per second between an age in the table and the one before."""
        return (self._survivals[at - 1] - self._survivals[at]) / (_AGES[at] - _AGES[at - 1])


class RenderTimes:
    """The estimate of render times, from a history and from the renderings that are running.

    Each running rendering has a name: call `runs_at` whenever it is found running, and `ended` once.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._running: dict[Hashable, tuple[RenderKind, tuple[float, ...]]] = {}
        self._format_logs: dict[Format, list[float]] = {}
        self._format_curves: dict[Format, SurvivalCurve] = {}
        self._own_curves: dict[RenderKind, SurvivalCurve | None] = {}  # None: no spans of its own

    def runs_at(self, name: Hashable, kind: RenderKind, age_seconds: float) -> None:
        """Record that a rendering was found running at that age."""
        self._forget(name)
        logs = _likelihoods(_SHAPES, Span(age_seconds, math.inf))
        self._running[name] = (kind, logs)
        self._count(kind.format, logs)

    def ended(self, name: Hashable, kind: RenderKind, span: Span) -> None:
        """Record that a rendering ended within that span."""
        self._forget(name)
        self._format_logs.pop(kind.format, None)
        self._format_curves.pop(kind.format, None)
        self._own_curves.pop(kind, None)
        self._history.add(kind, span)

    def gone(self, name: Hashable) -> None:
        """Drop a rendering that is no longer polled, so its duration stays unknown."""
        self._forget(name)

    def curve(self, kind: RenderKind) -> SurvivalCurve:
        """Return the estimate for this dashboard and format."""
        if kind not in self._own_curves:
            self._own_curves[kind] = self._own_curve(kind)
        return self._own_curves[kind] or self._format_curve(kind.format)

    def _own_curve(self, kind: RenderKind) -> SurvivalCurve | None:
        """Computed once for each of its own spans, because other dashboards' spans change little of it."""
        own = self._history.of_kind(kind)
        return _mixed(_own(self._format_weights(kind.format), own), _own_table()) if own else None

    def _format_curve(self, fmt: Format) -> SurvivalCurve:
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
    """Return the shapes' weights for a dashboard, from its format's weights and its own spans."""
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
        logs.append(math.log(max(prior, _EPSILON)))
    seen = [_likelihoods(_OWN_SHAPES, span) for span in spans]
    return _parts_of_one([sum(column) for column in zip(logs, *seen, strict=True)])


@lru_cache(maxsize=512)
def _likelihoods(shapes: tuple[_Lognormal, ...], span: Span) -> tuple[float, ...]:
    """Return the log likelihood of a span under each shape. Cached, because most spans are used again."""
    over, within = span
    end = [0.0] * len(shapes) if math.isinf(within) else [shape.share_running(within) for shape in shapes]
    return tuple(
        math.log(max(shape.share_running(over) - left, _EPSILON))
        for shape, left in zip(shapes, end, strict=True)
    )


def _parts_of_one(logs: Sequence[float]) -> list[float]:
    top = max(logs)
    raw = [math.exp(value - top) for value in logs]
    total = sum(raw)
    return [value / total for value in raw]


def _mixed(weights: Sequence[float], table: Sequence[Sequence[float]]) -> SurvivalCurve:
    heavy = [(weight, row) for weight, row in zip(weights, table, strict=True) if weight > _NEGLIGIBLE]
    scale = (1.0 - _DOUBT) / sum(weight for weight, _ in heavy)
    rows = [[weight * scale * value for value in row] for weight, row in heavy]
    return SurvivalCurve([min(1.0, sum(column)) for column in zip(*rows, _doubts(), strict=True)])


_NEGLIGIBLE = 2e-3
_PRIOR_LOGS = tuple(
    math.log(_SPREADS[shape.spread])
    - 0.5 * (math.log(shape.median_seconds / _PRIOR_MEDIAN_SECONDS) / _PRIOR_SPREAD) ** 2
    for shape in _SHAPES
)


@cache
def _table() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(shape.share_running, _AGES)) for shape in _SHAPES)


@cache
def _own_table() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(shape.share_running, _AGES)) for shape in _OWN_SHAPES)


@cache
def _doubts() -> tuple[float, ...]:
    weights = _parts_of_one(_PRIOR_LOGS)
    rows = [[_DOUBT * weight * value for value in row] for weight, row in zip(weights, _table(), strict=True)]
    return tuple(sum(column) for column in zip(*rows, strict=True))
