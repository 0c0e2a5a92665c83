"""The keys for one download, shared by the list of downloads and the detail screen.

Some bring the download to the user's machine: an scp command, the file itself, the dashboard's URL.
"""

from __future__ import annotations

import asyncio
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from omni_tui.api.urls import dashboard_address
from omni_tui.downloads.broken_tiles.report import can_be_searched
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.key_labels import key_label, keys_of
from omni_tui.tui.common.service_watcher import ServiceWatcher
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.file_transfer.sending_app import SENDING
from omni_tui.tui.host import Host, host_of
from omni_tui.tui.messages import OpenComparison, OpenForm, OpenPreview

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine

USE_OTHER_FILE = "Download the other export's file instead of waiting"
COMPARE = "Show what changed since the previous export of the same request"
BROKEN_TILE = "Find the tile that fails this export"
COMMAND = "Copy this download as an omni-tui download command"
COPY_URL = "Copy the dashboard's URL"
ENDED_WITHOUT_FILE = (JobState.FAILED, JobState.CANCELED)
# The downloads that a key applies to, if not all.
_IS_FOR: Mapping[str, Callable[[Job], bool]] = {
    "cancel": lambda job: not job.state.is_final,
    "again": lambda job: job.state.is_final,
    "take_other": lambda job: job.conflicting_job_id is not None,
    "find_broken_tile": can_be_searched,
    **dict.fromkeys(
        ("preview", "compare", "copy", "copy_scp", "send_home"), lambda job: job.path is not None
    ),
}


class JobActions(ServiceWatcher):
    """A subclass returns the selected download, and has a frame for messages about it."""

    frame: TitledFrame

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "preview", "preview", tooltip="Show this download's file", id="preview"),
        Binding("c", "cancel", "cancel", tooltip="Cancel this download", id="cancel-job"),
        Binding("a", "again", "run again", tooltip="Retry, resume or repeat this download", id="again-job"),
        Binding("t", "take_other", "use its file", show=False, tooltip=USE_OTHER_FILE, id="take-other"),
        Binding("b", "find_broken_tile", "find broken tile", tooltip=BROKEN_TILE, id="find-broken-tile"),
        Binding("o", "options", "options", tooltip="Open this download in the form", id="job-form"),
        Binding("d", "compare", "compare", tooltip=COMPARE, id="compare-job"),
        Binding("m", "copy_command", "copy command", show=False, tooltip=COMMAND, id="copy-job-command"),
        Binding("y", "copy", "copy path", tooltip="Copy the path of this download's file", id="copy-path"),
        Binding("Y", "copy_scp", "copy scp", tooltip="Copy an scp command for this file", id="copy-scp"),
        Binding("h", "send_home", "send home", tooltip="Send this file to your terminal", id="send-home"),
        Binding("u", "copy_url", "copy URL", show=False, tooltip=COPY_URL, id="copy-dashboard-url"),
    ]

    # for subclasses

    @abstractmethod
    def selected_job(self) -> Job | None:
        """Return the download that the keys apply to."""

    def show_restarted(self, job: Job) -> None:
        """Show that a new download of the same order was started."""
        self.frame.show_message("started as a new download")

    def open_form(self, order: Order) -> None:
        """Open the export form with the options of this order."""
        self.post_message(OpenForm(order))

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect on the selected download, so that the footer hides it."""
        if action == "send_home" and not self._omni.takes_files:
            return True
        job = self.selected_job()
        return job is None or (action in _IS_FOR and not _IS_FOR[action](job))

    @property
    def _omni(self) -> Host:
        return host_of(self)

    @property
    def dashboard_address(self) -> str:
        """The dashboard's URL; empty until the services are open."""
        job = self.selected_job()
        if job is None or self._services is None:
            return ""
        identifier = job.order.request.dashboard_id
        known = self._services.catalog.find(identifier)
        return dashboard_address(self._services.client.root, identifier, known.url if known else "")

    def _saved_path(self) -> Path | None:
        """Return the selected download's file; show a message if it has none."""
        job = self.selected_job()
        if job is not None and job.path is None:
            self.frame.show_message("no file yet")
        return None if job is None else job.path

    # what keys do

    def action_preview(self) -> None:
        """Show the file."""
        if (path := self._saved_path()) is not None:
            self.post_message(OpenPreview(path, self.selected_job()))

    def action_cancel(self) -> None:
        """Cancel the download. It can be run again."""
        job = self.selected_job()
        if job is None or self._services is None:
            return
        if job.state.is_final:
            self.frame.show_message("already finished")
        else:
            self._services.engine.cancel(job.id)
            self.frame.show_message(f"canceled · {key_label('again-job', keys_of(self.app))} to run it again")

    def action_again(self) -> None:
        """Resume a failed or canceled download; for a saved one, start a new download."""
        job = self.selected_job()
        if job is None or self._services is None:
            return
        engine = self._services.engine
        try:
            if job.state in ENDED_WITHOUT_FILE:
                run_in_background(self, partial(self._resume, engine, job))
            elif job.state is JobState.DONE:
                self.show_restarted(engine.job(engine.submit(job.order)))
            else:
                self.frame.show_message("still running")
        except OmniTuiError as error:
            self.frame.show_message(error.message)

    async def _resume(self, engine: Engine, job: Job) -> None:
        try:
            await engine.resume(job.id)
        except OmniTuiError as error:
            self.frame.show_message(error.message)
        except ValueError:  # something else resumed it first
            self.frame.show_message("still running")

    def action_take_other(self) -> None:
        """Download the file of the export that this one waits for; the file name says so."""
        job = self.selected_job()
        if job is None or self._services is None:
            return
        if job.conflicting_job_id is None:
            self.frame.show_message("not waiting for another export")
        else:
            run_in_background(self, partial(self._take_other, self._services.engine, job))

    async def _take_other(self, engine: Engine, job: Job) -> None:
        try:
            taken = await engine.take_other(job.id)
        except OmniTuiError as error:
            self.frame.show_message(error.message)
        except ValueError:  # the other export just ended
            self.frame.show_message("no longer waiting for another export")
        else:
            self.show_restarted(engine.job(taken))
            self.frame.show_message("downloading the other export's file")

    def action_options(self) -> None:
        """Open the export form with the download's options."""
        job = self.selected_job()
        if job is not None:
            self.open_form(job.order)

    def action_find_broken_tile(self) -> None:
        """Export the dashboard's tiles one by one, to find the one that fails the whole file."""
        from omni_tui.tui.downloads.broken_tiles_screen import BrokenTilesScreen

        job = self.selected_job()
        if job is not None and can_be_searched(job):
            self.app.push_screen(BrokenTilesScreen(job))
        elif job is not None:
            self.frame.show_message("not a dashboard that failed to render")

    def action_compare(self) -> None:
        """Show what changed since the previous saved export of the same request."""
        job = self.selected_job()
        if job is not None and self._saved_path() is not None:
            self.post_message(OpenComparison(job))

    def action_copy_command(self) -> None:
        """Copy the command that downloads the same again, into the same folder."""
        from omni_tui.options.command_line import NotACommand, request_command

        job, services = self.selected_job(), self._services
        if job is None or services is None:
            return
        order = job.order
        if order.has_unknown_options:
            self.frame.show_message("its options aren't known")
            return
        manifest = "--manifest" if order.has_manifest else "--no-manifest"
        flags = [manifest] if order.has_manifest != services.settings.manifest else []
        connection = [*flags, *services.connection_flags]
        try:
            command = request_command(order.request, output=order.output, connection=connection)
        except NotACommand as error:
            self.frame.show_message(error.message)
        else:
            self.frame.copy(command)

    def action_copy(self) -> None:
        """Copy the path of the file."""
        if (path := self._saved_path()) is not None:
            self.frame.copy(str(path))

    async def action_copy_scp(self) -> None:
        """Copy an scp command that fetches the file, to be run on the user's machine."""
        from omni_tui.tui.file_transfer.scp import scp_line, ssh_host

        path = self._saved_path()
        if path is None or self._services is None:
            return
        configured_host = self._services.settings.scp_host or ""
        environ = dict(os.environ)
        if environ.get("TMUX") and not self.app.is_headless:
            from omni_tui.tui.terminal.tmux import ssh_connection

            newest = await asyncio.to_thread(ssh_connection)
            environ |= {} if newest is None else {"SSH_CONNECTION": newest}
        machine = ssh_host(environ, configured_host)
        try:
            self.frame.copy(scp_line(path.absolute(), machine))
        except ValueError as error:
            self.frame.show_message(f"no scp command: {error}")

    def action_copy_url(self) -> None:
        """Copy the dashboard's URL."""
        if self.dashboard_address:
            self.frame.copy(self.dashboard_address)

    async def action_send_home(self) -> None:
        """Send the file to the terminal, one file at a time."""
        path = self._saved_path()
        if path is None:
            return
        if not self._omni.takes_files:
            key = key_label("copy-scp", keys_of(self.app))
            self.frame.show_message(f"this terminal can't receive files; {key} copies an scp command")
            return
        if self._omni.is_sending:
            self.frame.show_message("another transfer is in progress")
            return
        # the app's worker, so that it continues when this pane or screen is closed
        run_in_background(self.app, partial(self._send, path), name=SENDING)

    async def _send(self, path: Path) -> None:
        self._say_if_here(f"sending {path.name}")
        try:
            where = await self._omni.send_home(path, self._say_if_here, self._tell)
        except OmniTuiError as error:
            self._say_if_here(str(error))
        except OSError as error:
            self._say_if_here(f"can't read the file: {error.strerror or error}")
        except ValueError as error:
            self._say_if_here(f"not sent: {error}")
        else:
            self._say_if_here(f"sent; {where}")

    def _tell(self, percent: int) -> None:
        self._say_if_here(f"sending: {percent}%")

    def _say_if_here(self, words: str) -> None:
        if self.is_attached:
            self.frame.show_message(words)
