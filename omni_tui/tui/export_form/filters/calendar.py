"""A month to pick a day from, opened under a field in which a date is typed."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# A month never needs more weeks than this; all are drawn always, so that nothing under it moves.
WEEKS = 6
# A day is written in three cells, and a blank closes the line.
DAY_CELLS = 3
WIDTH_CELLS = DAY_CELLS * len(WEEKDAYS) + 1
TITLE_LINES = 2
# No dashboard asks for others, and the weeks around these are dates still.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def local_today() -> date:
    """The day that it is where the user is."""
    return datetime.now().astimezone().date()


def add_days(day: date, days: int) -> date:
    """So many days later; it ends at the ends of the calendar."""
    return min(max(EARLIEST, day + timedelta(days=days)), LATEST)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not EARLIEST.year <= year <= LATEST.year:
        return day
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def weeks_of(day: date) -> list[list[date]]:
    """The weeks that show a day's month, each from Monday on, filled with the days around it."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    return [
        [monday + timedelta(weeks=week, days=weekday) for weekday in range(len(WEEKDAYS))]
        for week in range(WEEKS)
    ]


class Calendar(Widget, can_focus=True):
    """One month. Who opens it gives it the keys; it says which day was taken, or that it was closed."""

    HINT = "←→ day · ↑↓ week · pgup pgdn month · enter takes · esc closes"
    help_text = "shift+↑↓ year · t today"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "days(-1)", "The day before", show=False),
        Binding("right", "days(1)", "The next day", show=False),
        Binding("up", "days(-7)", "A week before", show=False),
        Binding("down", "days(7)", "A week later", show=False),
        Binding("pageup", "months(-1)", "A month before", show=False),
        Binding("pagedown", "months(1)", "A month later", show=False),
        Binding("shift+up", "months(-12)", "A year before", show=False),
        Binding("shift+down", "months(12)", "A year later", show=False),
        Binding("home,t", "today", "today", show=False, tooltip="The calendar goes to today"),
        Binding("enter,space", "choose", "Choose this day", show=False),
        Binding("escape", "close", "close calendar", key_display="esc", tooltip="Close the calendar"),
    ]
    DEFAULT_CSS = f"Calendar {{ width: {WIDTH_CELLS}; height: {WEEKS + TITLE_LINES}; }}"

    class DayChosen(Message):
        """A day was chosen."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    class Closed(Message):
        """It was closed without a choice."""

    def __init__(self, today: Callable[[], date] = local_today) -> None:
        super().__init__()
        self._today = today
        self._day = today()

    @property
    def day(self) -> date:
        """The day under the cursor."""
        return self._day

    def show_day(self, day: date | None) -> None:
        """Put the cursor on this day, or on today. Tells nobody."""
        self._go_to(add_days(day or self._today(), 0))

    def _go_to(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self.refresh()

    def action_days(self, days: int) -> None:
        """So many days later."""
        self._go_to(add_days(self._day, days))

    def action_months(self, months: int) -> None:
        """So many months later."""
        self._go_to(add_months(self._day, months))

    def action_today(self) -> None:
        """To the day that it is."""
        self._go_to(self._today())

    def action_choose(self) -> None:
        """This one."""
        self.post_message(self.DayChosen(self._day))

    def action_close(self) -> None:
        """None."""
        self.post_message(self.Closed())

    def render(self) -> Content:
        """The month's name, the days of the week, and six weeks."""
        title = f"{calendar.month_name[self._day.month]} {self._day.year}"
        middle = WIDTH_CELLS - 2 * len(" ‹ ")
        lines = [
            Content.assemble((" ‹ ", "$primary"), (title.center(middle), "bold"), (" › ", "$primary")),
            Content.styled("".join(f" {name}" for name in WEEKDAYS), "$muted"),
            *(self._week(week, self._today()) for week in weeks_of(self._day)),
        ]
        return Content("\n").join(lines)

    def _week(self, week: list[date], today: date) -> Content:
        """The cursor lies under a day and the blank on either side of it."""
        parts: list[tuple[str, str]] = []
        for day, before in zip(week, [None, *week], strict=False):
            parts.append((" ", "on $cursor-line" if self._day in (day, before) else ""))
            parts.append((f"{day.day:>2}", self._style(day, today)))
        parts.append((" ", "on $cursor-line" if self._day == week[-1] else ""))
        return Content.assemble(*parts)

    def _style(self, day: date, today: date) -> str:
        """Days of other months are quiet; today is marked, also under the cursor."""
        is_near = (day.year, day.month) == (self._day.year, self._day.month)
        color = "bold $mark" if day == today else "$foreground" if is_near else "$muted"
        return f"{color} on $cursor-line" if day == self._day else color

    def on_click(self, event: events.Click) -> None:
        """A click takes a day; on the arrows beside the name, it leads to another month."""
        week, weekday = event.y - TITLE_LINES, min((event.x - 1) // DAY_CELLS, len(WEEKDAYS) - 1)
        if event.y == 0:
            self.action_months(-1 if event.x < WIDTH_CELLS // 2 else 1)
        elif 0 <= week < WEEKS and weekday >= 0:
            self._go_to(add_days(weeks_of(self._day)[week][weekday], 0))
            self.action_choose()
