"""Keys that bring a download to the user's machine: an scp command, the file itself, the dashboard's URL."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from omni_tui.api.urls import dashboard_address
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.downloads.actions import JobActions
from omni_tui.tui.file_transfer.sending_app import SENDING
from omni_tui.tui.host import Host, host_of


class TransferActions(JobActions):
    """The keys for one download, and those that send its file to the user's machine."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "copy_scp", "copy scp", tooltip="Copy an scp command for this file", id="copy-scp"),
        Binding("h", "send_home", "send home", tooltip="Send this file to your terminal", id="send-home"),
        Binding(
            "u", "copy_url", "copy URL", show=False,
            tooltip="Copy the dashboard's URL", id="copy-dashboard-url",
        ),
    ]  # fmt: skip

    @property
    def _omni(self) -> Host:
        return host_of(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to send a file only to a terminal that accepts one."""
        if action == "send_home" and not self._omni.takes_files:
            return False
        return super().check_action(action, parameters)

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
            self.copy_text(scp_line(path.absolute(), machine))
        except ValueError as error:
            self.show_job_message(f"no scp command: {error}")

    def action_copy_url(self) -> None:
        """Copy the dashboard's URL."""
        if self.dashboard_address:
            self.copy_text(self.dashboard_address)

    @property
    def dashboard_address(self) -> str:
        """The dashboard's URL; empty until the services are open."""
        job = self.selected_job()
        if job is None or self._services is None:
            return ""
        identifier = job.order.request.dashboard_id
        known = self._services.catalog.find(identifier)
        return dashboard_address(self._services.client.root, identifier, known.url if known else "")

    async def action_send_home(self) -> None:
        """Send the file to the terminal, one file at a time."""
        path = self._saved_path()
        if path is None:
            return
        if self._omni.is_sending:
            self.show_job_message("another transfer is in progress")
            return
        # the app's worker, so that it continues when this pane or screen is closed
        run_in_background(self.app, partial(self._send, path), SENDING)

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
            self.show_job_message(words)

    def _saved_path(self) -> Path | None:
        """Return the saved file's path, or None."""
        job: Job | None = self.selected_job()
        if job is None:
            return None
        if job.path is None or job.state is not JobState.DONE:
            self.show_job_message("no file yet")
            return None
        return job.path
