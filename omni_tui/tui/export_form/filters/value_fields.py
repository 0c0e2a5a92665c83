"""The fields beside a filter's label: its operator and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widget import Widget

from omni_tui.formatting import plain_line
from omni_tui.options.filters.date_literals import UNITS
from omni_tui.options.filters.editing import operators
from omni_tui.options.filters.grammar import is_plain
from omni_tui.options.filters.types import Edit, Filter, FilterType, JsonText, ValueCount
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.choices import Choice, RadioLine, Stepper
from omni_tui.tui.export_form.fields.switch import Checkbox
from omni_tui.tui.export_form.filters.form_values import (
    Parts,
    TypedValues,
    field_values_of,
    operator_of,
    parts_of,
)
from omni_tui.tui.export_form.filters.row_parts import DateInput, ValueInput

OPERATOR_HELP = "Keep rows that match"
REQUIRED_HELP = "Required: “any value” isn't allowed"
CASE_HELP = "Match case"
JSON_HELP = "Unsupported filter type: edit its JSON"
LIST_HELP = "Quote values that contain commas"
LENGTH_HELP = "How far back"
START_HELP = "Start"
END_HELP = "End (exclusive)"
# Help for date operators that need it.
DAY_HELPS = {"before": "This day isn't included", "on or after": "This day and later"}
# The operator that typing a value selects if it was "any".
FIRST_OPERATORS = {FilterType.TEXT: "is", FilterType.NUMBER: "=", FilterType.DATE: "on"}
# Types with few enough operators to show them all.
RADIO_TYPES = (FilterType.YES_NO, FilterType.NULL)
AS_WRITTEN = "as written"
# The width in the style sheet, plus the space before it.
COUNT_CELLS = 8


class ValueSuggester(Suggester):
    """Completes the last value of a comma-separated list, ignoring case; other values are allowed, too."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values: tuple[str, ...] = ()

    def show_values(self, values: Sequence[str]) -> None:
        """Set the values to suggest, in order; those that need quotes or aren't plain text are left out."""
        self._values = tuple(value for value in values if is_plain(value) and plain_line(value) == value)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text with its last value completed, or None."""
        before, comma, last = value.rpartition(",")
        typed = last.lstrip()
        if not typed or '"' in value:
            return None
        blank = last[: len(last) - len(typed)]
        listed = {each.strip().casefold() for each in before.split(",")}
        for known in self._values:
            is_longer = len(known) > len(typed) and known[: len(typed)].casefold() == typed.casefold()
            if is_longer and known.casefold() not in listed:
                return f"{before}{comma}{blank}{known}"
        return None


class ValueFields(Horizontal):
    """All fields that the filter's type may need; those hidden for the operator keep their text.

    A filter edited as JSON has one field and no operator.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "part(-1)", "Previous part", show=False),
        Binding("right", "part(1)", "Next part", show=False),
    ]

    def __init__(self, filter: Filter, edit: Edit) -> None:
        super().__init__(classes="filter-fields")
        self.filter = filter
        self.is_json = isinstance(edit, JsonText)
        self.operator = None if self.is_json else _operator_field(filter)
        is_day = filter.type is FilterType.DATE and not self.is_json
        is_list = filter.type is FilterType.TEXT
        size = "-json" if self.is_json else "-day" if is_day else "-list" if is_list else "-number"
        self.count = ValueInput(classes="-count")
        self.unit = Stepper([Choice(unit, f"{unit}s") for unit in UNITS], help_text=LENGTH_HELP)
        self.before_first = Caption("from", classes="filter-joint")
        self.before_second = Caption("to", classes="filter-joint")
        self.first = DateInput(classes=size) if is_day else ValueInput(classes=size)
        self.second = DateInput(classes=size) if is_day else ValueInput(classes=size)
        numbers = [self.count, *([self.first, self.second] if size == "-number" else [])]
        for field in numbers:
            field.selects_on_entry = True  # typing replaces the number
        self.case = Checkbox("Aa", CASE_HELP, is_on=True)
        self._suggester = ValueSuggester()
        if is_list and not self.is_json:
            self.first.suggester = self._suggester
        if isinstance(self.operator, Stepper):
            self.operator.on_typed = self._start_value
        self._parts: Parts | None = None
        self.show_typed(field_values_of(filter, edit))

    @property
    def parts(self) -> list[Widget]:
        """The fields of the filter's type in reading order."""
        kind = None if self.is_json else self.filter.type
        return [
            *([self.operator] if self.operator is not None else []),
            *((self.count, self.unit, self.before_first) if kind is FilterType.DATE else ()),
            *((self.first,) if kind not in RADIO_TYPES else ()),
            *((self.before_second, self.second) if kind in (FilterType.NUMBER, FilterType.DATE) else ()),
            *((self.case,) if kind is FilterType.TEXT else ()),
        ]

    def set_operator_cells(self, cells: int) -> None:
        """Set the width of the operator, so that the values of all filters align."""
        if isinstance(self.operator, Stepper):
            self.operator.styles.width = cells

    # values

    @property
    def typed(self) -> TypedValues:
        """The current values, including those of hidden fields."""
        return TypedValues(
            self.operator.chosen.key if self.operator is not None else "",
            first=self.first.value,
            second=self.second.value,
            count=self.count.value,
            unit=self.unit.chosen.key,
            ignores_case=not self.case.is_on,
        )

    def show_typed(self, typed: TypedValues) -> None:
        """Show values. Posts no message."""
        if isinstance(self.operator, Stepper):
            self.operator.show_key(typed.operator, operator_of(self.filter, typed.operator).label)
        elif self.operator is not None:
            self.operator.show_choice(typed.operator)
        self.first.show_text(typed.first)
        self.second.show_text(typed.second)
        self.count.show_text(typed.count)
        self.unit.show_key(typed.unit, AS_WRITTEN)
        self.case.show(not typed.ignores_case)
        self.show_parts()

    def show_seen_values(self, values: Sequence[str]) -> None:
        """Set the values to suggest while typing."""
        self._suggester.show_values(values)

    def _start_value(self, typed: str) -> bool:
        """Start a value ("is …") with a character typed on the operator "any"; return whether it was used."""
        operator = self.operator
        if operator is None or operator.chosen.key != "any":
            return False
        operator.show_choice(FIRST_OPERATORS[self.filter.type])
        self.show_parts()
        self.first.holds_typed = True
        self.screen.set_focus(self.first)
        self.first.value = typed
        self.first.cursor_position = len(typed)
        return True

    def show_parts(self) -> None:
        """Show the fields that the operator needs, and set their help."""
        if self.operator is None:
            parts = Parts(has_first=True)
            self.first.set_help("type JSON", JSON_HELP)
        else:
            parts = parts_of(self.filter, operator_of(self.filter, self.operator.chosen.key))
            self._show_hints(self.operator.chosen.key, parts)
        if parts == self._parts:
            return
        self._parts = parts
        self.count.display = self.unit.display = parts.has_count
        self.before_first.display = parts.has_count and parts.has_first
        self.first.display = parts.has_first
        self.before_second.display = self.second.display = parts.has_second
        self.case.display = parts.has_case

    def _show_hints(self, operator: str, parts: Parts) -> None:
        if isinstance(self.operator, Stepper):
            self.operator.HINT = "type a value · ←→ change" if operator == "any" else Stepper.HINT
        self.count.set_help("type a number", LENGTH_HELP)
        if self.filter.type is FilterType.DATE:
            first_help = START_HELP if parts.has_second else DAY_HELPS.get(operator, OPERATOR_HELP)
            self.first.set_help(DateInput.HINT, first_help)
            self.second.set_help(DateInput.HINT, END_HELP)
        elif parts.has_second:
            self.first.set_help("type a number", START_HELP)
            self.second.set_help("type a number", END_HELP)
        elif operator_of(self.filter, operator).value_count is ValueCount.MANY:
            noun = "numbers" if self.filter.type is FilterType.NUMBER else "values"
            self.first.set_help(
                f"type comma-separated {noun}", LIST_HELP if noun == "values" else OPERATOR_HELP
            )
        else:
            self.first.set_help("type a number", OPERATOR_HELP)

    # focus

    @property
    def stops(self) -> list[Widget]:
        """The visible focusable fields from left to right."""
        return [child for child in self.displayed_children if child.focusable]

    @property
    def entry(self) -> Widget | None:
        """The field to focus when entering the row: the first value, or the operator without values."""
        stops = self.stops
        values = [stop for stop in stops if stop is not self.operator]
        return next(iter(values or stops), None)

    def action_part(self, way: int) -> None:
        """Focus the previous or next field."""
        stops, focused = self.stops, self.screen.focused
        index = stops.index(focused) + way if focused in stops else -1
        if not 0 <= index < len(stops):
            raise SkipAction
        self.screen.set_focus(stops[index])


def operator_cells(filter: Filter, edit: Edit) -> int:
    """Return the width of the filter's operators that are shown one at a time."""
    if isinstance(edit, JsonText) or filter.type in RADIO_TYPES:
        return 0
    return max(cell_len(each.label) for each in operators(filter)) + len("".join(Stepper.ARROWS))


def fixed_cells(filter: Filter, edit: Edit) -> int:
    """Return the width after the operator that can't shrink: a date's count and unit."""
    if isinstance(edit, JsonText) or filter.type is not FilterType.DATE:
        return 0
    return COUNT_CELLS + 1 + max(len(f"{unit}s") for unit in UNITS) + len("".join(Stepper.ARROWS))


def _operator_field(filter: Filter) -> Stepper | RadioLine:
    choices = [Choice(each.key, each.label) for each in operators(filter)]
    help_text = REQUIRED_HELP if filter.is_required else OPERATOR_HELP
    if filter.type in RADIO_TYPES:
        return RadioLine(choices, help_text)
    return Stepper(choices, help_text=help_text, classes="-operator")
