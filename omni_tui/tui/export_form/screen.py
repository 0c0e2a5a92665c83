"""The form: what to get of one dashboard, or of several, and in which form."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from omni_tui.downloads.job.failure_messages import RELOAD_LIST
from omni_tui.errors import OmniTuiError
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.tui.common.screens.pane_host import DOWNLOADS
from omni_tui.tui.common.work import start_work
from omni_tui.tui.export_form.destination.folder_path import MAKE_FOLDER
from omni_tui.tui.export_form.draft.draft import NO_FIELD, TILE
from omni_tui.tui.export_form.fields.base import FieldChanged
from omni_tui.tui.export_form.fields.field_error import FieldErrors
from omni_tui.tui.export_form.form_screen import FormScreen
from omni_tui.tui.export_form.layout.submit_button import ExportButton

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient
    from omni_tui.downloads.job.models import Order


STILL_CONNECTING = Problem(NO_FIELD, Severity.WARNING, "Still connecting. Try again in a moment.")


class ExportScreen(FormScreen):
    """One form for all of `documents`; it stays open after an export, for another format."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+s", "export", "export", key_display="F5", tooltip="Export this", id="export"),
        Binding(
            "f6,ctrl+y", "fix", "fix", key_display="F6", tooltip="Take the fix that is offered", id="fix"
        ),
        Binding(
            "f7,ctrl+o",
            "presets",
            "presets",
            key_display="F7",
            tooltip="Presets: use one, save one",
            id="presets",
        ),
        Binding(
            "f8,ctrl+g",
            "last",
            "as last time",
            key_display="F8",
            tooltip="Set the form as it was the last time",
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
            tooltip="What will be sent: the requests and the file names",
            id="what-is-sent",
        ),
        Binding("escape", "back", "back", tooltip="Back to the dashboards", id="back"),
    ]

    # what the user does

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
        """The key for fixes is there when a fix is, the one for the last time when there was one."""
        if action == "last":
            return self._presets.last is not None
        return None if action == "fix" and self._next_fix is None else True

    def action_presets(self) -> None:
        """Presets: use one, save the form as one."""
        self._read()
        self._presets.choose()

    def action_last(self) -> None:
        """Set the form as it was the last time."""
        self._presets.apply_last()

    def _list_reloaded(self, said: list[Problem]) -> None:
        """What was refused is told by what the list says now."""
        self._jobs.forget_ended()
        self._draft.rejections = self._jobs.rejections
        self._say(said)

    def action_fix(self) -> None:
        """Take the fix of the focused field's problem, else the first that is shown."""
        self._read()
        if self._next_fix is not None:
            self._apply_fix(*self._next_fix)

    def _apply_fix(self, problem: Problem, fix: Fix) -> None:
        """Set what it sets; one that sets nothing leads to the field that is to be filled."""
        if fix is MAKE_FOLDER:
            self._target.make_folder()
            return
        if fix == RELOAD_LIST:
            self._contents.reload_list(self._list_reloaded)
            return
        if not fix.changes and problem.field == TILE.wire_name and not self._draft.needs_tile:
            self._draft.wants_tile = True
        self._draft.apply_fix(fix)
        self._show()
        if not fix.changes:
            self._form.focus_field(problem.field, problem.part)

    def action_copy_command(self) -> None:
        """Copy the form as one `omni-tui download` line; say what keeps it from being one."""
        self._read()
        try:
            line = self._command()
        except OmniTuiError as error:
            self._say([Problem(NO_FIELD, Severity.WARNING, str(error))])
            return
        self.app.copy_to_clipboard(line)
        self.notify("Sent the command to your terminal's clipboard.", markup=False)

    def _command(self) -> str:
        """Return the form as one command. Raises NotACommand."""
        from omni_tui.tui.export_form.scripting.form_command import form_command

        services = self._services
        return form_command(
            self._draft,
            self._form.folder_line.folder,
            profile=services.profile if services else "",
            is_demo=services is not None and services.demo_server is not None,
        )

    def action_what_is_sent(self) -> None:
        """Show the requests and the file names; or go to the first error, as an export would."""
        self._read()
        if errors := self._draft.check_all():
            self._show()
            self._form.focus_field(errors[0].field, errors[0].part)
        elif self._services is None:
            self._say([STILL_CONNECTING])
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
        """From a pane back to the form; from the form back to the dashboards."""
        if self.focused is not None and self._form not in self.focused.ancestors:
            self._form.focus_first()
        else:
            self._keep()
            self.dismiss()

    def action_export(self) -> None:
        """Start it, or go to the first thing that holds it back."""
        self._read()  # the last key's own message may still be on its way
        if self._form.folder_line.chosen is not None and not self._target.is_checked:
            self._target.when_checked(self.action_export)  # a folder that was typed just now may not be there
            return
        self._jobs.forget_ended()
        self._said = []
        errors = [*self._draft.check_all(), *([self._target.problem] if self._target.problem else [])]
        self._show()
        if errors:
            self._target.check_again()  # what was wrong there may have been mended: the next try will see
            self._form.focus_field(errors[0].field, errors[0].part)
        else:
            self._submit()

    def _submit(self) -> None:
        if self._services is None:
            self._say([STILL_CONNECTING])
            return
        try:
            self._jobs.submit(
                self._services.engine,
                self._form.folder_line.folder,
                has_manifest=self._services.settings.manifest,
            )
        except OmniTuiError as error:
            self._say([Problem(NO_FIELD, Severity.ERROR, str(error))])
        self._presets.remember(self._form.folder_line.chosen)
        self.omni.pane = DOWNLOADS
        self._show_progress()
