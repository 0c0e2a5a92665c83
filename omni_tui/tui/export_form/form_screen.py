"""The form's parts, and how they follow the draft, the services and the jobs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult

from omni_tui.api.models import Document, KeyKind
from omni_tui.downloads.job.models import Job, Order
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.common.screens.paned_screen import PanedScreen
from omni_tui.tui.common.service_watcher import ServiceWatcher, Unsubscribe
from omni_tui.tui.common.text import content
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.dashboard_data import DashboardData
from omni_tui.tui.export_form.destination.destination import PathLine
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import NO_FIELD, TILE
from omni_tui.tui.export_form.draft.form_state import next_fix
from omni_tui.tui.export_form.draft.kept_drafts import draft_state, restore
from omni_tui.tui.export_form.fields.base import PartLeft
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.filters.form_filters import FILTERS
from omni_tui.tui.export_form.form import ExportForm
from omni_tui.tui.export_form.form_jobs import FormJobs, RowLimitWarning
from omni_tui.tui.export_form.layout.foot import HintLine
from omni_tui.tui.export_form.layout.form_frame import FormFrame
from omni_tui.tui.export_form.preset_actions import FormPresets
from omni_tui.tui.form_title import form_title
from omni_tui.tui.messages import CatalogChanged, JobChanged

if TYPE_CHECKING:
    from omni_tui.options.filters.from_url import UrlFilters
    from omni_tui.services import Services

# A form with fewer lines shows no blank lines and no second lines.
LOW = 20


class FormScreen(ServiceWatcher, PanedScreen):
    """Holds the form's parts and updates them. The subclass defines the keys.

    `order` is an earlier export whose options fill the form; `url` holds the filters of a dashboard URL.
    """

    AUTO_FOCUS = ""  # it would focus a field before the form is ready

    CSS_PATH: ClassVar[list[str | PurePath]] = [
        Path(__file__).parent.parent / "theme" / "styles" / name for name in ("export.tcss", "filters.tcss")
    ]

    def __init__(
        self, documents: tuple[Document, ...], order: Order | None = None, url: UrlFilters | None = None
    ) -> None:
        super().__init__()
        self._url = url
        self._documents = documents
        self._earlier_order = order
        self._messages: list[Problem] = []
        """Shown above the button: why an export was rejected, or what of a preset doesn't fit."""
        self._next_fix: tuple[Problem, Fix] | None = None

    def compose_body(self) -> ComposeResult:
        """Yield the frame with the form and the help line of the focused field."""
        services = self.omni.services
        may_run_as = services is None or services.client.key_kind is not KeyKind.PERSONAL
        self._draft = Draft(self._documents, may_run_as=may_run_as, now=self._now)
        self._form = ExportForm(self._draft.offered)
        self._help = HintLine()
        self._frame = FormFrame(self._form, self._help, id="export-frame")
        self._fill_draft()
        yield self._frame

    def on_mount(self) -> None:
        """Show the form and load the dashboard's filters."""
        self.watch(self.omni, "pane", self._update_height)
        self._show_names()
        self._follow(self.omni.services)  # before the state at the start is recorded
        self._form.button.show_key(self._key_of("export"))
        self._initial_state = draft_state(self._draft, self._form.folder_line.chosen)
        self._show()
        self._form.focus_first()
        if self._services is not None and self._form.filter_list is not None:
            start_work(self, "filters", partial(self._contents.load_filters, self._form.filter_list))

    def _fill_draft(self) -> None:
        """Fill the form's state, before the bindings are checked against it."""
        if self._earlier_order is not None:
            self._draft.load_order(self._earlier_order.request, self._earlier_order.run_as)
        if self._url is not None:
            self._draft.filters.show_url(self._url)
        self._was_kept = self._restore_kept() if self._earlier_order is None else False
        self._jobs = FormJobs(self._draft)
        self._limits = RowLimitWarning(self._draft)
        self._contents = DashboardData(self._draft, self._read)
        self._presets = FormPresets(self, self._draft, self._contents, self._show_messages)

    @property
    def _key(self) -> tuple[str, ...]:
        """Identifies this form among the kept drafts."""
        services = self.omni.services
        place = (services.client.root, services.settings.profile) if services else ("", "")
        return (*place, *(each.identifier for each in self._documents))

    def _restore_kept(self) -> bool:
        """Restore the kept draft, without its filters if a URL has some; return whether there was one."""
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
        """Keep the form's state if anything was changed."""
        self._form.save_to(self._draft)
        state = draft_state(self._draft, self._form.folder_line.chosen)
        is_touched = self._was_kept or state != self._initial_state
        self.omni.kept_drafts.keep(self._key, state if is_touched else None)

    def focus_body(self) -> None:
        """Focus the first field."""
        self._form.focus_first()

    def on_resize(self) -> None:
        """Switch to the brief layout if the form is low."""
        self._update_height()

    def _update_height(self) -> None:
        """Use the brief layout for a low form, or one with a pane below it."""
        height = self.app.size.height // 2 if self.omni.pane else self.app.size.height
        self.set_class(height < LOW, "-brief")

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the jobs and the dashboard list."""
        self._jobs.forget_all()
        yield services.engine.subscribe(self._job_changed)
        yield services.catalog.subscribe(lambda: self.post_if_running(CatalogChanged()))

    def _job_changed(self, job: Job) -> None:
        if self._jobs.update(job):
            self.post_if_running(JobChanged(job))

    def show_services(self) -> None:
        """Use the profile, the jobs and the remembered settings of the services."""
        if (services := self._services) is None:
            return
        self._draft.profile = services.profile_in_names
        self._contents.services = services
        self._limits.record(services.engine.jobs())
        self._learn_names()
        self._use_remembered(services)

    def _use_remembered(self, services: Services) -> None:
        """Use the last folder and file name, unless the form has its own."""
        remembered, line = services.remembered, self._form.folder_line
        line.show_default(remembered.folder or services.download_folder)
        if self._earlier_order is not None:
            line.show_value(self._earlier_order.folder)
        elif remembered.name_template and not self._was_kept:
            self._draft.carry_name(remembered.name_template)

    # updating

    def _read(self) -> None:
        """Read the fields into the draft, and show what follows.

        Also needed before showing anything else: a key's message may still be in the queue.
        """
        self._form.save_to(self._draft)
        self._draft.apply_carried_name()
        self._show()

    def _show(self) -> None:
        """Show the draft. Widgets that are unchanged aren't repainted."""
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
        """Return the problems that the draft doesn't have: of row limits, folder, filters and last export."""
        is_typed = self._form.folder_line.has_focus and not self._draft.shows_problems_of(FOLDER_FIELD)
        folder = None if is_typed else self._form.target_line.problem
        not_applied = (Problem(NO_FIELD, Severity.WARNING, each) for each in self._draft.filters.sentences)
        return [*self._limits.problems, *([folder] if folder else []), *not_applied, *self._messages]

    def _show_target(self) -> None:
        if self._services is not None:
            folder = self._form.folder_line.folder
            self._form.target_line.show(folder, self._jobs.file_names(folder))

    @on(PathLine.Checked)
    def _folder_checked(self) -> None:
        self._show_problems()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._services.clock.time() if self._services else time.time())

    def _show_help(self) -> None:
        last = "" if self._jobs.last_export else self._presets.last_summary
        self._help.show_field(self.focused, self._form.field_of(self.focused), last)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the help of the newly focused field, and the fix closest to it."""
        self._frame.show_active(self._form in event.widget.ancestors)
        self._show_help()
        self._show_problems()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Show the problems of the field that lost the focus from now on."""
        name = self._form.name_of(event.widget)
        if name and name != self._form.name_of(self.focused):
            self._draft.show_problems_of(name)
            self._show_problems()

    @on(PartLeft)
    def _part_left(self, event: PartLeft) -> None:
        self._draft.show_problems_of(FILTERS.wire_name, event.part)
        self._show_problems()

    # tiles

    def _load_tiles_if_needed(self) -> None:
        """Load the tiles when one is first needed."""
        picker = self._form.tile_picker
        if picker is not None and self._draft.is_one_tile and not picker.is_requested:
            self._load_tiles(picker)

    @on(TilePicker.ReloadRequested)
    def _reload_requested(self, event: TilePicker.ReloadRequested) -> None:
        self._load_tiles(event.picker)

    def _load_tiles(self, picker: TilePicker) -> None:
        if self._services is not None:
            start_work(self, "tiles", partial(self._contents.load_tiles, picker))

    def _show_messages(self, messages: list[Problem]) -> None:
        """Show the draft, and these problems above the button."""
        self._messages = messages
        self._show()
        if messages:
            self._form.show_general_problems()

    # jobs and names

    def on_job_changed(self, event: JobChanged) -> None:
        """Show a job's progress; after its end, check the folder again."""
        if event.job.state.is_final:
            self._limits.record([event.job])
        self._show_progress()
        if event.job.state.is_final:
            self._form.target_line.check_again()
            self._reload_rejected_tile(event.job)

    def _reload_rejected_tile(self, job: Job) -> None:
        """Reload the tiles if the server rejected the tile: it may have been deleted."""
        problems = job.failure.form_problems if job.failure else ()
        picker = self._form.tile_picker
        if picker is not None and any(problem.field == TILE.wire_name for problem in problems):
            self._load_tiles(picker)

    def on_catalog_changed(self) -> None:
        """Show the name of a dashboard that was opened by its ID, once it is known."""
        self._learn_names()
        self._read()

    def _learn_names(self) -> None:
        find = self._services.catalog.find if self._services else lambda _: None
        known = tuple(each if each.name else find(each.identifier) or each for each in self._draft.documents)
        if known != self._draft.documents:
            self._draft.documents = known
            self._show_names()

    def _show_names(self) -> None:
        self._frame.border_title = content(form_title(self._draft.documents))
        self._form.show_names(self._draft)

    def _show_progress(self) -> None:
        self._draft.rejections = self._jobs.rejections
        self._show_problems()

    def _key_of(self, binding_id: str) -> str:
        """Return the key of a binding as shown in the footer; it may be remapped."""
        actives = self.active_bindings.values()  # remapped, unlike the class's own
        bindings = [active.binding for active in actives if active.binding.id == binding_id]
        return self.app.get_key_display(bindings[0]) if bindings else ""
