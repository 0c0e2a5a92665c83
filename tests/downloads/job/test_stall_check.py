"""Whether a file still comes, once the time for its export is over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.job.stall_check import LEAST_SPEED, WINDOW_SECONDS, Flow
from tests.fakes import FakeClock


def flow_of(speed: float, seconds: int, *, size: int | None = None) -> Flow:
    """A flow after so many seconds at that speed, in bytes per second."""
    clock = FakeClock()
    flow = Flow(clock)
    for second in range(1, seconds + 1):
        clock.now += 1
        flow.took(int(speed * second), size)
    return flow


@given(st.floats(LEAST_SPEED * 1.1, 1e9), st.integers(120, 600))
def test_a_file_at_a_fair_speed_gets_more_time(speed: float, seconds: int) -> None:
    assert flow_of(speed, seconds).seconds_more() == WINDOW_SECONDS


@given(st.floats(0, LEAST_SPEED * 0.9), st.integers(1, 600))
def test_a_file_that_drips_gets_none(speed: float, seconds: int) -> None:
    assert flow_of(speed, seconds).seconds_more() == 0


def test_what_came_long_ago_does_not_count() -> None:
    clock = FakeClock()
    flow = Flow(clock)
    clock.now += 10
    flow.took(10**9, None)
    clock.now += WINDOW_SECONDS + 10
    assert flow.seconds_more() == 0


def test_a_file_that_is_whole_is_checked_in_peace() -> None:
    assert flow_of(1, 300, size=300).seconds_more() == WINDOW_SECONDS


def test_each_try_counts_from_its_start() -> None:
    clock = FakeClock()
    flow = Flow(clock)
    for _ in range(60):
        clock.now += 1
        flow.took(0, None)
        flow.took(2048, None)
    assert flow.seconds_more() == WINDOW_SECONDS
