"""A calendar that opens below a date field."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# A month spans at most six weeks; always showing six keeps the layout below from moving.
WEEKS = 6
# A day takes three cells; a space ends the line.
DAY_CELLS = 3
WIDTH_CELLS = DAY_CELLS * len(WEEKDAYS) + 1
TITLE_LINES = 2
# Keeps the weeks around within the range of `date`.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def local_today() -> date:
    """Return today's date in the local time zone."""
    return datetime.now().astimezone().date()


def add_days(day: date, days: int) -> date:
    """Return the day `days` later, within EARLIEST and LATEST."""
    return min(max(EARLIEST, day + timedelta(days=days)), LATEST)


def add_months(day: date, months: int) -> date:
    """Return the day `months` later, or the month's last day: January 31 becomes February 28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not EARLIEST.year <= year <= LATEST.year:
        return day
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def weeks_of(day: date) -> list[list[date]]:
    """Return the six weeks from Monday that show a day's month."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    return [
        [monday + timedelta(weeks=week, days=weekday) for weekday in range(len(WEEKDAYS))]
        for week in range(WEEKS)
    ]


class Calendar(Widget, can_focus=True):
    """Shows the month of a day, or of today. Posts DayChosen or Closed; the opener has to focus it."""

    HINT = "←→ day · ↑↓ week · pgup pgdn month · enter select · esc close"
    help_text = "shift+↑↓ year · t today"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "days(-1)", "Previous day", show=False),
        Binding("right", "days(1)", "Next day", show=False),
        Binding("up", "days(-7)", "Previous week", show=False),
        Binding("down", "days(7)", "Next week", show=False),
        Binding("pageup", "months(-1)", "Previous month", show=False),
        Binding("pagedown", "months(1)", "Next month", show=False),
        Binding("shift+up", "months(-12)", "Previous year", show=False),
        Binding("shift+down", "months(12)", "Next year", show=False),
        Binding("home,t", "today", "today", show=False, tooltip="Go to today"),
        Binding("enter,space", "choose", "Select this day", show=False),
        Binding("escape", "close", "close calendar", key_display="esc", tooltip="Close the calendar"),
    ]
    DEFAULT_CSS = f"Calendar {{ width: {WIDTH_CELLS}; height: {WEEKS + TITLE_LINES}; }}"

    class DayChosen(Message):
        """The user selected a day."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    class Closed(Message):
        """The user closed the calendar without selecting a day."""

    def __init__(self, day: date | None = None) -> None:
        super().__init__()
        self._day = add_days(day or local_today(), 0)

    @property
    def day(self) -> date:
        """The current day."""
        return self._day

    def _go_to(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self.refresh()

    def action_days(self, days: int) -> None:
        self._go_to(add_days(self._day, days))

    def action_months(self, months: int) -> None:
        self._go_to(add_months(self._day, months))

    def action_today(self) -> None:
        self._go_to(local_today())

    def action_choose(self) -> None:
        self.post_message(self.DayChosen(self._day))

    def action_close(self) -> None:
        self.post_message(self.Closed())

    def render(self) -> Content:
        """Return the month's name, the weekdays and six weeks."""
        title = f"{calendar.month_name[self._day.month]} {self._day.year}"
        middle = WIDTH_CELLS - 2 * len(" ‹ ")
        lines = [
            Content.assemble((" ‹ ", "$primary"), (title.center(middle), "bold"), (" › ", "$primary")),
            Content.styled("".join(f" {name}" for name in WEEKDAYS), "$muted"),
            *(self._week(week, local_today()) for week in weeks_of(self._day)),
        ]
        return Content("\n").join(lines)

    def _week(self, week: list[date], today: date) -> Content:
        """Return a week; the cursor covers a day and the space on either side."""
        parts: list[tuple[str, str]] = []
        for day, before in zip(week, [None, *week], strict=False):
            parts.append((" ", "on $cursor-line" if self._day in (day, before) else ""))
            parts.append((f"{day.day:>2}", self._style(day, today)))
        parts.append((" ", "on $cursor-line" if self._day == week[-1] else ""))
        return Content.assemble(*parts)

    def _style(self, day: date, today: date) -> str:
        """Return a day's style: other months are muted, today is bold."""
        is_near = (day.year, day.month) == (self._day.year, self._day.month)
        color = "bold $mark" if day == today else "$foreground" if is_near else "$muted"
        return f"{color} on $cursor-line" if day == self._day else color

    def on_click(self, event: events.Click) -> None:
        """Select the clicked day, or change the month if an arrow was clicked."""
        week, weekday = event.y - TITLE_LINES, min((event.x - 1) // DAY_CELLS, len(WEEKDAYS) - 1)
        if event.y == 0:
            self.action_months(-1 if event.x < WIDTH_CELLS // 2 else 1)
        elif 0 <= week < WEEKS and weekday >= 0:
            self._go_to(add_days(weeks_of(self._day)[week][weekday], 0))
            self.action_choose()
