"""The calendar: arithmetic, keys, display and messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen

from omni_tui.tui.export_form.filters import calendar
from omni_tui.tui.export_form.filters.calendar import (
    EARLIEST,
    LATEST,
    Calendar,
    add_days,
    add_months,
    weeks_of,
)
from tests.tui.fake_services import FakeApp
from tests.tui.waiting import widget_lines

TODAY = date(2026, 11, 24)
DAYS = st.dates(EARLIEST, LATEST)


class CalendarScreen(Screen[None]):
    """A calendar and its messages."""

    def __init__(self, day: date | None) -> None:
        super().__init__()
        self._day = day

    def compose(self) -> ComposeResult:
        self.said: list[date | None] = []
        self.calendar = Calendar(self._day)
        yield self.calendar

    def on_calendar_day_chosen(self, event: Calendar.DayChosen) -> None:
        self.said.append(event.day)

    def on_calendar_closed(self) -> None:
        self.said.append(None)


class CalendarApp(FakeApp):
    def __init__(self, day: date | None) -> None:
        super().__init__(None)
        self._day = day

    def get_default_screen(self) -> Screen[None]:
        return CalendarScreen(self._day)


@asynccontextmanager
async def open_calendar(day: date | None = None) -> AsyncIterator[tuple[Pilot[int], CalendarScreen]]:
    with patch.object(calendar, "local_today", lambda: TODAY):
        async with CalendarApp(day).run_test(size=(80, 24)) as pilot:
            screen = pilot.app.screen
            assert isinstance(screen, CalendarScreen)
            screen.set_focus(screen.calendar)
            await pilot.pause()
            yield pilot, screen


@given(DAYS)
def test_a_month_is_shown_whole_in_weeks_from_monday(day: date) -> None:
    weeks = weeks_of(day)
    days = [each for week in weeks for each in week]
    assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
    assert days == [days[0] + timedelta(days=number) for number in range(42)]
    month = {each for each in days if (each.year, each.month) == (day.year, day.month)}
    assert min(month).day == 1
    assert (max(month) + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 1, 5), -1, date(2025, 12, 5)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -13, date(2025, 2, 28)),
        (LATEST, 1, LATEST),
        (EARLIEST, -1, EARLIEST),
    ],
)
def test_months_later_is_the_same_day_or_that_months_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-100_000, 100_000))
def test_the_calendar_stops_at_its_limits(day: date, days: int) -> None:
    assert EARLIEST <= add_days(day, days) <= LATEST
    assert EARLIEST <= add_months(day, days // 30) <= LATEST


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], date(2026, 11, 23)),
        (["left"], date(2026, 11, 22)),
        (["right", "right"], date(2026, 11, 25)),
        (["up"], date(2026, 11, 16)),
        (["down"], date(2026, 11, 30)),
        (["pageup"], date(2026, 10, 23)),
        (["pagedown", "pagedown"], date(2027, 1, 23)),
        (["shift+up"], date(2025, 11, 23)),
        (["shift+down"], date(2027, 11, 23)),
        (["pagedown", "t"], TODAY),
        (["down", "home"], TODAY),
    ],
)
async def test_keys_move_and_enter_selects(keys: list[str], expected: date) -> None:
    async with open_calendar(date(2026, 11, 23)) as (pilot, screen):
        await pilot.press(*keys, "enter")
        await pilot.pause()
        assert screen.said == [expected]


async def test_escape_closes_without_a_day() -> None:
    async with open_calendar(date(2026, 11, 23)) as (pilot, screen):
        await pilot.press("right", "escape")
        await pilot.pause()
        assert screen.said == [None]


async def test_it_shows_the_month_and_begins_at_today() -> None:
    async with open_calendar() as (pilot, screen):
        assert screen.calendar.day == TODAY
        assert widget_lines(pilot, screen.calendar) == [
            " ‹  November 2026   ›",
            " Mo Tu We Th Fr Sa Su",
            " 26 27 28 29 30 31  1",
            "  2  3  4  5  6  7  8",
            "  9 10 11 12 13 14 15",
            " 16 17 18 19 20 21 22",
            " 23 24 25 26 27 28 29",
            " 30  1  2  3  4  5  6",
        ]


async def test_today_and_the_day_under_the_cursor_are_marked() -> None:
    async with open_calendar(date(2026, 11, 23)) as (_, screen):
        spans = [
            (str(content)[span.start : span.end], str(span.style))
            for content in [screen.calendar.render()]
            for span in content.spans
        ]
        assert [text for text, style in spans if "$mark" in style] == ["24"]
        assert [text for text, style in spans if "on $cursor-line" in style] == [" ", "23", " "]


@pytest.mark.parametrize(
    ("place", "expected"),
    [((1, 2), date(2026, 10, 26)), ((20, 2), date(2026, 11, 1)), ((2, 7), date(2026, 11, 30))],
)
async def test_a_click_selects_a_day(place: tuple[int, int], expected: date) -> None:
    async with open_calendar() as (pilot, screen):
        await pilot.click(screen.calendar, offset=place)
        await pilot.pause()
        assert screen.said == [expected]


async def test_a_click_on_the_arrows_changes_the_month() -> None:
    async with open_calendar() as (pilot, screen):
        await pilot.click(screen.calendar, offset=(1, 0))
        await pilot.pause()
        assert screen.calendar.day == date(2026, 10, 24)
        await pilot.click(screen.calendar, offset=(20, 0))
        await pilot.pause()
        assert screen.calendar.day == TODAY
        assert screen.said == []
