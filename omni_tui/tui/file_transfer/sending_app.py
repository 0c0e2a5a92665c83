"""The part of the application that sends files to the user's machine through the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from omni_tui.tui.input.key_queue import KeyQueueApp
from omni_tui.tui.input.terminal_replies import TransferReply
from omni_tui.tui.painting.driver import OmniDriver
from omni_tui.tui.terminal.detect import Multiplexer, Terminal, Transfer

if TYPE_CHECKING:
    from omni_tui.tui.file_transfer.iterm import PendingReplies
    from omni_tui.tui.file_transfer.kitty import KittyTransfer

# The name of the worker that sends a file; only one runs at a time.
SENDING = "send home"


class FileTransferApp(KeyQueueApp):
    """An application that can send a file through its `terminal`."""

    terminal: Terminal

    def __init__(self) -> None:
        super().__init__()
        self._pending_replies: PendingReplies | None = None
        self._to_kitty: KittyTransfer | None = None
        self._has_tmux_passthrough = False
        self._is_line_taken = False
        """Whether a sequence is being sent that other output would break."""

    @property
    def takes_files(self) -> bool:
        """Whether this terminal accepts a file and tmux, if any, passes it through."""
        is_blocked = self.terminal.multiplexer is Multiplexer.TMUX and not self._has_tmux_passthrough
        return self.terminal.transfer is not Transfer.NONE and not is_blocked

    async def _check_tmux(self) -> None:
        from omni_tui.tui.terminal.tmux import has_passthrough

        self._has_tmux_passthrough = await asyncio.to_thread(has_passthrough)
        self.refresh_bindings()

    async def send_home(
        self, path: Path, show_message: Callable[[str], None], show_progress: Callable[[int], None]
    ) -> str:
        """Send a file; return a message on where it is.

        Raises what `iterm.send_file` and `kitty.KittyTransfer.run` raise.
        """
        if self.terminal.transfer is Transfer.KITTY:
            return await self._send_to_kitty(path, show_message, show_progress)
        from omni_tui.tui.file_transfer.iterm import PendingReplies, send_file

        if self._pending_replies is None:
            self._pending_replies = PendingReplies()
        self._is_line_taken = self.terminal.transfer is Transfer.WHOLE
        try:
            await send_file(path, self.terminal, self.send, self._pending_replies, show_progress)
        finally:
            if self._is_line_taken:
                self._is_line_taken = False
                self.screen.refresh()
        return "your terminal saves it in its download folder"

    async def _send_to_kitty(
        self, path: Path, show_message: Callable[[str], None], show_progress: Callable[[int], None]
    ) -> str:
        from omni_tui.tui.file_transfer.kitty import KittyTransfer

        self._to_kitty = KittyTransfer(self.send)
        self._await_replies(True)
        try:
            return f"saved as {await self._to_kitty.run(path, show_message, show_progress)} on your machine"
        finally:
            self._await_replies(False)
            self._to_kitty = None

    def _await_replies(self, is_awaited: bool) -> None:
        if isinstance(self.terminal_driver, OmniDriver):
            self.terminal_driver.await_replies(is_awaited)

    def on_transfer_reply(self, event: TransferReply) -> None:
        """Pass a reply to the transfer; ignore late ones."""
        event.stop()
        if self._to_kitty is not None:
            self._to_kitty.receive(event.text)

    @property
    def _sending(self) -> list[Worker[Any]]:
        return [worker for worker in self.workers if worker.name == SENDING and worker.is_running]

    @property
    def is_sending(self) -> bool:
        """Whether a file is being sent."""
        return bool(self._sending)

    async def end_sending(self) -> None:
        """Cancel the transfer and wait for its end, so that no reply reaches the shell."""
        for worker in self._sending:
            worker.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    def action_suspend_process(self) -> None:
        """Suspend, but not during a transfer, whose replies would reach the shell."""
        if self.is_sending:
            self.notify("Suspending is disabled while a file is being sent.", markup=False)
        else:
            super().action_suspend_process()

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """Note that the terminal received everything sent before its reply."""
        if self._pending_replies is not None:
            self._pending_replies.received()
