"""The export form: built once from the option table, shown anew from a draft, for the format that it has."""

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
from omni_tui.tui.common.text import shorten
from omni_tui.tui.export_form.destination.folder_line import FolderLine
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.destination.path_line import PathLine
from omni_tui.tui.export_form.draft.draft import FORMAT_FIELD, NAME, TILE, Draft
from omni_tui.tui.export_form.fields.field_error import FieldErrors
from omni_tui.tui.export_form.fields.one_of import Choice
from omni_tui.tui.export_form.fields.radio import RadioLine
from omni_tui.tui.export_form.fields.search_picker import SearchPicker
from omni_tui.tui.export_form.fields.switch import SwitchLine, switches_beside
from omni_tui.tui.export_form.fields.text import TextLine
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.fields.user_picker import UserPicker
from omni_tui.tui.export_form.filters.list import FilterList
from omni_tui.tui.export_form.filters.row import FilterRow, entry_of
from omni_tui.tui.export_form.layout.option_row import FieldWidget, FormRow, OptionRow, rows_of
from omni_tui.tui.export_form.layout.submit_button import ExportButton, ExportSummary
from omni_tui.tui.form_title import name_of

MOST_PLACEHOLDER_CELLS = 31
# Of what fits no field, so many stay in sight at the foot of a form so high; more stand at the end of it.
MOST_AT_FOOT, LEAST_LINES = 2, 10
FORMAT_HELP = "The kind of file to make"
CONTENT_HELP = "All that is on the dashboard, or a single one of its tiles"
WHOLE, ONE_TILE = Choice("whole", "Whole dashboard"), Choice("tile", "One tile")


class Heading(Widget):
    """`── Page ────────`."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def render(self) -> Content:
        """The name in its rule."""
        rule = "─" * max(0, self.size.width - len(self._words) - 4)
        return Content.assemble(("── ", "$frame"), (self._words, "$heading"), (f" {rule}", "$frame"))


class FormSection(Vertical):
    """A heading and its rows."""

    def __init__(self, section: Section, rows: list[FormRow]) -> None:
        heading = [] if section is Section.CONTENT else [Heading(section.value)]
        super().__init__(*heading, *rows)
        self.rows = rows

    def show_draft(self, draft: Draft) -> None:
        """The rows of the format; no heading over nothing."""
        for row in self.rows:
            row.show_draft(draft)
        self.display = any(row.display for row in self.rows)


class ExportForm(VerticalScroll, can_focus=False):
    """All fields. `save_to` takes from them what the user set; `show_draft` shows what came of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "The next field", show=False),
        Binding("up", "move(-1)", "The field before", show=False),
        Binding("enter", "move(1)", "The next field", show=False),
        Binding("pagedown", "page_down", "Further down", show=False),
        Binding("pageup", "page_up", "Further up", show=False),
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
        """Format, content, a section for each of the table's, the button."""
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
                rows += self._name_rows() if row == [NAME] else [OptionRow(row)]
            yield FormSection(section, rows)

    def _name_rows(self) -> list[FormRow]:
        """The name with the path that will be written beside it, and the folder."""
        name_row = OptionRow([NAME], self.target_line)
        return [name_row, FormRow("Folder", self.folder_line, names=[FOLDER_FIELD])]

    # what stands in it, and what is shown

    def save_to(self, draft: Draft) -> None:
        """Take over what stands in the fields, also in those that the format does not show."""
        if not draft.needs_tile:  # else there was no choice
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
        """Show the options of its format with their values."""
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
        """Why only one tile is to be had, and the key that leads to the tiles while none is chosen."""
        self.content_note.show(f"{self._why_tile}  {fix_key} chooses one" if fix_key else self._why_tile)

    def show_names(self, draft: Draft) -> None:
        """The dashboards are known, or one has got its name."""
        for field in self.fields:
            if field.spec is NAME and isinstance(field, TextLine):
                field.placeholder = _usual_name(draft)

    def show_problems(self, problems: list[Problem], next_fix: Problem | None, fix_key: str) -> None:
        """Show each under its row, those that fit no row above the button."""
        self._shown = (problems, next_fix, fix_key)
        for row in self._rows:
            row.show_problems(problems, next_fix, fix_key)
        self._show_general()
        self.summary.show_problems(problems)

    def _show_general(self) -> None:
        """What fits no field: a little of it at the foot, more than that at the end of what scrolls."""
        problems, next_fix, fix_key = self._shown
        shown = frozenset[str]().union(*(row.names for row in self._rows if row.display))
        rest = [problem for problem in problems if problem.field not in shown]
        is_little = len(rest) <= MOST_AT_FOOT and self.size.height >= LEAST_LINES
        self._foot_problems.show_problems(rest if is_little else [], next_fix, fix_key)
        self.general_problems.show_problems([] if is_little else rest, next_fix, fix_key)

    # where the keys go

    def focus_first(self) -> None:
        """The keys go to the format."""
        self._give_keys_to(self.format_line)

    def keep_focus_visible(self) -> None:
        """Give the keys to the nearest field that is shown, if the one that has them is hidden now."""
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
            self._give_keys_to(entry_of(target))

    def focus_field(self, wire_name: str, part: str = "") -> None:
        """Give the keys to an option's field, or a part of it; to format or folder where it is about that."""
        if wire_name == FORMAT_FIELD:
            self.focus_first()
        elif wire_name == FOLDER_FIELD:
            self._give_keys_to(self.folder_line)
        elif part and (editors := self.filter_list) is not None:
            editors.focus_part(part)
        else:
            self._focus_option(wire_name)

    def _focus_option(self, wire_name: str) -> None:
        found = [field for field in self.fields if field.spec.wire_name == wire_name]
        widgets = [widget for field in found for widget in field.walk_children(Widget, with_self=True)]
        target = next((widget for widget in widgets if widget.focusable), None)
        if target is not None:
            self._give_keys_to(target)

    @property
    def filter_list(self) -> FilterList | None:
        """The filters, where they are offered."""
        return next((field for field in self.fields if isinstance(field, FilterList)), None)

    @property
    def tile_picker(self) -> TilePicker | None:
        """The tiles, where they are offered."""
        return next((field for field in self.fields if isinstance(field, TilePicker)), None)

    def field_of(self, widget: Widget | None) -> FieldWidget | None:
        """The option's field that a widget is, or is a part of."""
        nodes = widget.ancestors_with_self if widget is not None else []
        return next((field for field in self.fields if field in nodes), None)

    def name_of(self, widget: Widget | None) -> str:
        """The name by which problems call the field that a widget is, or is a part of; empty for none."""
        if widget is not None and self.folder_line in widget.ancestors_with_self:
            return FOLDER_FIELD
        field = self.field_of(widget)
        return field.spec.wire_name if field else ""

    def action_move(self, way: int) -> None:
        """To the next or the previous stop; the switches of one row are one stop."""
        stops, focused = list(_stops(self)), self.screen.focused
        if focused not in stops:
            return
        index = stops.index(focused) + way
        if isinstance(focused, SwitchLine):
            beside = switches_beside(focused)
            while 0 <= index < len(stops) and stops[index] in beside:
                index += way
        if 0 <= index < len(stops):
            first = stops[index]
            self._give_keys_to(
                switches_beside(first)[0] if isinstance(first, SwitchLine) else entry_of(first)
            )

    def _give_keys_to(self, widget: Widget) -> None:
        """At once: `focus()` waits for its turn, and what follows would still look at the old field."""
        self.screen.set_focus(widget)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Scroll no further than needed to see the whole row, with what is wrong under it."""
        self.call_after_refresh(self._show_row, event.widget)

    def watch_virtual_size(self) -> None:
        """What is told under the field that has the keys, or opens there, is to be seen too."""
        if self.is_mounted:
            self.call_after_refresh(self._show_row, self.screen.focused)

    def on_resize(self) -> None:
        """A pane that opens must not hide where one is, and leaves less room at the foot."""
        self._show_general()
        self.call_after_refresh(self._show_row, self.screen.focused)

    def show_general_problems(self) -> None:
        """Scroll to what fits no field, where it is not in sight anyway."""
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
    """Whether the widget and all around it, within the form, are displayed: also before that is laid out."""
    nodes = widget.ancestors_with_self
    inside = nodes[: nodes.index(form)] if form in nodes else nodes
    return all(node.display for node in inside if isinstance(node, Widget))


def _usual_name(draft: Draft) -> str:
    """The name that a file gets when nothing is typed."""
    name = "{dashboard}" if draft.is_for_several else name_of(draft.documents[0])
    return shorten(name, MOST_PLACEHOLDER_CELLS)


def _stops(node: Widget) -> Iterator[Widget]:
    """All below `node` that is shown and takes keys, as it is composed: also before a change is laid out."""
    for child in node.displayed_children:
        if child.focusable:
            yield child
        yield from _stops(child)
