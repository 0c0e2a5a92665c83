"""The part of the application that sends files home through the terminal."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
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

# The name of the work that sends a file: one at a time.
SENDING = "send home"


class FileTransferApp(KeyQueueApp):
    """An application that knows how its `terminal` takes a file."""

    terminal: Terminal

    def __init__(self) -> None:
        super().__init__()
        self._answers: PendingReplies | None = None
        self._to_kitty: KittyTransfer | None = None
        self._has_tmux_passthrough = False
        self._is_line_taken = False
        """A sequence is on its way that nothing may be written into."""

    @abstractmethod
    def send(self, sequence: str) -> None:
        """Write a sequence as it is, at once."""

    @property
    def takes_files(self) -> bool:
        """Whether a file can be sent to this terminal, and through what stands before it."""
        is_in_the_way = self.terminal.multiplexer is Multiplexer.TMUX and not self._has_tmux_passthrough
        return self.terminal.transfer is not Transfer.NONE and not is_in_the_way

    async def _check_tmux(self) -> None:
        from omni_tui.tui.terminal.tmux import has_passthrough

        self._has_tmux_passthrough = await asyncio.to_thread(has_passthrough)
        self.refresh_bindings()

    async def send_home(self, path: Path, say: Callable[[str], None], tell: Callable[[int], None]) -> str:
        """Send a file to the terminal; words on where it is now. `say` gets words, `tell` the percentage.

        Raises as `sending.send_file` and `kitty.KittyTransfer` do.
        """
        if self.terminal.transfer is Transfer.KITTY:
            return await self._send_to_kitty(path, say, tell)
        from omni_tui.tui.file_transfer.iterm import PendingReplies, send_file

        if self._answers is None:
            self._answers = PendingReplies()
        self._is_line_taken = self.terminal.transfer is Transfer.WHOLE
        try:
            await send_file(path, self.terminal, self.send, self._answers, tell)
        finally:
            if self._is_line_taken:
                self._is_line_taken = False
                self.screen.refresh()
        return "your terminal saves it among its downloads"

    async def _send_to_kitty(
        self, path: Path, say: Callable[[str], None], tell: Callable[[int], None]
    ) -> str:
        from omni_tui.tui.file_transfer.kitty import KittyTransfer

        self._to_kitty = KittyTransfer(self.send)
        self._await_replies(True)
        try:
            return f"it is {await self._to_kitty.run(path, say, tell)} at home"
        finally:
            self._await_replies(False)
            self._to_kitty = None

    def _await_replies(self, is_awaited: bool) -> None:
        if isinstance(self.terminal_driver, OmniDriver):
            self.terminal_driver.await_replies(is_awaited)

    def on_transfer_reply(self, event: TransferReply) -> None:
        """The terminal has answered a step of a transfer; late answers are for nobody."""
        event.stop()
        if self._to_kitty is not None:
            self._to_kitty.receive(event.text)

    @property
    def _sending(self) -> list[Worker[Any]]:
        return [worker for worker in self.workers if worker.name == SENDING and worker.is_running]

    @property
    def is_sending(self) -> bool:
        """Whether a file is on its way to the terminal."""
        return bool(self._sending)

    async def end_sending(self) -> None:
        """Break off what is on its way: what the terminal still answers to it is not for the shell."""
        for worker in self._sending:
            worker.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    def action_suspend_process(self) -> None:
        """To the shell, but not while the terminal answers to what it is sent."""
        if self.is_sending:
            self.notify("Suspending is disabled while a file is being sent.", markup=False)
        else:
            super().action_suspend_process()

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal has answered: all that was sent before has arrived."""
        if self._answers is not None:
            self._answers.came()
