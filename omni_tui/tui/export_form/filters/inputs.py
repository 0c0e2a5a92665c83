"""What a filter's row is made of: its label, its operator, the fields for its values, small switches."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.text import fit
from omni_tui.tui.export_form.fields.base import FieldChanged
from omni_tui.tui.export_form.fields.one_of import Choice, OneOf
from omni_tui.tui.export_form.fields.switch import OFF, ON
from omni_tui.tui.painting.textual_patches import has_suggestion

ARROWS = ("‹ ", " ›")
ARROW_CELLS = len(ARROWS[0]) + len(ARROWS[1])
DOT = "• "


class FilterLabel(Widget):
    """The filter's name, cut to the column, with a dot before it when the filter was changed.

    Of a label with the filter's ID behind it, both ends of the ID stay: they tell it from its namesake.
    """

    def __init__(self, label: str, own_label: str = "") -> None:
        super().__init__()
        self._label = label
        self._own_label = own_label or label
        self._is_changed = False

    @property
    def wanted_cells(self) -> int:
        """The width at which nothing is cut, the dot's place and a blank at the end included."""
        return len(DOT) + cell_len(fit(self._label, 1_000).rstrip()) + 1

    def show_changed(self, is_changed: bool) -> None:
        """With or without the dot."""
        if is_changed != self._is_changed:
            self._is_changed = is_changed
            self.refresh()

    def render(self) -> Content:
        """The dot's place stays free without it."""
        room = max(0, self.size.width - len(DOT) - 1)
        return Content.assemble((DOT if self._is_changed else "  ", "$mark"), (self._fitting(room), "$muted"))

    def _fitting(self, room: int) -> str:
        whole = fit(self._label, 1_000).rstrip()
        behind = self._label.removeprefix(self._own_label).strip(" ()")
        if not behind or cell_len(whole) <= room:
            return fit(self._label, room)
        id_room = max(room * 3 // 5, room - cell_len(self._own_label) - 1)
        if len(behind) > id_room:
            half = max(1, (id_room - 1) // 2)
            behind = f"{behind[:half]}…{behind[-half:]}"
        own = fit(self._own_label, max(1, room - 1 - cell_len(behind))).rstrip()
        return fit(f"{own} {behind}", room)


class Stepper(OneOf):
    """One of a few with the chosen one in sight: `‹ is not ›`; as wide as it is told, or as the longest."""

    HINT: str = "←→ change"
    on_typed: Callable[[str], bool] | None = None
    """Gets a character that is typed here; true if it was taken, and means no choice."""

    def __init__(self, choices: Sequence[Choice], *, help_text: str = "", classes: str = "") -> None:
        super().__init__(choices)
        self.add_class(*classes.split())
        self.help_text = help_text
        self.own_cells = max(cell_len(choice.label) for choice in choices) + ARROW_CELLS

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its longest choice, where no style says otherwise."""
        return self.own_cells

    def show_key(self, key: str, label: str) -> None:
        """Show this one as chosen; one that is not offered is added. Tells nobody."""
        if all(choice.key != key for choice in self.choices):
            self.choices = (*self.choices, Choice(key, label))
        self.show_choice(key)

    def render(self) -> Content:
        """The label on the color of what can be edited."""
        ground = "on $field-focus" if self.has_focus else "on $field"
        room = max(1, self.size.width - ARROW_CELLS)
        return Content.assemble(
            (ARROWS[0], f"$primary {ground}"),
            (fit(self.chosen.label, room), f"$foreground {ground}"),
            (ARROWS[1], f"$primary {ground}"),
        )

    def on_key(self, event: events.Key) -> None:
        """A character may start a value; a blank is for the choice."""
        typed = event.character if event.is_printable else None
        if typed and not typed.isspace() and self.on_typed is not None and self.on_typed(typed):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click on the left arrow goes back, any other on."""
        self.action_step(-1 if event.x < len(ARROWS[0]) else 1)


class ValueInput(LineInput):
    """A field for a value. At its edges the arrows lead to the part beside it, and enter leads on."""

    HINT: str = "type"
    help_text: str = ""
    selects_on_entry = False
    """Whether all of it is selected when it gets the keys, so that what is typed replaces it."""
    holds_typed = False
    """Whether the keys come with the first character of its value: then that stays."""

    def __init__(self, *, placeholder: str = "", classes: str = "") -> None:
        super().__init__(placeholder=placeholder)
        self.add_class(*classes.split())

    def set_help(self, hint: str, help_text: str) -> None:
        """What keys do in it, and what its value means: for the help under the form."""
        self.HINT, self.help_text = hint, help_text

    def on_focus(self) -> None:
        """Say whether Textual is to select the text: this runs before its own handler."""
        self.select_on_focus = self.selects_on_entry and not self.holds_typed
        self.holds_typed = False

    def show_text(self, text: str) -> None:
        """Show this. Tells nobody."""
        if text != self.value:
            with self.prevent(Input.Changed):
                self.value = text

    @property
    def _is_all_selected(self) -> bool:
        """Whether all is selected, as it is when a number's field gets the keys."""
        return bool(self.value) and self.selected_text == self.value

    def action_cursor_left(self, select: bool = False) -> None:
        """At the start, it is for the row."""
        if not select and (self._is_all_selected or (self.selection.is_empty and self.cursor_at_start)):
            raise SkipAction
        super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """At the end, it takes what is suggested, or is for the row."""
        is_at_end = self.selection.is_empty and self.cursor_at_end and not has_suggestion(self)
        if not select and (self._is_all_selected or is_at_end):
            raise SkipAction
        super().action_cursor_right(select)

    async def action_submit(self) -> None:
        """It leads on: that is for those around it."""
        raise SkipAction

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each key counts at once."""
        event.stop()
        self.post_message(FieldChanged())


# What a field holds when a blank in it can only mean the calendar: nothing, or digits of a whole date.
_NO_WORDS = re.compile(r"\s*|\d{4}-[\d-]*\s*")


class DateInput(ValueInput):
    """A day, typed or picked."""

    HINT = "type 2026-11-23, 2026 Q3 or last month · space opens a calendar"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "calendar(True)", "Open a calendar", show=False, priority=True),
        Binding(
            "ctrl+o",
            "calendar",
            "calendar",
            show=False,
            key_display="ctrl+o",
            tooltip="Pick the day from a calendar",
        ),
    ]

    class CalendarWanted(Message):
        """A day is to be picked for this field."""

        def __init__(self, field: DateInput) -> None:
            super().__init__()
            self.field = field

    @property
    def day(self) -> date | None:
        """The day that stands in it, if one does."""
        try:
            return date.fromisoformat(self.value.strip())
        except ValueError:
            return None

    def action_calendar(self, is_blank: bool = False) -> None:
        """Ask for the calendar; a blank that belongs to words is written instead ("6 months ago")."""
        if is_blank and not _NO_WORDS.fullmatch(self.value):
            raise SkipAction
        self.post_message(self.CalendarWanted(self))


class Toggle(Widget, can_focus=True):
    """A small switch: `☑ Aa`. `help_text` says what it is for."""

    HINT = "space ticks"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "toggle_value", "Toggle", show=False)]

    class Toggled(Message):
        """The user ticked it, or no longer does."""

        def __init__(self, toggle: Toggle) -> None:
            super().__init__()
            self.toggle = toggle

    def __init__(self, label: str, help_text: str, *, is_on: bool = False, classes: str = "") -> None:
        super().__init__()
        self.add_class(*classes.split())
        self._label = label
        self.help_text = help_text
        self._is_on = is_on

    @property
    def is_on(self) -> bool:
        """Whether it is ticked."""
        return self._is_on

    def show(self, is_on: bool, label: str = "") -> None:
        """Toggle it or not, with another label where one is given. Tells nobody."""
        label = label or self._label
        if (is_on, label) != (self._is_on, self._label):
            resized = len(label) != len(self._label)
            self._is_on, self._label = is_on, label
            self.refresh(layout=resized)

    def render(self) -> Content:
        """The box and its label."""
        words = "bold on $cursor-line" if self.has_focus else ""
        color = "$success" if self._is_on else "$muted"
        return Content.assemble((ON if self._is_on else OFF, color), " ", (self._label, words))

    def action_toggle_value(self) -> None:
        """The other way."""
        self._is_on = not self._is_on
        self.refresh()
        self.post_message(self.Toggled(self))

    def on_click(self) -> None:
        """A click ticks."""
        self.action_toggle_value()
