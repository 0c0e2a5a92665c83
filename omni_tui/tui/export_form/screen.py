"""The export screen: one form for one dashboard or several."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from omni_tui.downloads.job.failure_messages import RELOAD_LIST
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.common.screens.paned_screen import DOWNLOADS
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.destination.folder_path import CREATE_FOLDER
from omni_tui.tui.export_form.draft.field_names import NO_FIELD, TILE
from omni_tui.tui.export_form.fields.base import FieldErrors
from omni_tui.tui.export_form.form_screen import FormScreen
from omni_tui.tui.export_form.layout.foot import ExportButton

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient
    from omni_tui.downloads.job.models import Order


STILL_CONNECTING = Problem(NO_FIELD, Severity.WARNING, "Still connecting. Try again in a moment.")


class ExportScreen(FormScreen):
    """One form for all of `documents`; it stays open after an export."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+s", "export", "export", key_display="F5", tooltip="Export this", id="export"),
        Binding("f6,ctrl+y", "fix", "fix", key_display="F6", tooltip="Apply the suggested fix", id="fix"),
        Binding(
            "f7,ctrl+o",
            "presets",
            "presets",
            key_display="F7",
            tooltip="Apply or save a preset",
            id="presets",
        ),
        Binding(
            "f8,ctrl+g",
            "last",
            "last settings",
            key_display="F8",
            tooltip="Use last settings",
            id="last",
        ),
        Binding(
            "f9,ctrl+n",
            "copy_command",
            "copy command",
            key_display="F9",
            show=False,
            tooltip="Copy the form as an omni-tui download command",
            id="copy-command",
        ),
        Binding(
            "f10,ctrl+f",
            "what_is_sent",
            "what is sent",
            key_display="F10",
            show=False,
            tooltip="Show the requests and file names before exporting",
            id="what-is-sent",
        ),
        Binding("escape", "back", "back", tooltip="Back to the dashboards", id="back"),
    ]

    # actions

    @on(FieldChanged)
    def _field_changed(self) -> None:
        self._read()

    @on(FieldErrors.FixClicked)
    def _fix_clicked(self, event: FieldErrors.FixClicked) -> None:
        self._apply_fix(event.problem, event.fix)

    @on(ExportButton.Pressed)
    def _button_pressed(self) -> None:
        self.action_export()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys for the fix and for the last settings only if there are any."""
        if action == "last":
            return self._presets.last is not None
        return None if action == "fix" and self._next_fix is None else True

    def action_presets(self) -> None:
        self._read()
        self._presets.choose(has_folder=self._form.folder_line.chosen is not None)

    def action_last(self) -> None:
        if self._presets.last is not None:
            self._presets.apply(self._presets.last.preset)

    async def _reload_list(self) -> None:
        """Replace the rejection by what the reloaded list shows."""
        if self._services is not None:
            message = await self._contents.reload_list(self._services)
            self._jobs.forget_ended()
            self._draft.rejections = self._jobs.rejections
            self._show_messages([message])

    def action_fix(self) -> None:
        """Apply the fix of the focused field, or the first one."""
        self._read()
        if self._next_fix is not None:
            self._apply_fix(*self._next_fix)

    def _apply_fix(self, problem: Problem, fix: Fix) -> None:
        """Apply a fix, or focus the field if the fix changes nothing."""
        if fix is CREATE_FOLDER:
            self._form.target_line.make_folder()
            return
        if fix == RELOAD_LIST:
            start_work(self, "list", self._reload_list)
            return
        if not fix.changes and problem.field == TILE.wire_name and not self._draft.needs_tile:
            self._draft.wants_tile = True
        self._draft.apply_fix(fix)
        self._show()
        if not fix.changes:
            self._form.focus_field(problem.field, problem.part)

    def action_copy_command(self) -> None:
        """Copy the form as an `omni-tui download` command, or show why it can't be one."""
        self._read()
        try:
            line = self._command()
        except OmniTuiError as error:
            self._show_messages([Problem(NO_FIELD, Severity.WARNING, str(error))])
            return
        self.app.copy_to_clipboard(line)
        self.notify("Sent the command to your terminal's clipboard.", markup=False)

    def _command(self) -> str:
        """Return the form as one command. Raises NotACommand."""
        from omni_tui.tui.export_form.scripting.form_command import form_command

        connection = self._services.connection_flags if self._services else ()
        return form_command(self._draft, self._form.folder_line.folder, connection)

    def action_what_is_sent(self) -> None:
        """Show the requests and file names, or go to the first error."""
        self._read()
        if errors := self._draft.check_all():
            self._show()
            self._form.focus_field(errors[0].field, errors[0].part)
        elif self._services is None:
            self._show_messages([STILL_CONNECTING])
        else:
            client = self._services.client
            has_manifest = self._services.settings.manifest
            orders = self._jobs.orders(self._form.folder_line.folder, has_manifest=has_manifest)
            start_work(self, "what-is-sent", partial(self._show_what_is_sent, client, orders))

    async def _show_what_is_sent(self, client: OmniClient, orders: list[Order]) -> None:
        from omni_tui.downloads.planned import planned
        from omni_tui.tui.export_form.scripting.what_is_sent import WhatIsSentScreen

        exports = await asyncio.to_thread(planned, client, orders)
        await self.app.push_screen(WhatIsSentScreen(exports, self._command))

    def action_back(self) -> None:
        """Go from a pane to the form, or from the form to the dashboards."""
        if self.focused is not None and self._form not in self.focused.ancestors:
            self._form.focus_first()
        else:
            self._keep()
            self.dismiss()

    def action_export(self) -> None:
        """Start the export, or go to the first error."""
        self._read()  # the last key's message may still be in the queue
        target = self._form.target_line
        if self._form.folder_line.chosen is not None and not target.is_checked:
            target.check_again(self.action_export)  # the folder isn't checked yet
            return
        self._jobs.forget_ended()
        self._messages = []
        errors = [*self._draft.check_all(), *([target.problem] if target.problem else [])]
        self._show()
        if errors:
            target.check_again()  # the user may have fixed the folder since
            self._form.focus_field(errors[0].field, errors[0].part)
        else:
            self._submit()

    def _submit(self) -> None:
        if self._services is None:
            self._show_messages([STILL_CONNECTING])
            return
        try:
            self._jobs.submit(
                self._services.engine,
                self._form.folder_line.folder,
                has_manifest=self._services.settings.manifest,
            )
        except OmniTuiError as error:
            self._show_messages([Problem(NO_FIELD, Severity.ERROR, str(error))])
        self._presets.remember(self._form.folder_line.chosen)
        self.omni.pane = DOWNLOADS
        self._show_progress()
