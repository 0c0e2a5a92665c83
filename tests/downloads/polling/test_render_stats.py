from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.polling.render_stats import (
    MAX_PER_FORMAT,
    MAX_PER_KIND,
    History,
    RenderKind,
    RenderTimes,
    Span,
    SurvivalCurve,
)
from omni_tui.options.spec import Format
from tests.examples import examples

SALES = RenderKind("sales", Format.PDF)
CHURN = RenderKind("churn", Format.PDF)
SALES_CSV = RenderKind("sales", Format.CSV)

AGES = st.floats(0, 20_000)


def learnt(*spans: tuple[RenderKind, float, float]) -> RenderTimes:
    times = RenderTimes(History())
    for number, (kind, over, within) in enumerate(spans):
        times.ended(number, kind, Span(over, within))
    return times


def half_done(curve: SurvivalCurve) -> float:
    """The age by which half of them have ended, in seconds."""
    return next(age / 10 for age in range(100_000) if curve.share_running(age / 10) <= 0.5)


def test_before_anything_is_seen_seconds_to_minutes_are_likely() -> None:
    curve = learnt().curve(SALES)
    assert 8 < half_done(curve) < 30
    assert curve.share_running(1) > 0.9
    assert 0.02 < curve.share_running(120) < 0.2


@examples(100)
@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000)), max_size=5), AGES, AGES)
def test_a_curve_falls_and_never_ends(seen: list[tuple[float, float]], one: float, other: float) -> None:
    times = learnt(*((SALES, over, over + more) for over, more in seen))
    sooner, later = sorted((one, other))
    for kind in (SALES, CHURN):
        curve = times.curve(kind)
        assert 0 < curve.share_running(later) <= curve.share_running(sooner) <= 1
        assert 0 <= curve.ended_by(later, sooner) <= 1


def test_the_same_dashboard_and_format_is_expected_to_take_as_long_again() -> None:
    times = learnt(*[(SALES, 95.0, 100.0)] * 4)
    assert 85 < half_done(times.curve(SALES)) < 115
    assert times.curve(SALES).share_running(60) > 0.85


def test_other_dashboards_of_the_format_are_expected_to_take_about_as_long() -> None:
    seen = [(RenderKind(f"d{number}", Format.PDF), 55.0, 65.0) for number in range(8)]
    times = learnt(*seen)
    assert 45 < half_done(times.curve(CHURN)) < 75
    assert half_done(times.curve(SALES_CSV)) == half_done(learnt().curve(SALES_CSV))


def test_one_that_took_long_once_may_be_quick_again() -> None:
    """A surprise stays possible: what was believed at first keeps a part."""
    curve = learnt(*[(SALES, 290.0, 300.0)] * 10).curve(SALES)
    assert curve.ended_by(30, 0) > 0.01


def test_late_asks_do_not_make_it_seem_slower_and_slower() -> None:
    """Ten were found ended by the first ask, after a minute: that says that they are quick, not slow."""
    times = learnt(*((RenderKind(f"d{number}", Format.PDF), 0.0, 60.0) for number in range(10)))
    assert half_done(times.curve(CHURN)) < 30


def test_those_that_run_tell_of_the_others() -> None:
    times = learnt()
    before = half_done(times.curve(CHURN))
    for number in range(10):
        times.runs_at(number, RenderKind(f"d{number}", Format.PDF), 100.0)
    assert half_done(times.curve(CHURN)) > 100
    for number in range(10):
        times.gone(number)
    assert half_done(times.curve(CHURN)) == pytest.approx(before, rel=0.01)


def test_what_is_found_later_replaces_what_was_found_before() -> None:
    times, once = learnt(), learnt()
    for age in (0.0, 5.0, 10.0, 20.0):
        times.runs_at("job", SALES, age)
    once.runs_at("job", SALES, 20.0)
    assert half_done(times.curve(CHURN)) == half_done(once.curve(CHURN))


@examples(100)
@given(st.floats(0, 2000), st.floats(0, 100), st.floats(0, 200))
def test_waiting_pays_until_the_returned_age(running_at: float, gap: float, price: float) -> None:
    curve = learnt((CHURN, 20.0, 25.0), (CHURN, 30.0, 33.0)).curve(SALES)
    age = curve.best_poll_age_seconds(running_at, running_at + gap, price)
    assert age >= running_at + gap
    assert math.isfinite(age)


def test_a_dearer_ask_waits_longer() -> None:
    curve = learnt(*[(CHURN, 20.0, 25.0)] * 5).curve(SALES)
    ages = [curve.best_poll_age_seconds(0, 2, price) for price in (1, 5, 20, 60)]
    assert ages == sorted(ages)
    assert ages[0] < 10
    assert 25 < ages[-1] < 60


def test_a_slight_chance_can_be_waited_out() -> None:
    curve = learnt(*[(SALES, 95.0, 100.0)] * 5).curve(SALES)
    assert curve.best_poll_age_seconds(0, 2, 1) < 10
    assert 50 < curve.best_poll_age_seconds(0, 2, 1, least_chance=0.1) < 95


def test_a_history_keeps_the_newest() -> None:
    history = History()
    for number in range(100):
        history.add(SALES, Span(number, number + 1))
    assert history.of_kind(SALES)[-1] == Span(99, 100)
    assert len(history.of_kind(SALES)) == MAX_PER_KIND
    assert len(history.of_format(Format.PDF)) == MAX_PER_FORMAT
    assert not history.of_kind(CHURN)
    assert not history.of_format(Format.CSV)
