"""The presets dialog over the export form: apply, save or delete a preset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from omni_tui.formatting import display_path, format_ago
from omni_tui.presets.file import PresetFile
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.table.columns import layout
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.text import content

LAST = "Last used"
# The dialog's lines and cells besides the list, the detail and the problems, frame included.
_OTHER_LINES = 9
_OTHER_CELLS = 5
_MAX_CELLS = 92
_DETAIL_LINES = 3
# The lines reserved for problems if not everything fits.
_FIRST_PROBLEM_LINES = 6


@dataclass(frozen=True, slots=True)
class ApplyPreset:
    """Apply this preset to the form. A preset without a name is the last used settings."""

    preset: Preset


@dataclass(frozen=True, slots=True)
class Save:
    """Save the form under this name; replaces an existing preset."""

    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the preset with this name."""

    name: str


Result: TypeAlias = ApplyPreset | Save | Delete


@dataclass(frozen=True, slots=True)
class PresetRow:
    """One line of the list."""

    name: str
    words: str
    preset: Preset


class PresetList(RowList[PresetRow]):
    """The presets with their settings in words."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "Name", minimum=14, maximum=32, share=1),
        Column("words", "What", minimum=20, share=3),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "apply", key_display="enter", tooltip="Apply this preset to the form"),
        Binding("s", "screen.name", "save the form", tooltip="Save the form as a preset"),
        Binding("d,delete", "screen.delete", "delete", tooltip="Delete this preset (press twice)"),
    ]

    def key(self, row: PresetRow) -> object:
        """Identify a row by the preset's name."""
        return row.preset.name

    def cells(self, row: PresetRow) -> dict[str, Cell]:
        """Return the cells of one preset."""
        return {"name": (row.name, "text" if row.preset.name else "accent"), "words": (row.words, "muted")}

    def full_text(self, row: PresetRow) -> str:
        """Return the row's full text if the row cuts it; otherwise an empty string."""
        width = self.scrollable_content_region.width
        widths = {column.name: cells for column, cells in layout(self.COLUMNS, width, self.GAP)}
        is_cut = cell_len(row.name) > widths["name"] or cell_len(row.words) > widths["words"]
        return f"{row.name}: {row.words}" if is_cut else ""


class NameLine(LineInput):
    """The input for the name to save under."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "save", key_display="enter", tooltip="Save the form under this name"),
        Binding("escape", "screen.list", "back", key_display="escape"),
        Binding("up", "screen.list", "To the list", show=False),
    ]


class PresetsScreen(ModalScreen[Result | None]):
    """Shows the presets of `file`, and returns what to do with them. Reads and writes no files.

    `last` are the last used settings of the dashboard; `present` describes the form's current state.
    """

    CSS_PATH = Path(__file__).parent.parent / "theme" / "styles" / "presets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "close", key_display="escape"),
        Binding("f7,ctrl+o", "back", "close", show=False),
    ]

    def __init__(
        self, file: PresetFile, last: LastUsed | None = None, present: str = "", now: datetime | None = None
    ) -> None:
        super().__init__()
        self._file = file
        self._present = present
        self._rows = _rows(file.presets, last, now or datetime.now(UTC))
        self._to_delete = ""
        self._list = PresetList(id="preset-list")
        self._detail = Static("", id="preset-detail")
        self._problems = Reader(id="preset-problems")
        self._name_line = NameLine(placeholder="a name for the form's current settings", id="preset-name")
        self._words = Static("", id="preset-words")

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame", id="presets") as frame:
            frame.border_title = "Presets"
            frame.border_subtitle = content(display_path(self._file.path))
            if not self._rows and self._file.is_readable:
                yield Static(self._introduction(), id="preset-none")
            yield self._list
            yield self._detail
            yield Static(self._problem_heading(), id="preset-problem-heading")
            yield self._problems
            with Horizontal(id="preset-save"):
                yield Static(Content.styled("Save as", "$muted"), id="preset-save-label")
                yield self._name_line
            yield self._words
            yield Footer()

    def on_mount(self) -> None:
        """Focus the list, or the name if there is no list."""
        self._list.set_rows(self._rows)
        self._list.display = bool(self._rows)
        self._problems.show(self._problem_lines)
        for widget in (self._problems, self.query_one("#preset-problem-heading")):
            widget.display = bool(self._file.troubles)
        self.query_one("#preset-save").display = self._file.is_readable
        frame = self.query_one("#presets")
        frame.set_class(not self._file.is_readable, "-unreadable")
        frame.set_class(not self._rows, "-without-list")
        self._words.update(self._hint())
        if self._rows:
            self._list.focus()
        elif self._file.is_readable:
            self._name_line.focus()
        else:
            self._problems.focus()

    # what is shown

    def on_resize(self, event: events.Resize) -> None:
        """Divide the height between the list and the problems."""
        width = min(event.size.width, _MAX_CELLS) - _OTHER_CELLS
        self._detail.display = any(cell_len(row.words) > width // 2 for row in self._rows)
        room = event.size.height - _OTHER_LINES - (_DETAIL_LINES if self._detail.display else 0)
        wanted = sum(len(line.wrap(width)) for line in self._problem_lines)
        listed = min(len(self._rows), room - min(wanted, _FIRST_PROBLEM_LINES))
        self._list.styles.height = max(1, listed)
        self._problems.styles.height = max(1, min(wanted, room - max(0, listed)))
        self.call_after_refresh(self._show_detail)

    @property
    def _problem_lines(self) -> list[Content]:
        return [content(trouble.words, "$muted") for trouble in self._file.troubles]

    def _problem_heading(self) -> Content:
        if not self._file.is_readable:
            return Content.styled("✗ Can't read presets.toml", "$error")
        count = len(self._file.troubles)
        what = "1 problem" if count == 1 else f"{count} problems"
        return Content.styled(f"! {what} in the file; the other presets work", "$warning")

    def _introduction(self) -> Content:
        return Content.assemble(
            ("No presets yet. ", "$foreground"),
            ("Fill in the form, enter a name below and press enter. You can then apply these settings to "
             "any dashboard.", "$muted"),
        )  # fmt: skip

    def _show_detail(self) -> None:
        row = self._list.current
        self._detail.update(content(self._list.full_text(row) if row else "", "$muted"))

    def _hint(self) -> Content:
        """Return what the next key would do, if it deletes or replaces something."""
        if self._to_delete:
            return content(f"! Press d again to delete “{self._to_delete}”.", "$warning")
        if self.focused is not self._name_line:
            return Content("")
        name = self._typed
        if name in {preset.name for preset in self._file.presets}:
            return content(f"! “{name}” already exists. Press Enter to replace it.", "$warning")
        if name in {trouble.preset for trouble in self._file.troubles if trouble.preset}:
            return content(
                f"! “{name}” already exists, but is invalid. Press Enter to replace it.", "$warning"
            )
        return content(self._present, "$muted")

    @on(RowList.Highlighted)
    def _row_highlighted(self) -> None:
        self._show_detail()
        if self._to_delete:
            self._ask_to_delete("")

    def on_descendant_focus(self) -> None:
        """Cancel a deletion, and update the hint."""
        self._ask_to_delete("")

    def _ask_to_delete(self, name: str) -> None:
        """Ask whether to delete the preset with this name; empty cancels the deletion."""
        self._to_delete = name
        self._words.update(self._hint())

    # what is done

    @property
    def _typed(self) -> str:
        return self._name_line.value.strip()

    @on(RowList.Selected)
    def _row_selected(self, event: RowList.Selected) -> None:
        if isinstance(event.row, PresetRow):
            self.dismiss(ApplyPreset(event.row.preset))

    @on(Input.Changed)
    def _name_typed(self) -> None:
        self._words.update(self._hint())

    @on(Input.Submitted)
    def _name_submitted(self) -> None:
        if self._typed:
            self.dismiss(Save(self._typed))
        else:
            self._words.update(content("✗ Enter a name first.", "$error"))

    def action_name(self) -> None:
        if self._file.is_readable:
            self._name_line.focus()
        else:
            self._words.update(content("✗ Fix presets.toml before saving.", "$error"))

    def action_list(self) -> None:
        """Focus the list, or close the dialog if there is none."""
        if self._rows:
            self._list.focus()
        else:
            self.dismiss(None)

    def action_delete(self) -> None:
        """Ask for confirmation; delete the preset the second time."""
        row = self._list.current
        if row is None:
            return
        if not row.preset.name:
            self._words.update(content("These are the last used settings, not a preset.", "$muted"))
        elif self._to_delete == row.preset.name:
            self.dismiss(Delete(row.preset.name))
        else:
            self._ask_to_delete(row.preset.name)

    def action_back(self) -> None:
        """Cancel a deletion, else close the dialog."""
        if self._to_delete:
            self._ask_to_delete("")
        else:
            self.dismiss(None)


def _rows(presets: Sequence[Preset], last: LastUsed | None, now: datetime) -> list[PresetRow]:
    """Return the rows, the last used settings first with their age."""
    rows = [PresetRow(preset.name, preset.summary, preset) for preset in presets]
    if last is None:
        return rows
    when = format_ago(datetime.fromtimestamp(last.at, UTC), now)
    return [PresetRow(LAST, f"{last.preset.summary} · {when}", last.preset), *rows]
