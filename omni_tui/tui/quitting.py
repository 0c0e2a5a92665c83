"""Quits the application: on a key after a confirmation, when all exports finish, or on a signal."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING

from omni_tui.tui.common.key_labels import with_keys
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.open_screens import ScreenOpener

if TYPE_CHECKING:
    from omni_tui.tui.quit_dialog import QuitChoice, QuitDialog


class QuittingApp(ScreenOpener):
    """An application that stops its jobs cleanly before it exits."""

    _is_quitting = False
    _quits_when_done = False
    _quit_dialog: QuitDialog | None = None

    def on_load(self) -> None:
        """Quit cleanly on SIGHUP (a dropped connection), SIGTERM and SIGINT.

        Runs before the driver starts, so a signal during start-up restores the terminal, too.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._quit_on_signal, number)

    def _quit_on_signal(self, number: int) -> None:
        run_in_background(self, partial(self.shut_down, 128 + number))

    async def action_quit(self) -> None:
        """Quit; while exports run, ask first what to do with them."""
        services = self.services
        running = services.engine.running if services is not None else ()
        if services is None or not running:
            await self.shut_down(0)
            return
        from omni_tui.tui.quit_dialog import QuitDialog

        if isinstance(self.screen, QuitDialog):  # pressed twice: don't ask again
            await self.shut_down(0)
        else:
            self._quit_dialog = QuitDialog(len(running), is_lasting=services.engine.is_lasting)
            await self.push_screen(self._quit_dialog, self._apply_quit_choice)

    def export_ended(self, running_count: int) -> None:
        """Update the open dialog, or quit if this was the last export and the user chose to wait for it."""
        if self._quit_dialog is not None:
            self._quit_dialog.show_running(running_count)
        if self._quits_when_done and not running_count:
            run_in_background(self, partial(self.shut_down, 0))

    async def action_ask_to_quit(self) -> None:
        """Quit after a confirmation: a letter is easily pressed by mistake."""
        if self.services is not None and self.services.engine.running:
            await self.action_quit()
            return
        from omni_tui.tui.quit_dialog import QuitDialog

        await self.push_screen(QuitDialog(0, is_lasting=True), self._apply_quit_choice)

    async def _apply_quit_choice(self, choice: QuitChoice | None) -> None:
        from omni_tui.tui.quit_dialog import QuitChoice

        self._quit_dialog = None
        if choice is QuitChoice.WAIT:
            message = "Quitting when all exports finish. Press {quit} to change this."
            self.notify(with_keys(message, self.keys_in_use), markup=False)
        self._quits_when_done = choice is QuitChoice.WAIT
        if choice is QuitChoice.CANCEL and self.services is not None:
            for job in self.services.engine.running:
                self.services.engine.cancel(job.id)
        if choice in (QuitChoice.QUIT, QuitChoice.CANCEL):
            await self.shut_down(0)

    async def shut_down(self, status: int) -> None:
        """Stop the jobs cleanly, so that no partial file is left, then exit with `status`. Runs once."""
        if self._is_quitting:
            return
        self._is_quitting = True
        await self.end_sending()
        try:
            await self._close_services()
        finally:
            self.exit(status)

    async def _close_services(self) -> None:
        services, self.services = self.services, None
        if services is not None:
            await services.aclose()
