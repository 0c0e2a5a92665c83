"""One filter's row: label and fields on one line; below it calendar, fan-out and problems."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget

from omni_tui.options.filters.editing import edit_of, values_for_fan_out
from omni_tui.options.filters.editing import is_changed as sends_something_else
from omni_tui.options.filters.types import Edit, Filter, JsonText
from omni_tui.options.spec import Problem
from omni_tui.tui.common.choices import Stepper
from omni_tui.tui.export_form.fields.base import LABEL_COLUMN, FieldErrors, PartLeft
from omni_tui.tui.export_form.filters.calendar import WIDTH_CELLS, Calendar
from omni_tui.tui.export_form.filters.form_values import TypedValues, edit_from, field_values_of, fitting
from omni_tui.tui.export_form.filters.row_parts import DateInput, FanOutCheckbox, FilterLabel
from omni_tui.tui.export_form.filters.value_fields import ValueFields, fixed_cells, operator_cells


class FilterRow(Vertical):
    """Edits one filter. Posts FieldChanged, and PartLeft when it loses the focus.

    Its fields are built when the row is first painted or entered: a dashboard may have hundreds of filters.
    """

    def __init__(self, filter: Filter, edit: Edit) -> None:
        super().__init__()
        self.filter = filter
        self.own = edit_of(filter)
        self.label = FilterLabel(filter.label, filter.own_label)
        self.fan_out = FanOutCheckbox(filter.id)
        self.problem_line = FieldErrors()
        self._fields: ValueFields | None = None
        self._calendar_field: DateInput | None = None
        self._seen_values: Sequence[str] = ()
        self._operator_cells = 0
        self._state: tuple[TypedValues, Edit] | None = None
        self._edit_and_change: tuple[Edit, bool] = (self.own, False)
        self._show(fitting(filter, edit))

    # building

    @property
    def fields(self) -> ValueFields:
        """The fields, built if they weren't yet."""
        self.build()
        assert self._fields is not None
        return self._fields

    def build(self) -> None:
        """Build the fields at once, so that they can be focused right away."""
        if self._fields is not None:
            return
        self.styles.height = "auto"
        line = Horizontal(classes="filter-line")
        self.mount(line, self.fan_out, self.problem_line)
        line.mount(self.label)
        self._build_fields(line)

    def _build_fields(self, line: Widget) -> None:
        fields = self._fields = ValueFields(self.filter, self._shown)
        line.mount(fields)
        fields.mount(*fields.parts)
        fields.show_seen_values(self._seen_values)
        fields.set_operator_cells(self._operator_cells)

    def render(self) -> VisualType:
        """Show the label until the fields are built; only rows on the screen are rendered."""
        if self._fields is not None:
            return super().render()
        self.call_later(self.build)
        return self.label.render()

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
        state = (self._shown_values if self._fields is None else self._fields.typed, self._shown)
        if state != self._state:
            edit = edit_from(self.filter, *state)
            self._state, self._edit_and_change = state, (edit, sends_something_else(self.filter, edit))
        return self._edit_and_change

    def align(self, label_cells: int, operator_cells: int, width: int) -> None:
        """Set the widths of the label and the operator, and indent the rest, for a row of that width."""
        self.label.styles.width = label_cells
        self.problem_line.set_column(label_cells)
        fits = label_cells + self.fan_out.cells <= width
        self.fan_out.styles.margin = (0, 0, 0, label_cells if fits else LABEL_COLUMN)
        self._operator_cells = operator_cells
        if self._fields is not None:
            self._fields.set_operator_cells(operator_cells)

    @property
    def operator_cells(self) -> int:
        """The width of the longest operator."""
        return operator_cells(self.filter, self._shown)

    @property
    def fixed_cells(self) -> int:
        """The width after the operator that can't shrink."""
        return fixed_cells(self.filter, self._shown)

    def show_seen_values(self, values: Sequence[str]) -> None:
        """Set the values to suggest while typing."""
        self._seen_values = values
        if self._fields is not None:
            self._fields.show_seen_values(values)

    def show_problems(self, problems: Sequence[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show the filter's problems below its fields."""
        if problems:
            self.build()
        self.problem_line.show_problems(problems, next_fix, fix_key)

    def show_edit(self, edit: Edit) -> None:
        """Show an edit unless the fields already mean it, to keep the text being typed."""
        if edit != self.edit and (fitted := fitting(self.filter, edit)) != self.edit:
            self._show(fitted)

    def reset(self) -> None:
        """Show the dashboard's setting, and clear the hidden fields."""
        self._show(self.own)

    def _show(self, edit: Edit) -> None:
        self._shown = edit
        self._shown_values = field_values_of(self.filter, edit)
        if self._fields is not None and self._fields.is_json != isinstance(edit, JsonText):
            self._exchange_fields()
        elif self._fields is not None:
            self._fields.show_typed(self._shown_values)
        self._update()

    def _exchange_fields(self) -> None:
        """Replace the fields: a condition and JSON need different ones."""
        old, had_focus = self.fields, self.has_stop(self.screen.focused)
        assert isinstance(old.parent, Widget)
        self._build_fields(old.parent)
        if had_focus and self.entry is not None:
            self.screen.set_focus(self.entry)
        old.remove()

    def _update(self) -> None:
        edit, is_changed = self._read()
        self.label.show_changed(is_changed)
        self.fan_out.show_count(len(values_for_fan_out(self.filter, edit)))
        if self._fields is not None:
            self._fields.show_parts()
        else:
            self.styles.height = 2 if self.fan_out.display else 1
            self.refresh()

    # actions

    def on_field_changed(self) -> None:
        """Show the fields that are needed now; the message bubbles on."""
        self._update()

    @on(DateInput.CalendarRequested)
    def _calendar_requested(self, event: DateInput.CalendarRequested) -> None:
        """Open a calendar below the field."""
        event.stop()
        self._calendar_field = event.field
        left = event.field.region.x - self.region.x
        opened = Calendar(event.field.day)
        opened.styles.margin = (0, 0, 0, max(0, min(left, self.size.width - WIDTH_CELLS)))
        self.mount(opened, before=self.fan_out)
        self.screen.set_focus(opened)

    @on(Calendar.DayChosen)
    def _day_chosen(self, event: Calendar.DayChosen) -> None:
        if self._calendar_field is not None:
            self._calendar_field.value = event.day.isoformat()
            self._calendar_field.cursor_position = len(self._calendar_field.value)
        self._calendar_closed(event)

    @on(Calendar.Closed)
    def _calendar_closed(self, event: Message) -> None:
        """Go back to the field; the calendar closes when it loses the focus."""
        event.stop()
        self.screen.set_focus(self._calendar_field)

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
        if isinstance(event.widget, Calendar):
            event.widget.remove()
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.post_message(PartLeft(self.filter.id))


def entry_of(widget: Widget) -> Widget:
    """Return the widget to focus when entering `widget`: the value if it is in a filter's row."""
    row = next((node for node in widget.ancestors if isinstance(node, FilterRow)), None)
    if row is None or widget is row.fan_out:
        return widget
    return row.entry or widget
