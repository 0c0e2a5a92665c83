"""The parts of a filter's row: label, operator, value fields and checkboxes."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from omni_tui.tui.common.text import fit
from omni_tui.tui.export_form.fields.base import DOT, RowLabel
from omni_tui.tui.export_form.fields.switch import Checkbox
from omni_tui.tui.export_form.fields.text import FieldInput
from omni_tui.tui.export_form.filters.form_filters import MIN_FAN_OUT_VALUES
from omni_tui.tui.painting.textual_patches import has_suggestion


class FilterLabel(RowLabel):
    """The filter's label, cut to the column, with a dot before it if the filter was changed.

    If the filter's ID follows the label, both ends of the ID stay visible to distinguish equal labels.
    """

    def __init__(self, label: str, own_label: str) -> None:
        super().__init__(label)
        self._own_label = own_label or label

    @property
    def wanted_cells(self) -> int:
        """The width at which nothing is cut, including the dot's column and a space at the end."""
        return len(DOT) + cell_len(fit(self._label, 1_000).rstrip()) + 1

    def text(self) -> str:
        """Return the label, and the filter's ID if it follows it, in the column's width."""
        room = max(0, self.size.width - len(DOT) - 1)
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


class ValueInput(FieldInput):
    """A value's input. At its ends the arrow keys move to the next part, as Enter does."""

    HINT: str = "type"
    help_text: str = ""
    selects_on_entry = False
    """Whether the text is selected on focus, so that typing replaces it."""
    holds_typed = False
    """Whether it is focused with its first character typed, which must not be selected."""

    def set_help(self, hint: str, help_text: str) -> None:
        """Set the hint about its keys, and the help text for the hint line."""
        self.HINT, self.help_text = hint, help_text

    def on_focus(self) -> None:
        """Set whether to select the text; runs before Textual's own handler."""
        self.select_on_focus = self.selects_on_entry and not self.holds_typed
        self.holds_typed = False

    @property
    def _is_all_selected(self) -> bool:
        """Whether the whole text is selected, as in a number field on focus."""
        return bool(self.value) and self.selected_text == self.value

    def action_cursor_left(self, select: bool = False) -> None:
        """Move the cursor; at the start, leave the key to the row."""
        if not select and (self._is_all_selected or (self.selection.is_empty and self.cursor_at_start)):
            raise SkipAction
        super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Move the cursor; at the end, accept the suggestion or leave the key to the row."""
        is_at_end = self.selection.is_empty and self.cursor_at_end and not has_suggestion(self)
        if not select and (self._is_all_selected or is_at_end):
            raise SkipAction
        super().action_cursor_right(select)

    async def action_submit(self) -> None:
        """Leave Enter to the parent, which moves the focus."""
        raise SkipAction


# Texts in which Space opens the calendar: empty, or the digits of a full date.
_NO_WORDS = re.compile(r"\s*|\d{4}-[\d-]*\s*")


class DateInput(ValueInput):
    """A date, typed or selected in a calendar."""

    HINT = "type 2026-11-23, 2026 Q3 or last month · space calendar"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "calendar(True)", "Open a calendar", show=False, priority=True),
        Binding(
            "ctrl+o",
            "calendar",
            "calendar",
            show=False,
            key_display="ctrl+o",
            tooltip="Select the day in a calendar",
        ),
    ]

    class CalendarRequested(Message):
        """The user wants to select this field's day in a calendar."""

        def __init__(self, field: DateInput) -> None:
            super().__init__()
            self.field = field

    @property
    def day(self) -> date | None:
        """The date, or None if the text isn't one."""
        try:
            return date.fromisoformat(self.value.strip())
        except ValueError:
            return None

    def action_calendar(self, is_blank: bool = False) -> None:
        """Open the calendar, or insert a space if it belongs to words ("6 months ago")."""
        if is_blank and not _NO_WORDS.fullmatch(self.value):
            raise SkipAction
        self.post_message(self.CalendarRequested(self))


class FanOutCheckbox(Checkbox):
    """`☐ one file for each of the 3 values` of a filter."""

    class Toggled(Message):
        """The user toggled it."""

        def __init__(self, checkbox: FanOutCheckbox) -> None:
            super().__init__()
            self.checkbox = checkbox

    def __init__(self, filter_id: str) -> None:
        super().__init__("", "Creates one file per value", classes="filter-fan-out")
        self.filter_id = filter_id

    @property
    def cells(self) -> int:
        """The width of the box and its label."""
        return len(self._label) + 2

    def show_count(self, count: int) -> None:
        """Show the number of values; fewer than two need no files of their own."""
        self.display = count >= MIN_FAN_OUT_VALUES
        if self.display:
            self.show(self.is_on, f"one file for each of the {count} values")

    def action_toggle_value(self) -> None:
        self.show(not self.is_on)
        self.post_message(self.Toggled(self))
