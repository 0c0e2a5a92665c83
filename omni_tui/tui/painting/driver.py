"""Textual's driver for a terminal far away: it may go, as a connection drops, and it may be slow."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

from omni_tui.tui.input.key_reader import KeyReader
from omni_tui.tui.painting.chunked_output import PAUSE_SECONDS, Chunker, Pause, is_far
from omni_tui.tui.painting.screen_diff import ScreenDiff
from omni_tui.tui.terminal.ascii_fallback import ascii_only
from omni_tui.tui.terminal.detect import clears_in_color, moves_lines
from omni_tui.tui.terminal.escape_sequences import ASK_NAME

if TYPE_CHECKING:
    from textual.app import App

# For whoever leaves at once after the start: so long after the question, its answer may still come.
ANSWER_SECONDS = 1.0


class SafeOutput:
    """What is written goes to `stream` until that fails; from then on it goes nowhere, and nothing is raised.

    Textual writes in a thread of its own, from a short queue. A failure ends that thread: the queue runs
    full, and the program waits for it for ever in place of ending.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_gone = False

    def write(self, text: str) -> int:
        """Write, or drop; the number of characters. A pause between two pieces is waited for here."""
        if isinstance(text, Pause):
            self.flush()
            time.sleep(PAUSE_SECONDS)
        elif not self.is_gone:
            try:
                return self._stream.write(text)
            except (OSError, ValueError):
                self.is_gone = True
        return len(text)

    def flush(self) -> None:
        """Flush, where there is still somebody to see it."""
        if not self.is_gone:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self.is_gone = True

    def fileno(self) -> int:
        """The stream's own."""
        return self._stream.fileno()


class OmniDriver(LinuxDriver):
    """Goes on without a terminal for the moment that it takes to leave cleanly, and writes few bytes."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        if self._file is not None:
            self._file = cast(Any, SafeOutput(self._file))
        self._shadow = ScreenDiff(clears=clears_in_color(os.environ), scrolls=moves_lines(os.environ))
        self._pieces = Chunker(is_far=is_far(os.environ))
        self.is_ascii = False
        """Whether the terminal shows nothing else."""
        self._reader: KeyReader | None = None
        self._awaits_replies = False
        self._turn = threading.Lock()  # what reads the keys answers the terminal from a thread of its own

    def run_input_thread(self) -> None:
        """A terminal that has gone does not always come with the signal that says so."""
        try:
            reader = self._reader = KeyReader(self.fileno, self.process_message)
            reader.replies.is_awaited = self._awaits_replies
            reader.run(self.exit_event.is_set)
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGHUP)

    def await_replies(self, is_awaited: bool) -> None:
        """Whether the terminal may answer to a transfer at any moment: no part of that is a key."""
        self._awaits_replies = is_awaited
        if self._reader is not None:
            self._reader.replies.is_awaited = is_awaited

    def ask_for_name(self) -> None:
        """Ask the terminal which it is: `TerminalName` is what it answers, if it does."""
        if self._reader is not None:
            self._reader.replies.expect_name()
            self.send(ASK_NAME)

    # Textual does all that a signal asks for in the middle of whatever it interrupts: in a write, too.

    def _sigtstp_application(self, *received: object) -> None:
        _in_turn(partial(super()._sigtstp_application, *received))

    def _sigcont_application(self, *received: object) -> None:
        _in_turn(self._continue)

    def _continue(self) -> None:
        """After a stop that was not seen (SIGSTOP), all is ended first: else two threads read the keys."""
        if not self._auto_restart or self._app._exit:
            return
        if not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()

    def start_application_mode(self) -> None:
        """The shell, or another program, had the terminal before."""
        self._shadow.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """What was painted last goes out, and an answer that is on its way is not for the shell.

        Textual leaves the mouse telling pixels, where a terminal can.
        """
        if self._reader is not None:
            self._reader.replies.wait_for_name(ANSWER_SECONDS)
        super().write(self._pieces.rest())
        if self._mouse_pixels:
            self._mouse_pixels = False
            self.send("\x1b[?1016l")
        super().stop_application_mode()

    def send(self, sequence: str) -> None:
        """Write a sequence as it is: nothing in it is painted."""
        with self._turn:
            super().write(ascii_only(sequence) if self.is_ascii else sequence)

    def set_mouse(self, is_on: bool) -> None:
        """Have the terminal report its mouse, or keep it."""
        if is_on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    def write(self, data: str) -> None:
        """Write what is needed for the terminal to look as with all of `data`."""
        with self._turn:
            if self._file is not None:
                with suppress(OSError):
                    self._shadow.resize(*os.get_terminal_size(self._file.fileno()))
            reduced = self._shadow.reduced(ascii_only(data) if self.is_ascii else data)
            for piece in self._pieces.of(reduced):
                super().write(piece)

    def forget_picture(self) -> None:
        """The terminal may show something else than what was written."""
        with self._turn:
            self._shadow.forget()


def _in_turn(work: Callable[[], object]) -> None:
    """Do it when what is under way is done; at once where nothing runs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        work()
    else:
        loop.call_soon_threadsafe(work)
