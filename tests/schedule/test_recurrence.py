"""The times of a schedule: as typed, for cron, for systemd, and the next runs; all three agree."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.schedule.models import InvalidSchedule
from omni_tui.schedule.recurrence import WEEKDAYS, Recurrence, read_recurrence

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "cron", "on_calendar"),
    [
        ("Mon 07:00", "0 7 * * 1", "Mon *-*-* 07:00:00"),
        ("every monday at 7:00", "0 7 * * 1", "Mon *-*-* 07:00:00"),
        ("Mon-Fri 07:00,12:00", "0 7,12 * * 1,2,3,4,5", "Mon,Tue,Wed,Thu,Fri *-*-* 07,12:00:00"),
        ("Sat - Mon 23:59", "59 23 * * 1,6,7", "Mon,Sat,Sun *-*-* 23:59:00"),
        ("weekends 08:05", "5 8 * * 6,7", "Sat,Sun *-*-* 08:05:00"),
        ("daily 00:00", "0 0 * * *", "*-*-* 00:00:00"),
        ("every day 06:15", "15 6 * * *", "*-*-* 06:15:00"),
        ("06:15", "15 6 * * *", "*-*-* 06:15:00"),
        ("1st,15th 06:30", "30 6 1,15 * *", "*-*-01,15 06:30:00"),
        ("monthly 06:30", "30 6 1 * *", "*-*-01 06:30:00"),
        ("hourly", "0 * * * *", "*-*-* *:00:00"),
        ("15min", "0,15,30,45 * * * *", "*-*-* *:00,15,30,45:00"),
        ("every 12 hours", "0 0,12 * * *", "*-*-* 00,12:00:00"),
    ],
)
def test_times_are_converted_to_cron_and_systemd(typed: str, cron: str, on_calendar: str) -> None:
    recurrence = read_recurrence(typed)
    assert recurrence.cron() == cron
    assert recurrence.on_calendar() == (on_calendar,)


@pytest.mark.parametrize(
    "typed",
    ["", "Mon", "Moon 07:00", "Mo 07:00", "Mon 24:00", "Mon 07:60", "29th 07:00", "0th 07:00", "7min", "5h",
     "0min", "Mon 07:00 UTC", "07", "* * * * *", "Mon; rm 07:00", "Mon\n07:0"],
)  # fmt: skip
def test_invalid_times_are_rejected(typed: str) -> None:
    with pytest.raises(InvalidSchedule):
        read_recurrence(typed)


def test_times_that_need_several_crontab_lines_are_rejected_only_by_cron() -> None:
    recurrence = read_recurrence("Mon 07:15,12:30")
    with pytest.raises(InvalidSchedule, match="07:15, 12:30"):
        recurrence.cron()
    assert recurrence.on_calendar() == ("Mon *-*-* 07:15:00", "Mon *-*-* 12:30:00")


def test_the_next_runs_are_in_the_machines_zone_across_daylight_saving() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    runs = read_recurrence("Sun 02:30").next_runs(datetime(2026, 3, 28, tzinfo=UTC), 2, berlin)
    assert [run.isoformat() for run in runs] == ["2026-03-29T03:30:00+02:00", "2026-04-05T02:30:00+02:00"]


RECURRENCES = st.builds(
    lambda times, days, month_days, by_month: Recurrence(
        "",
        tuple(sorted(times)),
        () if by_month else tuple(sorted(days)),
        tuple(sorted(month_days)) if by_month else (),
    ),
    st.sets(st.tuples(st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=4),
    st.sets(st.integers(0, 6), max_size=6),
    st.sets(st.integers(1, 28), min_size=1, max_size=3),
    st.booleans(),
)


@given(RECURRENCES)
def test_cron_matches_the_next_runs_and_nothing_between(recurrence: Recurrence) -> None:
    try:
        fields = recurrence.cron()
    except InvalidSchedule:
        return
    runs = recurrence.next_runs(NOW, 3, UTC)
    assert all(_cron_matches(fields, run) for run in runs)
    every_minute = (NOW + timedelta(minutes=minute) for minute in range(1, 60 * 24 * 2))
    assert [each for each in every_minute if _cron_matches(fields, each)][:3] == [
        run for run in runs if run < NOW + timedelta(days=2)
    ][:3]


def _cron_matches(fields: str, moment: datetime) -> bool:
    values = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday())
    return all(
        field == "*" or str(value) in field.split(",")
        for field, value in zip(fields.split(), values, strict=True)
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize(
    "typed", ["Mon 07:00", "Sat-Mon 23:59,01:59", "1st,15th 06:30", "20min", "Tue 07:15,12:30"]
)
def test_systemd_computes_the_same_next_runs(typed: str) -> None:
    recurrence = read_recurrence(typed)
    base = NOW.strftime("%Y-%m-%d %H:%M:%S UTC")
    command = ["systemd-analyze", "calendar", f"--base-time={base}", "--iterations=4"]
    answer = subprocess.run(
        [*command, *recurrence.on_calendar()],
        env={"TZ": "UTC", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = {
        line.split(": ", 1)[1].strip()
        for line in answer.stdout.splitlines()
        if line.strip().startswith(("Next elapse:", "Iteration #", "Iter. #"))
    }
    runs = recurrence.next_runs(NOW, 4, UTC)
    assert {f"{WEEKDAYS[run.weekday()]} {run:%Y-%m-%d %H:%M:%S} UTC" for run in runs} <= found
