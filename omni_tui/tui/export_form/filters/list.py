"""The form's filters field: the dashboard's filters, each with an editor for its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from omni_tui.options.filters.editing import edit_of, is_changed
from omni_tui.options.filters.types import Edit, Filter
from omni_tui.options.spec import OptionSpec, Problem
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.export_form.fields.base import FIELD_COLUMN, FieldErrors, field_id
from omni_tui.tui.export_form.filters.row import FilterRow
from omni_tui.tui.export_form.filters.row_parts import FanOutCheckbox

# The labels' column is as wide as the longest label, up to these widths (narrow and wide screens).
MAX_LABEL_CELLS, MAX_LABEL_CELLS_WIDE = 22, 36
WIDE_CELLS = 100
# On narrow screens, operators are cut down to this width, so that the values fit.
MIN_OPERATOR_CELLS = 14


class FilterList(Vertical):
    """A row for each visible filter. Holds the edits; the form sets the problems."""

    HINT = "tab next part · ↑↓ next filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next filter", show=False),
        Binding("up", "move(-1)", "Previous filter", show=False),
        Binding("enter", "forward", "Next part or filter", show=False),
        Binding("tab", "stop(1)", "Next part", show=False),
        Binding("shift+tab", "stop(-1)", "Previous part", show=False),
        Binding(
            "ctrl+z",
            "reset_filter",
            "reset",
            key_display="ctrl+z",
            tooltip="Reset this filter to the dashboard's",
            id="reset-filter",
        ),
        Binding(
            "ctrl+r",
            "reset_filters",
            "reset all",
            key_display="ctrl+r",
            tooltip="Reset all filters to the dashboard's",
            id="reset-filters",
        ),
    ]

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(id=field_id(spec))
        self.spec = spec
        self._filters: tuple[Filter, ...] = ()
        self._hidden_edits: dict[str, Edit] = {}
        self.fan_out = ""
        """The ID of the filter with one file per value; empty for none."""
        self._seen_values: Mapping[str, Sequence[str]] = {}
        self._rows: list[FilterRow] = []
        self._words = ""
        self._words_line = Caption(classes="filter-note")
        self._box = Vertical(classes="filter-rows")
        self._hidden_line = Caption(classes="filter-note")
        self._other_problems = FieldErrors()
        self._could_reset = (False, False)

    def compose(self) -> ComposeResult:
        """Yield the message in place of filters, the filters, and the number of hidden ones."""
        yield self._words_line
        with self._box:
            yield from self._rows
        yield self._hidden_line
        yield self._other_problems

    def on_mount(self) -> None:
        self._show_notes()
        self._build_ends()
        self._align()

    def on_resize(self) -> None:
        self._align()

    # for the form

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show, because the dashboard has no filters."""
        return not self._filters and not self._words

    @property
    def edits(self) -> dict[str, Edit]:
        """The edits of changed filters by filter ID."""
        shown = {row.filter.id: row.edit for row in self._rows if row.is_changed}
        return {**shown, **self._hidden_edits}

    def show_words(self, words: str) -> None:
        """Show a message in place of the filters."""
        self._filters, self._words = (), words
        self._show_rows([])

    def show_note(self, words: str) -> None:
        """Show a message above the filters."""
        self._words = words
        self._show_notes()

    def show_filters(self, filters: Sequence[Filter], edits: Mapping[str, Edit]) -> None:
        """Show filters with their edits. Rows of unchanged filters are reused."""
        self._filters, self._words = tuple(filters), ""
        known = {row.filter.id: row for row in self._rows}
        rows = []
        for each in self._filters:
            if not each.is_hidden:
                row = known.get(each.id)
                is_same = row is not None and row.filter == each
                rows.append(row if row is not None and is_same else self._row(each, edits))
        self._show_rows(rows)
        self.show_edits(edits)

    def show_seen_values(self, values: Mapping[str, Sequence[str]]) -> None:
        """Set the values to suggest, by filter ID."""
        self._seen_values = values
        for row in self._rows:
            row.show_seen_values(values.get(row.filter.id, ()))

    def show_edits(self, edits: Mapping[str, Edit]) -> None:
        """Show edits; other filters are as on the dashboard. Posts no message."""
        for row in self._rows:
            # keep an operator without a value yet: it may equal the dashboard's setting
            if row.filter.id in edits or row.is_changed:
                row.show_edit(edits.get(row.filter.id, row.own))
        hidden = [each for each in self._filters if each.is_hidden and each.id in edits]
        self._hidden_edits = {each.id: edits[each.id] for each in hidden if is_changed(each, edits[each.id])}
        self._show_notes()
        self._show_resets()

    def show_fan_out(self, id: str) -> None:
        """Set the filter with one file per value; empty for none. Posts no message."""
        self.fan_out = id
        for row in self._rows:
            row.fan_out.show(row.filter.id == id)

    def show_problems(self, problems: Sequence[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show each problem under its filter, and those of no filter or of hidden ones at the end."""
        rest = list(problems)
        for row in self._rows:
            own = [problem for problem in rest if problem.part == row.filter.id]
            rest = [problem for problem in rest if problem.part != row.filter.id]
            row.show_problems(own, next_fix, fix_key)
        self._other_problems.show_problems(rest, next_fix, fix_key)

    def focus_part(self, filter_id: str) -> None:
        """Focus a filter, or the first one if there is no such filter."""
        rows = sorted(self._rows, key=lambda row: row.filter.id != filter_id)
        if rows and (entry := rows[0].entry) is not None:
            self.screen.set_focus(entry)

    # display

    def _row(self, filter: Filter, edits: Mapping[str, Edit]) -> FilterRow:
        row = FilterRow(filter, edits.get(filter.id, edit_of(filter)))
        row.fan_out.show(filter.id == self.fan_out)
        row.show_seen_values(self._seen_values.get(filter.id, ()))
        return row

    def _show_rows(self, rows: list[FilterRow]) -> None:
        """Show exactly these rows in this order; rows already shown aren't touched."""
        if rows != self._rows:
            focused = self._focused_row
            old, self._rows = self._rows, rows
            if self._box.is_attached:
                self._exchange(old)
                self._build_ends()
                if focused is not None and focused not in rows:
                    self.call_after_refresh(self.focus_part, focused.filter.id)
            self._align()
        self._show_notes()

    def _exchange(self, old: list[FilterRow]) -> None:
        """Remove and mount rows; put the ones that stay in the new order."""
        for row in old:
            if row not in self._rows:
                row.remove()
        self._box.mount(*(row for row in self._rows if row not in old))
        places: dict[Widget, int] = {row: place for place, row in enumerate(self._rows)}
        self._box.sort_children(key=lambda row: places.get(row, -1))

    def _show_notes(self) -> None:
        count = sum(each.is_hidden for each in self._filters)
        self._hidden_line.show(_hidden_words(count, len(self._hidden_edits)))
        self._hidden_line.display = count > 0
        self._words_line.show(self._words)
        self._words_line.display = bool(self._words)

    def _build_ends(self) -> None:
        """Build the first and last row, so that the focus can enter the list before anything is painted."""
        for row in (*self._rows[:1], *self._rows[-1:]):
            row.build()

    def _align(self) -> None:
        """Align the labels in one column and the operators in another."""
        if not self._rows or not self.is_attached:
            return
        behind = max(row.fixed_cells for row in self._rows)
        room = self.size.width - behind
        most = MAX_LABEL_CELLS_WIDE if self.app.size.width >= WIDE_CELLS else MAX_LABEL_CELLS
        longest = max(row.label.wanted_cells for row in self._rows)
        label_cells = max(FIELD_COLUMN, min(longest, most, room - MIN_OPERATOR_CELLS))
        operator_cells = max(row.operator_cells for row in self._rows)
        operator_cells = min(operator_cells, max(MIN_OPERATOR_CELLS, room - label_cells))
        for row in self._rows:
            row.align(label_cells, operator_cells, self.size.width)

    # actions

    @property
    def _focused_row(self) -> FilterRow | None:
        focused = self.screen.focused if self.is_attached else None
        nodes = focused.ancestors if focused is not None else []
        return next((row for row in self._rows if row in nodes), None)

    def on_field_changed(self) -> None:
        """Update the reset keys; the message bubbles on."""
        self._show_resets()

    @on(FanOutCheckbox.Toggled)
    def _fan_out_toggled(self, event: FanOutCheckbox.Toggled) -> None:
        """Turn off the fan-out of the other filters: only one can have it."""
        event.stop()
        self.show_fan_out(event.checkbox.filter_id if event.checkbox.is_on else "")
        self.post_message(FieldChanged())

    def on_descendant_focus(self) -> None:
        """Update the reset keys for the focused row."""
        self._show_resets()

    def _show_resets(self) -> None:
        row = self._focused_row
        can_reset = (row is not None and row.is_changed, bool(self.edits))
        if can_reset != self._could_reset:
            self._could_reset = can_reset
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the reset keys only if something is changed."""
        if action == "reset_filter":
            return self._could_reset[0]
        return self._could_reset[1] if action == "reset_filters" else True

    def action_reset_filter(self) -> None:
        """Reset the focused filter to the dashboard's setting."""
        if (row := self._focused_row) is not None:
            self._reset([row])

    def action_reset_filters(self) -> None:
        self._hidden_edits = {}
        self._reset(self._rows)

    def _reset(self, rows: Sequence[FilterRow]) -> None:
        focused = self._focused_row
        for row in rows:
            row.reset()
        self._show_resets()
        self._show_notes()
        if focused is not None and not focused.has_stop(self.screen.focused):
            self.focus_part(focused.filter.id)
        self.post_message(FieldChanged())

    # focus

    def action_forward(self) -> None:
        """Focus the next value of the row, or the next row after the last value."""
        row, focused = self._focused_row, self.screen.focused
        stops = row.fields.stops if row is not None else []
        values = [stop for stop in stops if row is not None and stop is not row.fields.case]
        index = values.index(focused) + 1 if focused in values else len(values)
        if index < len(values):
            self.screen.set_focus(values[index])
        else:
            self.action_move(1)

    def action_stop(self, way: int) -> None:
        """Focus the next or previous part, in any row. Textual skips rows without fields."""
        row, focused = self._focused_row, self.screen.focused
        stops = [stop for line in row.lines for stop in line] if row is not None else []
        if row is None or focused not in stops:
            raise SkipAction
        at = stops.index(focused) + way
        if 0 <= at < len(stops):
            self.screen.set_focus(stops[at])
        elif (other := self._beside(row, way)) is not None:
            line = other.lines[0 if way > 0 else -1]
            self.screen.set_focus(line[0 if way > 0 else -1])
        else:
            raise SkipAction

    def action_move(self, way: int) -> None:
        """Focus the line above or below: from an operator its operator, else its value."""
        row, focused = self._focused_row, self.screen.focused
        lines = row.lines if row is not None else []
        at = next((index for index, line in enumerate(lines) if focused in line), None)
        if row is None or at is None:
            raise SkipAction
        other, index = row, at + way
        if not 0 <= index < len(lines):
            beside = self._beside(row, way)
            if beside is None:
                # the form moves on from the focused part, so it must be the outermost of its line
                self.screen.set_focus(lines[at][-1 if way > 0 else 0])
                raise SkipAction
            other, index = beside, 0 if way > 0 else len(beside.lines) - 1
        part = other.matching_part(focused, row) if index == 0 else other.lines[index][0]
        self.screen.set_focus(part)

    def _beside(self, row: FilterRow, way: int) -> FilterRow | None:
        """Return the next or previous row; None at the end."""
        index = self._rows.index(row) + way
        return self._rows[index] if 0 <= index < len(self._rows) else None


def _hidden_words(count: int, changed: int) -> str:
    subject = "1 hidden filter is" if count == 1 else f"{count} hidden filters are"
    return f"{subject} sent, {changed} changed" if changed else f"{subject} sent unchanged"
