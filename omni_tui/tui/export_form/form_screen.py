"""The form as it stands: its parts, what is shown in them, and what becomes of its exports."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult

from omni_tui.api.models import Document, KeyKind
from omni_tui.downloads.job.models import Job, Order
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.common.screens.paned_screen import PanedScreen
from omni_tui.tui.common.text import content
from omni_tui.tui.export_form.dashboard_data import DashboardData
from omni_tui.tui.export_form.destination.destination import FormTarget
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.draft.draft import NO_FIELD, TILE, Draft
from omni_tui.tui.export_form.draft.form_state import next_fix, offered
from omni_tui.tui.export_form.draft.kept_drafts import draft_state, restore
from omni_tui.tui.export_form.fields.base import PartLeft
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.filters.state import FILTERS
from omni_tui.tui.export_form.form import ExportForm
from omni_tui.tui.export_form.layout.form_frame import FormFrame
from omni_tui.tui.export_form.layout.hint_line import HintLine
from omni_tui.tui.export_form.preset_actions import FormPresets
from omni_tui.tui.export_form.row_limit_warning import RowLimitWarning
from omni_tui.tui.export_form.submission import FormJobs
from omni_tui.tui.form_title import form_title
from omni_tui.tui.messages import CatalogChanged, JobChanged

if TYPE_CHECKING:
    from omni_tui.options.filters.from_url import UrlFilters
    from omni_tui.services import Services

# Below so many lines, blank ones and second ones are left out.
LOW = 20


class FormScreen(PanedScreen):
    """Holds the form's parts, and shows what stands in them. What keys do is said by who derives from it.

    `order` is an export whose options fill the form at first; `url` are the filters of the dashboard's URL.
    """

    AUTO_FOCUS = ""  # which would give the keys away before there is anything to set

    CSS_PATH: ClassVar[list[str | PurePath]] = [
        Path(__file__).parent.parent / "theme" / "styles" / name for name in ("export.tcss", "filters.tcss")
    ]

    def __init__(
        self, documents: tuple[Document, ...], order: Order | None = None, url: UrlFilters | None = None
    ) -> None:
        super().__init__()
        self._url = url
        self._documents = documents
        self._order_before = order
        self._said: list[Problem] = []
        """What is to be said above the button: why an order was not taken, what of a preset did not fit."""
        self._services: Services | None = None
        self._unsubscribe_list: Callable[[], None] = lambda: None
        self._next_fix: tuple[Problem, Fix] | None = None

    def compose_body(self) -> ComposeResult:
        """The frame with the form, and at its foot what the focused field is for."""
        may_run_as = self._may_run_as
        self._form = ExportForm(offered(is_for_several=len(self._documents) > 1, may_run_as=may_run_as))
        self._help = HintLine()
        self._frame = FormFrame(self._form, self._help, id="export-frame")
        self._make_draft()
        yield self._frame

    @property
    def _may_run_as(self) -> bool:
        services = self.omni.services
        return services is None or services.client.key_kind is not KeyKind.PERSONAL

    def on_mount(self) -> None:
        """Show the form, and ask the server for what belongs to the dashboard."""
        self.watch(self.omni, "pane", self._save_room)
        self._show_names()
        self.watch(self.omni, "services", self._listen)
        self._form.button.show_key(self._key_of("export"))
        self._at_first = draft_state(self._draft, self._form.folder_line.chosen)
        self._show()
        self._form.focus_first()
        if self._form.filter_list is not None:
            self._contents.load_filters(self._form.filter_list)

    def _make_draft(self) -> None:
        """Make the state behind the fields, before bindings ask for it."""
        services = self.omni.services
        profile = services.settings.profile if services else ""
        self._draft = Draft(self._documents, may_run_as=self._may_run_as, profile=profile, now=self._now)
        if self._order_before is not None:
            self._draft.load_order(self._order_before.request, self._order_before.run_as)
        if self._url is not None:
            self._draft.filters.show_url(self._url)
        self._was_kept = self._restore_kept() if self._order_before is None else False
        self._jobs = FormJobs(self._draft, self._post_job_changed)
        self._limits = RowLimitWarning(self._draft)
        self._contents = DashboardData(self, self._draft, self._read)
        self._presets = FormPresets(
            self, self._draft, self._contents, self._say, lambda: self._form.folder_line.chosen is not None
        )
        self._target = FormTarget(self, self._form.target_line, self._show_problems)

    @property
    def _key(self) -> tuple[str, ...]:
        """Whose form it is, among those that are kept."""
        services = self.omni.services
        place = (services.client.root, services.settings.profile) if services else ("", "")
        return (*place, *(each.identifier for each in self._documents))

    def _restore_kept(self) -> bool:
        """Set what stood in the form when it was closed; with a URL, all but the filters. Whether it did."""
        kept = self.omni.kept_drafts.find(self._key)
        if kept is None:
            return False
        if self._url is not None:
            kept = replace(kept, edits={}, fan_out="")
        restore(self._draft, kept)
        if kept.folder is not None:
            self._form.folder_line.show_value(kept.folder)
        return True

    def _keep(self) -> None:
        """Keep what stands in the form, if anything was set in it."""
        self._form.save_to(self._draft)
        state = draft_state(self._draft, self._form.folder_line.chosen)
        is_touched = self._was_kept or state != self._at_first
        self.omni.kept_drafts.keep(self._key, state if is_touched else None)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._jobs.unsubscribe()
        self._unsubscribe_list()

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
        """Hear of the jobs of the engine that is open now, and of the list of dashboards."""
        if services is None or services is self._services:
            return
        self._services = services
        self._contents.set_services(services)
        self._presets.set_services(services)
        self._jobs.subscribe(services.engine)
        self._limits.record(services.engine.jobs())
        self._unsubscribe_list()
        self._unsubscribe_list = services.catalog.subscribe(self._post_catalog_changed)
        self._use_remembered(services)

    def _use_remembered(self, services: Services) -> None:
        """The folder and the name as they were last chosen, unless this form has its own."""
        remembered, line = services.remembered, self._form.folder_line
        line.show_default(remembered.folder or services.download_folder)
        if self._order_before is not None:
            line.show_value(self._order_before.folder)
        elif remembered.name_template and not self._was_kept:
            self._draft.carry_name(remembered.name_template)

    # what is shown

    def _read(self) -> None:
        """Take over what stands in the fields, and show what follows from it.

        So must who shows what came by itself: the word of a key just pressed may still be on its way.
        """
        self._form.save_to(self._draft)
        self._draft.apply_carried_name()
        self._show()

    def _show(self) -> None:
        """All that follows from the draft. Widgets that show the same already are not painted again."""
        self._form.show_draft(self._draft)
        self._show_target()
        self._show_problems()
        self._load_tiles_if_needed()
        self._show_help()
        if self.app.app_focus:
            self._form.keep_focus_visible()

    def _show_problems(self) -> None:
        problems = [*self._draft.visible_problems, *self._other_problems()]
        had_fix = self._next_fix is not None
        missing = [self._draft.missing_tile] if self._draft.missing_tile else []
        self._next_fix = next_fix([*problems, *missing], self._form.name_of(self.focused))
        self._form.show_fix_of_tile(self._key_of("fix") if missing else "")
        self._form.show_problems(problems, self._next_fix[0] if self._next_fix else None, self._key_of("fix"))
        self._frame.show_below(self._jobs.last_export)
        if had_fix != (self._next_fix is not None):
            self.refresh_bindings()

    def _other_problems(self) -> list[Problem]:
        """What the draft cannot know: what the disk says of the folder, and what became of the last try."""
        is_typed = self._form.folder_line.has_focus and not self._draft.was_left(FOLDER_FIELD)
        folder = None if is_typed else self._target.problem
        of_url = (Problem(NO_FIELD, Severity.WARNING, each) for each in self._draft.filters.url_sentences)
        return [*self._limits.problems, *([folder] if folder else []), *of_url, *self._said]

    def _show_target(self) -> None:
        if self._services is not None:
            folder = self._form.folder_line.folder
            self._target.show(folder, self._jobs.file_names(folder))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._services.clock.time() if self._services else time.time())

    def _show_help(self) -> None:
        last = "" if self._jobs.last_export else self._presets.last_summary
        self._help.show_field(self.focused, self._form.field_of(self.focused), last)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Another field: other words, and the fix that lies nearest."""
        self._frame.show_active(self._form in event.widget.ancestors)
        self._show_help()
        self._show_problems()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A field was left: what is missing in it may be told from now on."""
        name = self._form.name_of(event.widget)
        if name and name != self._form.name_of(self.focused):
            self._draft.mark_left(name)
            self._show_problems()

    @on(PartLeft)
    def _part_left(self, event: PartLeft) -> None:
        self._draft.mark_left(FILTERS.wire_name, event.part)
        self._show_problems()

    # what is asked of the server

    def _load_tiles_if_needed(self) -> None:
        """Ask for the tiles when one is wanted for the first time."""
        picker = self._form.tile_picker
        if picker is not None and self._draft.is_one_tile and not picker.is_requested:
            self._contents.load_tiles(picker)

    @on(TilePicker.Wanted)
    def _tiles_wanted(self, event: TilePicker.Wanted) -> None:
        self._contents.load_tiles(event.picker)

    def _say(self, said: list[Problem]) -> None:
        """Show the draft as it is now, and this above the button: what of a preset did not fit, or alike."""
        self._said = said
        self._show()
        if said:
            self._form.show_general_problems()

    # what becomes of it

    def _post_job_changed(self, job: Job) -> None:
        if self.is_mounted:
            self.post_message(JobChanged(job))

    def on_job_changed(self, event: JobChanged) -> None:
        """A job of this form has moved on; one that has ended may have changed what is on the disk."""
        if event.job.state.is_final:
            self._limits.record([event.job])
        self._show_progress()
        if event.job.state.is_final:
            self._target.check_again()
            self._reload_rejected_tile(event.job)

    def _reload_rejected_tile(self, job: Job) -> None:
        """A tile that was refused may have gone: its list is asked for anew."""
        told = job.failure.form_problems if job.failure else ()
        picker = self._form.tile_picker
        if picker is not None and any(problem.field == TILE.wire_name for problem in told):
            self._contents.load_tiles(picker)

    def _post_catalog_changed(self) -> None:
        if self.is_mounted:
            self.post_message(CatalogChanged())

    def on_catalog_changed(self) -> None:
        """A dashboard that was opened by its id may have its name now."""
        find = self._services.catalog.find if self._services else lambda _: None
        self._draft.documents = tuple(
            each if each.name else find(each.identifier) or each for each in self._draft.documents
        )
        self._show_names()
        self._read()

    def _show_names(self) -> None:
        self._frame.border_title = content(form_title(self._draft.documents))
        self._form.show_names(self._draft)

    def _show_progress(self) -> None:
        self._draft.rejections = self._jobs.rejections
        self._show_problems()

    def _key_of(self, binding_id: str) -> str:
        """The key of one of our actions, as people write it: it may have been remapped."""
        actives = self.active_bindings.values()  # as the keymap has them, which the screen's own are not
        bindings = [active.binding for active in actives if active.binding.id == binding_id]
        return self.app.get_key_display(bindings[0]) if bindings else ""
