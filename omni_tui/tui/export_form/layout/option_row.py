"""The rows of the export form: a label, its fields, and their problems below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from omni_tui.options.spec import Kind, OptionSpec, Problem
from omni_tui.tui.common.wrap_row import WrapRow
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.fields.base import FieldErrors, RowLabel
from omni_tui.tui.export_form.fields.choice_line import ChoiceLine
from omni_tui.tui.export_form.fields.switch import SwitchLine
from omni_tui.tui.export_form.fields.text import NumberLine, TextLine
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.fields.user_picker import UserPicker
from omni_tui.tui.export_form.filters.list import FilterList

# Fields of these kinds are short; adjacent ones share a row.
SHARING_KINDS = frozenset({Kind.SWITCH, Kind.CHOICE})

FieldWidget: TypeAlias = SwitchLine | ChoiceLine | TextLine | TilePicker | FilterList | UserPicker

FIELD_OF_KIND: Mapping[Kind, Callable[[OptionSpec], FieldWidget]] = {
    Kind.SWITCH: SwitchLine,
    Kind.CHOICE: ChoiceLine,
    Kind.INTEGER: NumberLine,
    Kind.TEXT: TextLine,
    Kind.TILE: TilePicker,
    Kind.FILTERS: FilterList,
    Kind.USER: UserPicker,
}


class FormRow(Vertical):
    """A label, the widgets beside it, and the problems of the fields `names` below."""

    def __init__(self, label: str, *beside: Widget, names: Iterable[str] = (), id: str | None = None) -> None:
        super().__init__(id=id)
        self.names = frozenset(names)
        self.label = RowLabel(label)
        self.line = Horizontal(self.label, *beside, classes="row-line")
        self.problem_line = FieldErrors()

    def compose(self) -> ComposeResult:
        yield self.line
        yield self.problem_line

    def show_draft(self, draft: Draft) -> None:
        """Do nothing; subclasses show the draft's values."""

    def show_problems(self, problems: Iterable[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show the problems of this row's fields."""
        own = [problem for problem in problems if problem.field in self.names]
        self.problem_line.show_problems(own, next_fix, fix_key)


class OptionRow(FormRow):
    """The row of one option or of a few short ones; `aside` is shown below the field."""

    def __init__(self, specs: Sequence[OptionSpec], aside: Widget | None = None) -> None:
        self.specs = tuple(specs)
        self.fields = [_field(spec, index) for index, spec in enumerate(specs)]
        beside: Widget = (
            WrapRow(*self.fields) if specs[0].kind in SHARING_KINDS else _box(self.fields[0], aside)
        )
        super().__init__(_label(specs[0]), beside, names=[spec.wire_name for spec in specs])
        self.label.display = specs[0].kind is not Kind.FILTERS  # each filter has its own label

    def show_draft(self, draft: Draft) -> None:
        """Show the fields of the draft's format with their values."""
        fitting = [draft.format in spec.formats for spec in self.specs]
        for field, fits in zip(self.fields, fitting, strict=True):
            field.display = fits and _has_something_to_show(field, draft)
            _show(field, draft)
        self.line.display = any(field.display for field in self.fields)
        self.display = any(fitting) and not self._is_empty
        shown = (spec for spec, fits in zip(self.specs, fitting, strict=True) if fits)
        self.label.show_changed(any(draft.is_changed(spec) for spec in shown))

    def show_problems(self, problems: Iterable[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show problems of filters in their list, the others under the row."""
        own = [problem for problem in problems if problem.field in self.names]
        if isinstance(filters := self.fields[0], FilterList):
            filters.show_problems(own, next_fix, fix_key)
        else:
            super().show_problems(own, next_fix, fix_key)

    @property
    def _is_empty(self) -> bool:
        """Whether the row has nothing to show."""
        return all(isinstance(field, FilterList) and field.is_empty for field in self.fields)


def _has_something_to_show(field: FieldWidget, draft: Draft) -> bool:
    if isinstance(field, FilterList):
        return not field.is_empty
    return not isinstance(field, TilePicker) or draft.is_one_tile


def _show(field: FieldWidget, draft: Draft) -> None:
    if isinstance(field, FilterList):
        field.show_edits(draft.filters.edits)
        field.show_fan_out(draft.filters.fan_out)
    elif isinstance(field, UserPicker) and draft.user_id and draft.user_id != field.option_value:
        field.show_user(draft.user_id, draft.run_as)
    else:
        field.show_value(draft.values.get(field.spec.wire_name))


def rows_of(specs: Iterable[OptionSpec]) -> list[list[OptionSpec]]:
    """Return the options of one section, grouped into rows."""
    rows: list[list[OptionSpec]] = []
    for kind, group in groupby(specs, key=lambda spec: spec.kind):
        found = list(group)
        rows += [found] if kind in SHARING_KINDS else [[spec] for spec in found]
    return rows


def _label(first: OptionSpec) -> str:
    """Return the row's label; empty for switches, and if the section's heading says the same."""
    is_redundant = first.kind is Kind.SWITCH or first.label == first.section.value
    return "" if is_redundant else first.label


def _field(spec: OptionSpec, index: int) -> FieldWidget:
    if spec.kind is Kind.CHOICE and index:
        return ChoiceLine(spec, label=spec.label)
    return FIELD_OF_KIND[spec.kind](spec)


def _box(field: Widget, aside: Widget | None) -> Widget:
    return field if aside is None else Vertical(field, aside, classes="field-and-aside")
