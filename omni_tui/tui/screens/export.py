"""The form: what to get of one dashboard, or of several, and in which form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from omni_tui.api.models import Document, KeyKind
from omni_tui.downloads.files import file_name_for
from omni_tui.downloads.models import Job, Order
from omni_tui.errors import OmniTuiError
from omni_tui.options.filters import read
from omni_tui.options.rules import file_extension
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.contents import Contents, contents_of
from omni_tui.tui.draft import NO_FIELD, TILE, Draft
from omni_tui.tui.form_jobs import FormJobs
from omni_tui.tui.messages import JobChanged
from omni_tui.tui.screens.paned import PanedScreen
from omni_tui.tui.text import content, shorten
from omni_tui.tui.widgets.export_button import ExportButton
from omni_tui.tui.widgets.export_form import ExportForm
from omni_tui.tui.widgets.field import FieldChanged
from omni_tui.tui.widgets.filter_lines import FilterLines
from omni_tui.tui.widgets.form_frame import FormFrame
from omni_tui.tui.widgets.help_line import HelpLine
from omni_tui.tui.widgets.pane_dock import DOWNLOADS
from omni_tui.tui.widgets.problem_line import ProblemLine
from omni_tui.tui.widgets.target_line import Target, look_at
from omni_tui.tui.widgets.tile_picker import TilePicker

if TYPE_CHECKING:
    from omni_tui.services import Services

# While somebody types a name, the disk is not asked at every key.
REST_SECONDS = 0.1
MOST_TITLE_CELLS = 80
# Below so many lines, blank ones and second ones are left out.
LOW = 20


class ExportScreen(PanedScreen):
    """One form for all of `documents`; it stays open after an export, for another format."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+s", "export", "export", key_display="F5", tooltip="Export this", id="export"),
        Binding(
            "f6,ctrl+y", "fix", "fix", key_display="F6", tooltip="Take the fix that is offered", id="fix"
        ),
        Binding("escape", "back", "back", tooltip="Back to the dashboards", id="back"),
    ]

    def __init__(self, documents: tuple[Document, ...]) -> None:
        super().__init__()
        self._documents = documents
        self._jobs = FormJobs()
        self._refused_order: Problem | None = None
        self._target: Target | None = None
        self._services: Services | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._next_fix: tuple[Problem, Fix] | None = None

    def compose_body(self) -> ComposeResult:
        """The frame with the form, and at its foot what the focused field is for."""
        services = self.omni.services
        may_run_as = services is None or services.client.key_kind is not KeyKind.PERSONAL
        self._draft = Draft(self._documents, may_run_as=may_run_as)
        self._form = ExportForm(self._draft)
        self._help = HelpLine()
        self._frame = FormFrame(self._form, self._help, id="export-frame")
        self._frame.border_title = content(f"Export · {self._subject}")
        yield self._frame

    @property
    def _subject(self) -> str:
        if len(self._documents) > 1:
            return f"{len(self._documents)} dashboards"
        return shorten(_name(self._documents[0]), MOST_TITLE_CELLS)

    def on_mount(self) -> None:
        """Show the form as it stands, and ask for what belongs to the dashboard."""
        self.watch(self.omni, "services", self._listen)
        self.watch(self.omni, "pane", self._save_room)
        self._form.button.show_key(self._key_of("export"))
        self._show()
        self._form.focus_first()
        for field in self._form.fields:
            if isinstance(field, FilterLines):
                self._load_filters(field)

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._stop_listening is not None:
            self._stop_listening()

    def focus_body(self) -> None:
        """Keys go to the first field."""
        self._form.focus_first()

    def on_resize(self) -> None:
        """Another size may leave less room."""
        self._save_room()

    def _save_room(self) -> None:
        """A low form, or one with a pane under it, has to be brief."""
        height = self.app.size.height // 2 if self.omni.pane else self.app.size.height
        self.set_class(height < LOW, "-brief")

    def _listen(self, services: Services | None) -> None:
        """Hear of the jobs of the engine that is open now."""
        if services is None or services is self._services:
            return
        if self._stop_listening is not None:
            self._stop_listening()
        self._services = services
        self._jobs = FormJobs()
        self._stop_listening = services.engine.subscribe(self._job_told)

    # what is shown

    def _show(self) -> None:
        """All that follows from the draft. Widgets that show the same already are not painted again."""
        self._form.show_draft(self._draft)
        self._show_target()
        self._show_problems()
        self._load_tiles_if_needed()
        self._show_help()

    def _show_problems(self) -> None:
        problems = [*self._draft.visible_problems, *self._other_problems()]
        field = self._form.field_of(self.focused)
        had_fix = self._next_fix is not None
        self._next_fix = self._draft.fix_for([field.spec.wire_name] if field else [])
        self._form.show_problems(problems, self._next_fix[0] if self._next_fix else None, self._key_of("fix"))
        self._frame.show_below(self._jobs.last_export, problems)
        if had_fix != (self._next_fix is not None):
            self.refresh_bindings()

    def _other_problems(self) -> list[Problem]:
        """What fits no field: the folder, and an order that was not taken."""
        trouble = self._target.trouble if self._target else None
        folder = Problem(NO_FIELD, Severity.ERROR, str(trouble)) if trouble else None
        return [problem for problem in (folder, self._refused_order) if problem is not None]

    def _show_target(self) -> None:
        """The path at once as it is wished; a moment later as the disk lets it be."""
        if self._services is None:
            return
        order = self._order(self._draft.documents[0])
        target = Target(order.folder, file_name_for(order, file_extension(order.request)))
        if self._target is None or (self._target.folder, self._target.name) != (target.folder, target.name):
            self._target = target
            self._look_at_target()
        self._form.target_line.show_target(self._target, is_each=self._draft.is_for_several)

    @work(exclusive=True, exit_on_error=False, group="target")
    async def _look_at_target(self) -> None:
        await asyncio.sleep(REST_SECONDS)
        if self._target is not None:
            self._target = await asyncio.to_thread(look_at, self._target)
            self._form.target_line.show_target(self._target, is_each=self._draft.is_for_several)
            self._show_problems()

    def _show_help(self) -> None:
        self._help.show_field(self.focused, self._form.field_of(self.focused))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Another field: other words, and the fix that lies nearest."""
        self._frame.set_class(self._form in event.widget.ancestors, "-active")
        self._show_help()
        self._show_problems()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A field was left: what is missing in it may be told from now on."""
        field = self._form.field_of(event.widget)
        if field is not None and field is not self._form.field_of(self.focused):
            self._draft.leave(field.spec.wire_name)
            self._show_problems()

    # what is asked of the server

    @property
    def _contents(self) -> Contents | None:
        return contents_of(self._services.client) if self._services else None

    @work(exclusive=True, exit_on_error=False, group="filters")
    async def _load_filters(self, lines: FilterLines) -> None:
        """The filters as they stood when they were last told, then as they stand now."""
        services, contents, dashboard_id = self._services, self._contents, self._documents[0].identifier
        if services is None or contents is None:
            return
        if (known := contents.filters.get(dashboard_id)) is not None:
            lines.show_filters(read(known.filters, known.order))
        else:
            lines.show_words("Loading …")
        self._form.show_draft(self._draft)
        try:
            told = contents.filters[dashboard_id] = await services.client.filters(dashboard_id)
        except OmniTuiError as error:
            lines.show_words(f"They could not be read. {error.message}")
        else:
            lines.show_filters(read(told.filters, told.order))
        self._form.show_draft(self._draft)

    def _load_tiles_if_needed(self) -> None:
        """Ask for the tiles when one is wanted for the first time."""
        for field in self._form.fields:
            if isinstance(field, TilePicker) and self._draft.is_one_tile and not field.is_asked_for:
                self._load_tiles(field)

    @on(TilePicker.Wanted)
    def _tiles_wanted(self, event: TilePicker.Wanted) -> None:
        self._load_tiles(event.picker)

    @work(exclusive=True, exit_on_error=False, group="tiles")
    async def _load_tiles(self, picker: TilePicker) -> None:
        services, contents, dashboard_id = self._services, self._contents, self._documents[0].identifier
        if services is None or contents is None:
            return
        picker.show_loading()
        if (known := contents.tiles.get(dashboard_id)) is not None:
            picker.show_tiles(known)
        try:
            told = contents.tiles[dashboard_id] = await services.client.tiles(dashboard_id)
        except OmniTuiError as error:
            picker.show_failure(error)
        else:
            picker.show_tiles(told)

    # what the user does

    @on(FieldChanged)
    def _field_changed(self) -> None:
        self._read()

    def _read(self) -> None:
        """Take over what stands in the fields, and show what follows from it."""
        self._form.read_into(self._draft)
        self._show()

    @on(ProblemLine.FixClicked)
    def _fix_clicked(self, event: ProblemLine.FixClicked) -> None:
        self._take(event.problem, event.fix)

    @on(ExportButton.Pressed)
    def _button_pressed(self) -> None:
        self.action_export()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key for fixes is there when a fix is."""
        return None if action == "fix" and self._next_fix is None else True

    def action_fix(self) -> None:
        """Take the fix of the focused field's problem, else the first that is shown."""
        self._read()
        if self._next_fix is not None:
            self._take(*self._next_fix)

    def _take(self, problem: Problem, fix: Fix) -> None:
        """Set what it sets; one that sets nothing leads to the field that is to be filled."""
        if not fix.changes and problem.field == TILE.wire_name:
            self._draft.wants_tile = True
        self._draft.take(fix)
        self._show()
        if not fix.changes:
            self._form.focus_field(problem.field)

    def action_back(self) -> None:
        """From a pane back to the form; from the form back to the dashboards."""
        if self.focused is not None and self._form not in self.focused.ancestors:
            self._form.focus_first()
        else:
            self.dismiss()

    def action_export(self) -> None:
        """Start it, or go to the first thing that holds it back."""
        self._read()  # the last key's own message may still be on its way
        self._jobs.begin()
        self._refused_order = None
        errors = self._draft.ask()
        self._show()
        if errors:
            self._form.focus_field(errors[0].field)
        elif self._target is not None and self._target.trouble is not None:
            self._look_at_target()  # it may have been mended meanwhile: the next try will see
            self._form.show_general_problems()
        else:
            self._submit()

    def _submit(self) -> None:
        if self._services is None:
            return
        engine = self._services.engine
        for document in self._documents:
            try:
                job_id = engine.submit(self._order(document))
            except OmniTuiError as error:
                self._refused_order = Problem(NO_FIELD, Severity.ERROR, str(error))
                self._form.show_general_problems()
                break
            self._jobs.add(engine.job(job_id))
        self.omni.pane = DOWNLOADS
        self._show_progress()

    def _order(self, document: Document) -> Order:
        assert self._services is not None
        return Order(self._draft.request(document), _name(document), self._services.download_folder)

    # what becomes of it

    def _job_told(self, job: Job) -> None:
        if self.is_mounted and self._jobs.follow(job):
            self.post_message(JobChanged(job))

    def on_job_changed(self, event: JobChanged) -> None:
        """A job of this form has moved on; one that has ended may have changed what is on the disk."""
        self._show_progress()
        if event.job.state.is_final:
            self._look_at_target()

    def _show_progress(self) -> None:
        self._draft.refusals = self._jobs.refusals
        self._show_problems()

    def _key_of(self, binding_id: str) -> str:
        """The key of one of our actions, as people write it: it may have been remapped."""
        bindings = [binding for _, binding in self._bindings if binding.id == binding_id]
        return self.app.get_key_display(bindings[0]) if bindings else ""


def _name(document: Document) -> str:
    """A dashboard that was opened by its id may have no name yet."""
    return document.name or document.identifier
