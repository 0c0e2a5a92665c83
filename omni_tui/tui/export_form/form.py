"""The export form: built once from the option table, updated from a draft for its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from omni_tui.options.spec import Format, OptionSpec, Problem, Section
from omni_tui.tui.common.caption import Caption
from omni_tui.tui.common.choices import Choice, RadioLine
from omni_tui.tui.common.text import shorten
from omni_tui.tui.export_form.destination.destination import PathLine
from omni_tui.tui.export_form.destination.folder_line import FolderLine
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import FORMAT_FIELD, NAME, TILE
from omni_tui.tui.export_form.fields.base import FieldErrors
from omni_tui.tui.export_form.fields.search_picker import SearchPicker
from omni_tui.tui.export_form.fields.switch import SwitchLine, switches_in_row
from omni_tui.tui.export_form.fields.text import TextLine
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.fields.user_picker import UserPicker
from omni_tui.tui.export_form.filters.list import FilterList
from omni_tui.tui.export_form.filters.row import FilterRow, entry_of
from omni_tui.tui.export_form.layout.foot import ExportButton, ExportSummary
from omni_tui.tui.export_form.layout.option_row import FieldWidget, FormRow, OptionRow, rows_of
from omni_tui.tui.form_title import name_of

MAX_PLACEHOLDER_CELLS = 31
# Up to MAX_AT_FOOT general problems are shown at the foot of a form with at least MIN_LINES; more scroll.
MAX_AT_FOOT, MIN_LINES = 2, 10
FORMAT_HELP = "File format"
CONTENT_HELP = "Whole dashboard or a single tile"
WHOLE, ONE_TILE = Choice("whole", "Whole dashboard"), Choice("tile", "One tile")


class Heading(Widget):
    """`── Page ────────`."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def render(self) -> Content:
        rule = "─" * max(0, self.size.width - len(self._words) - 4)
        return Content.assemble(("── ", "$frame"), (self._words, "$heading"), (f" {rule}", "$frame"))


class FormSection(Vertical):
    """A heading and its rows."""

    def __init__(self, section: Section, rows: list[FormRow]) -> None:
        heading = [] if section is Section.CONTENT else [Heading(section.value)]
        super().__init__(*heading, *rows)
        self.rows = rows

    def show_draft(self, draft: Draft) -> None:
        """Show the format's rows; hide the section if it has none."""
        for row in self.rows:
            row.show_draft(draft)
        self.display = any(row.display for row in self.rows)


class ExportForm(VerticalScroll, can_focus=False):
    """All fields. `save_to` writes their values into the draft; `show_draft` shows the draft."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next field", show=False),
        Binding("up", "move(-1)", "Previous field", show=False),
        Binding("enter", "move(1)", "Next field", show=False),
        Binding("pagedown", "page_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Scroll up", show=False),
    ]

    def __init__(self, offered: Sequence[OptionSpec]) -> None:
        super().__init__(id="export-form")
        self._offered = offered
        formats = [Choice(fmt.value, fmt.label) for fmt in Format]
        self.format_line = RadioLine(formats, FORMAT_HELP, id="format")
        self.content_line = RadioLine([WHOLE, ONE_TILE], CONTENT_HELP, id="content")
        self.target_line = PathLine(id="target")
        self.folder_line = FolderLine(Path.cwd(), id="folder")
        self.general_problems = FieldErrors(id="general-problems")
        self._foot_problems = FieldErrors(id="foot-problems")
        self._shown: tuple[list[Problem], Problem | None, str] = ([], None, "")
        self.button = ExportButton()
        self.content_note = Caption(id="content-note")
        self._why_tile = ""
        self.summary = ExportSummary(id="summary")
        self.sections = list(self._sections())
        self._format_row = FormRow("Format", self.format_line, names=[FORMAT_FIELD], id="format-row")
        self._rows = [self._format_row, *(row for section in self.sections for row in section.rows)]
        self.fields = [field for row in self._rows if isinstance(row, OptionRow) for field in row.fields]

    def compose(self) -> ComposeResult:
        """Yield the format, the content, one section per section of the table, and the button."""
        yield self._format_row
        if TILE in self._offered:
            yield FormRow("Content", self.content_line, id="content-row")
            yield self.content_note
        yield from self.sections
        yield self.general_problems
        with Vertical(id="form-foot"):
            yield self._foot_problems
            yield Horizontal(Static("", classes="indent"), self.button, self.summary, id="button-row")

    def _sections(self) -> Iterator[FormSection]:
        for section, group in groupby(self._offered, key=lambda spec: spec.section):
            specs = list(group)
            rows: list[FormRow] = []
            for row in rows_of(specs):
                if row == [NAME]:  # with the full path, and the folder below
                    rows.append(OptionRow(row, self.target_line))
                    rows.append(FormRow("Folder", self.folder_line, names=[FOLDER_FIELD]))
                else:
                    rows.append(OptionRow(row))
            yield FormSection(section, rows)

    # values and problems

    def save_to(self, draft: Draft) -> None:
        """Write the fields' values into the draft, including those hidden for the format."""
        if not draft.needs_tile:  # otherwise the user has no choice
            draft.wants_tile = self.content_line.chosen is ONE_TILE
        draft.format = Format(self.format_line.chosen.key)
        for field in self.fields:
            if isinstance(field, FilterList):
                draft.filters.edits, draft.filters.fan_out = field.edits, field.fan_out
            else:
                draft.set(field.spec.wire_name, field.option_value)
            if isinstance(field, UserPicker):
                draft.run_as = field.chosen_name

    def show_draft(self, draft: Draft) -> None:
        """Show the draft's values in the fields of its format."""
        self.format_line.show_choice(draft.format.value)
        is_disabled = draft.needs_tile
        self.content_line.show_choice(
            (ONE_TILE if draft.is_one_tile else WHOLE).key, [WHOLE.key] if is_disabled else []
        )
        self.content_note.display = is_disabled
        self._why_tile = draft.why_tile
        for section in self.sections:
            section.show_draft(draft)
        self.summary.show(draft.state.summary)

    def show_fix_of_tile(self, fix_key: str) -> None:
        """Show why only one tile can be exported, and the key that leads to the tiles if none is selected."""
        self.content_note.show(f"{self._why_tile}  {fix_key} select one" if fix_key else self._why_tile)

    def show_names(self, draft: Draft) -> None:
        """Show the default file name, which may be the dashboard's name."""
        for field in self.fields:
            if field.spec is NAME and isinstance(field, TextLine):
                name = "{dashboard}" if draft.is_for_several else name_of(draft.documents[0])
                field.placeholder = shorten(name, MAX_PLACEHOLDER_CELLS)

    def show_problems(self, problems: list[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show each problem under its row, and those of no row above the button."""
        self._shown = (problems, next_fix, fix_key)
        for row in self._rows:
            row.show_problems(problems, next_fix, fix_key)
        self._show_general()
        self.summary.show_problems(problems)

    def _show_general(self) -> None:
        """Show problems of no row: a few at the foot, more at the end of the scrollable part."""
        problems, next_fix, fix_key = self._shown
        shown = frozenset[str]().union(*(row.names for row in self._rows if row.display))
        rest = [problem for problem in problems if problem.field not in shown]
        is_little = len(rest) <= MAX_AT_FOOT and self.size.height >= MIN_LINES
        self._foot_problems.show_problems(rest if is_little else [], next_fix, fix_key)
        self.general_problems.show_problems([] if is_little else rest, next_fix, fix_key)

    # focus

    def focus_first(self) -> None:
        """Focus the format."""
        self._focus_now(self.format_line)

    def keep_focus_visible(self) -> None:
        """Focus the nearest visible field if the focused one is hidden now."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors or _is_shown(focused, self):
            return
        widgets = [widget for widget in self.walk_children(Widget) if widget.can_focus]
        after = widgets[widgets.index(focused) :] if focused in widgets else []
        stops = set(_stops(self))
        target = next((widget for widget in after if widget in stops), None)
        if target is None:
            self.focus_first()
        else:
            self._focus_now(entry_of(target))

    def focus_field(self, wire_name: str, part: str = "") -> None:
        """Focus an option's field or a part of it (a filter), or the format or folder."""
        if wire_name == FORMAT_FIELD:
            self.focus_first()
        elif wire_name == FOLDER_FIELD:
            self._focus_now(self.folder_line)
        elif part and (editors := self.filter_list) is not None:
            editors.focus_part(part)
        else:
            self._focus_option(wire_name)

    def _focus_option(self, wire_name: str) -> None:
        found = [field for field in self.fields if field.spec.wire_name == wire_name]
        widgets = [widget for field in found for widget in field.walk_children(Widget, with_self=True)]
        target = next((widget for widget in widgets if widget.focusable), None)
        if target is not None:
            self._focus_now(target)

    @property
    def filter_list(self) -> FilterList | None:
        """The filters' field; None if the form has none."""
        return next((field for field in self.fields if isinstance(field, FilterList)), None)

    @property
    def tile_picker(self) -> TilePicker | None:
        """The tile's field; None if the form has none."""
        return next((field for field in self.fields if isinstance(field, TilePicker)), None)

    def field_of(self, widget: Widget | None) -> FieldWidget | None:
        """Return the option's field that contains a widget, or None."""
        nodes = widget.ancestors_with_self if widget is not None else []
        return next((field for field in self.fields if field in nodes), None)

    def name_of(self, widget: Widget | None) -> str:
        """Return the name, as in problems, of the field that contains a widget; empty for none."""
        if widget is not None and self.folder_line in widget.ancestors_with_self:
            return FOLDER_FIELD
        field = self.field_of(widget)
        return field.spec.wire_name if field else ""

    def action_move(self, way: int) -> None:
        """Focus the next or previous field; the switches of one row count as one."""
        stops, focused = list(_stops(self)), self.screen.focused
        if focused not in stops:
            return
        index = stops.index(focused) + way
        if isinstance(focused, SwitchLine):
            beside = switches_in_row(focused)
            while 0 <= index < len(stops) and stops[index] in beside:
                index += way
        if 0 <= index < len(stops):
            first = stops[index]
            self._focus_now(switches_in_row(first)[0] if isinstance(first, SwitchLine) else entry_of(first))

    def _focus_now(self, widget: Widget) -> None:
        """Focus a widget at once: `focus()` is deferred, and later code would see the old focus."""
        self.screen.set_focus(widget)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Scroll just far enough to show the whole row with its problems."""
        self.call_after_refresh(self._show_row, event.widget)

    def watch_virtual_size(self) -> None:
        """Scroll when problems or a list under the focused field change the height."""
        if self.is_mounted:
            self.call_after_refresh(self._show_row, self.screen.focused)

    def on_resize(self) -> None:
        """Keep the focused row visible, for example when a pane opens."""
        self._show_general()
        self.call_after_refresh(self._show_row, self.screen.focused)

    def show_general_problems(self) -> None:
        """Scroll to the problems of no field, unless they are at the foot."""
        if self.general_problems.display:
            self.call_after_refresh(self.scroll_to_widget, self.general_problems, animate=False)

    @on(Input.Submitted)
    def _line_ended(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_move(1)

    @on(SearchPicker.Opened)
    def _list_opened(self) -> None:
        self.call_after_refresh(self._show_row, self.screen.focused)

    def _show_row(self, widget: Widget | None) -> None:
        if widget is not None and widget.has_focus:
            row = next((node for node in widget.ancestors if isinstance(node, FormRow | FilterRow)), widget)
            self.scroll_to_widget(row, animate=False)


def _is_shown(widget: Widget, form: Widget) -> bool:
    """Return whether a widget and its ancestors in the form are displayed, even before the layout."""
    nodes = widget.ancestors_with_self
    inside = nodes[: nodes.index(form)] if form in nodes else nodes
    return all(node.display for node in inside if isinstance(node, Widget))


def _stops(node: Widget) -> Iterator[Widget]:
    """Yield the focusable widgets below `node` in order, even before the layout."""
    for child in node.displayed_children:
        if child.focusable:
            yield child
        yield from _stops(child)
