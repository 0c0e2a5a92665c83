"""When a download that exceeds its time limit counts as stalled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.job.retry import MIN_SPEED, WINDOW_SECONDS, StallCheck
from tests.fakes import FakeClock


def check_after(speed: float, seconds: int, *, size: int | None = None) -> StallCheck:
    """Return a stall check after so many seconds at that speed, in bytes per second."""
    clock = FakeClock()
    stall_check = StallCheck(clock)
    for second in range(1, seconds + 1):
        clock.now += 1
        stall_check.record(int(speed * second), size)
    return stall_check


@given(st.floats(MIN_SPEED * 1.1, 1e9), st.integers(120, 600))
def test_a_file_at_a_fair_speed_gets_more_time(speed: float, seconds: int) -> None:
    assert check_after(speed, seconds).extra_seconds() == WINDOW_SECONDS


@given(st.floats(0, MIN_SPEED * 0.9), st.integers(1, 600))
def test_a_file_that_drips_gets_none(speed: float, seconds: int) -> None:
    assert check_after(speed, seconds).extra_seconds() == 0


def test_what_came_long_ago_does_not_count() -> None:
    clock = FakeClock()
    stall_check = StallCheck(clock)
    clock.now += 10
    stall_check.record(10**9, None)
    clock.now += WINDOW_SECONDS + 10
    assert stall_check.extra_seconds() == 0


def test_a_complete_file_is_checked_without_a_time_limit() -> None:
    assert check_after(1, 300, size=300).extra_seconds() == WINDOW_SECONDS


def test_each_try_counts_from_its_start() -> None:
    clock = FakeClock()
    stall_check = StallCheck(clock)
    for _ in range(60):
        clock.now += 1
        stall_check.record(0, None)
        stall_check.record(2048, None)
    assert stall_check.extra_seconds() == WINDOW_SECONDS
