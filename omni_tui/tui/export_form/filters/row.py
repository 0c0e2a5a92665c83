"""One filter's row: label and fields on one line; below it calendar, fan-out and problems."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from omni_tui.options.filters.editing import edit_of, values_for_fan_out
from omni_tui.options.filters.editing import is_changed as sends_something_else
from omni_tui.options.filters.types import Edit, Filter, JsonText
from omni_tui.tui.common.choices import FieldChanged, Stepper
from omni_tui.tui.export_form.fields.base import FieldErrors, PartLeft
from omni_tui.tui.export_form.filters.calendar import WIDTH_CELLS, Calendar
from omni_tui.tui.export_form.filters.form_values import TypedValues, edit_from, field_values_of, fitting
from omni_tui.tui.export_form.filters.row_parts import DateInput, FilterLabel, Toggle
from omni_tui.tui.export_form.filters.value_fields import ValueFields

FAN_OUT_HELP = "Creates one file per value"
# The fan-out needs at least this many values.
MIN_FAN_OUT_VALUES = 2


class FilterRow(Vertical):
    """Edits one filter. Posts FieldChanged, and PartLeft when it loses the focus."""

    class FanOutToggled(Message):
        """The user toggled one file per value."""

        def __init__(self, row: FilterRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, filter: Filter, edit: Edit) -> None:
        super().__init__()
        self.filter = filter
        self.label = FilterLabel(filter.label, filter.own_label)
        self.own = edit_of(filter)
        self._shown = fitting(filter, edit)
        self._state: tuple[TypedValues, Edit] | None = None
        self._edit_and_change: tuple[Edit, bool] = (self.own, False)
        self.fields = ValueFields(filter, self._shown)
        self.fan_out = Toggle("", FAN_OUT_HELP, classes="filter-fan-out")
        self.problem_line = FieldErrors()
        self._calendar = Calendar()
        self._calendar.display = False
        self._calendar_field: DateInput | None = None
        self._update()

    def compose(self) -> ComposeResult:
        yield Horizontal(self.label, self.fields, classes="filter-line")
        yield self._calendar
        yield self.fan_out
        yield self.problem_line

    # value

    @property
    def edit(self) -> Edit:
        """The filter's edit; exactly the dashboard's setting if nothing was changed."""
        return self._read()[0]

    @property
    def is_changed(self) -> bool:
        """Whether the edit differs from the dashboard's setting."""
        return self._read()[1]

    def _read(self) -> tuple[Edit, bool]:
        """Return the edit and whether it is a change; cached until the fields change."""
        state = (self.fields.typed, self._shown)
        if state != self._state:
            edit = edit_from(self.filter, *state)
            self._state, self._edit_and_change = state, (edit, sends_something_else(self.filter, edit))
        return self._edit_and_change

    @property
    def is_fanned_out(self) -> bool:
        """Whether each value makes its own file."""
        return self.fan_out.is_on and self.fan_out.display

    def set_column(self, column: int) -> None:
        """Set the column where the label ends and the fields begin."""
        self.label.styles.width = column
        self.fan_out.styles.margin = (0, 0, 0, column)
        self.problem_line.set_column(column)

    def can_show(self, edit: Edit) -> bool:
        """Return whether the row's fields can show an edit: conditions and JSON need different ones."""
        return isinstance(fitting(self.filter, edit), JsonText) == self.fields.is_json

    def show_edit(self, edit: Edit) -> None:
        """Show an edit unless the fields already mean it, to keep the text being typed."""
        edit = fitting(self.filter, edit)
        if edit != self.edit:
            self._show(edit)

    def reset(self) -> None:
        """Show the dashboard's setting, if the fields can, and clear the hidden fields."""
        if self.can_show(self.own):
            self._show(self.own)

    def _show(self, edit: Edit) -> None:
        self._shown = edit
        self.fields.show_typed(field_values_of(self.filter, edit))
        self._update()

    def _update(self) -> None:
        self.fields.show_parts()
        edit, is_changed = self._read()
        self.label.show_changed(is_changed)
        count = len(values_for_fan_out(self.filter, edit))
        self.fan_out.display = count >= MIN_FAN_OUT_VALUES
        if self.fan_out.display:
            self.fan_out.show(self.fan_out.is_on, f"one file for each of the {count} values")

    # actions

    def on_field_changed(self) -> None:
        """Show the fields that are needed now; the message bubbles on."""
        self._update()

    @on(Toggle.Toggled)
    def _toggled(self, event: Toggle.Toggled) -> None:
        event.stop()
        self.post_message(self.FanOutToggled(self) if event.toggle is self.fan_out else FieldChanged())

    @on(DateInput.CalendarRequested)
    def _calendar_requested(self, event: DateInput.CalendarRequested) -> None:
        """Open the calendar below the field."""
        event.stop()
        self._calendar_field = event.field
        self._calendar.show_day(event.field.day)
        left = event.field.region.x - self.region.x
        self._calendar.styles.margin = (0, 0, 0, max(0, min(left, self.size.width - WIDTH_CELLS)))
        self._calendar.display = True
        self.screen.set_focus(self._calendar)

    @on(Calendar.DayChosen)
    def _day_chosen(self, event: Calendar.DayChosen) -> None:
        event.stop()
        if self._calendar_field is not None:
            self._calendar_field.value = event.day.isoformat()
            self._calendar_field.cursor_position = len(self._calendar_field.value)
        self._close_calendar()

    @on(Calendar.Closed)
    def _calendar_closed(self, event: Calendar.Closed) -> None:
        event.stop()
        self._close_calendar()

    def _close_calendar(self) -> None:
        if self._calendar_field is not None:
            self.screen.set_focus(self._calendar_field)
        self._calendar.display = False

    # focus

    @property
    def entry(self) -> Widget | None:
        """The widget to focus when the row is entered."""
        return self.fields.entry

    def matching_part(self, widget: Widget | None, other: FilterRow | None) -> Widget | None:
        """Return the widget to focus when coming from another row: its operator from an operator."""
        is_operator = other is not None and isinstance(widget, Stepper) and widget is other.fields.operator
        return self.fields.operator if is_operator and self.fields.operator is not None else self.entry

    @property
    def lines(self) -> list[list[Widget]]:
        """The focusable widgets of each line."""
        lines = [self.fields.stops]
        return [*lines, [self.fan_out]] if self.fan_out.display else lines

    def has_stop(self, widget: Widget | None) -> bool:
        """Return whether a widget is one of the focusable ones."""
        return any(widget in line for line in self.lines)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Close the calendar when it loses the focus; post PartLeft when the row does."""
        if event.widget is self._calendar:
            self._calendar.display = False
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.post_message(PartLeft(self.filter.id))


def entry_of(widget: Widget) -> Widget:
    """Return the widget to focus when entering `widget`: the value if it is in a filter's row."""
    row = next((node for node in widget.ancestors if isinstance(node, FilterRow)), None)
    if row is None or widget is row.fan_out:
        return widget
    return row.entry or widget
