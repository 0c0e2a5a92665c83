"""Textual's driver for remote terminals: survives a dropped connection, and writes few bytes."""

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
from omni_tui.tui.terminal.ascii_fallback import ascii_only, needs_ascii
from omni_tui.tui.terminal.detect import clears_in_color, moves_lines, terminal_of
from omni_tui.tui.terminal.escape_sequences import NAME_REQUEST

if TYPE_CHECKING:
    from textual.app import App

# The terminal's reply may take this long; quitting right after the start waits for it.
REPLY_SECONDS = 1.0


class SafeOutput:
    """Writes to `stream` until that fails; then drops all output without raising.

    Textual writes in a thread, from a short queue. An exception would end the thread, the queue would fill
    up, and the program would hang instead of quitting.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_gone = False

    def write(self, text: str) -> int:
        """Write or drop a text; return its length. A Pause flushes and waits."""
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
        """Flush, unless the terminal is gone."""
        if not self.is_gone:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self.is_gone = True

    def fileno(self) -> int:
        """Return the stream's file descriptor."""
        return self._stream.fileno()


class OmniDriver(LinuxDriver):
    """Keeps running without a terminal until the program has quit cleanly, and writes few bytes."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        if self._file is not None:
            self._file = cast(Any, SafeOutput(self._file))
        self._screen_diff = ScreenDiff(clears=clears_in_color(os.environ), scrolls=moves_lines(os.environ))
        self._chunker = Chunker(is_far=is_far(os.environ))
        self.is_ascii = needs_ascii(os.environ, terminal_of(os.environ))
        """Whether the terminal shows only ASCII."""
        self._reader: KeyReader | None = None
        self._awaits_replies = False
        self._write_lock = threading.Lock()  # the thread that reads keys writes, too

    def run_input_thread(self) -> None:
        """Read keys; raise SIGHUP if the terminal is gone, which doesn't always send it."""
        try:
            reader = self._reader = KeyReader(self.fileno, self.process_message)
            reader.replies.is_awaited = self._awaits_replies
            reader.run(self.exit_event.is_set)
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGHUP)

    def await_replies(self, is_awaited: bool) -> None:
        """Set whether the terminal may reply to a file transfer; replies aren't keys."""
        self._awaits_replies = is_awaited
        if self._reader is not None:
            self._reader.replies.is_awaited = is_awaited

    def ask_for_name(self) -> None:
        """Query the terminal's name; a `TerminalName` message follows if it replies."""
        if self._reader is not None:
            self._reader.replies.expect_name()
            self.send(NAME_REQUEST)

    # Textual handles signals in the middle of what they interrupt, even a write, so they are deferred.

    def _sigtstp_application(self, *received: object) -> None:
        _call_soon(partial(super()._sigtstp_application, *received))

    def _sigcont_application(self, *received: object) -> None:
        _call_soon(self._continue)

    def _continue(self) -> None:
        """Resume; after an unnoticed stop (SIGSTOP), stop first, or two threads would read keys."""
        if not self._auto_restart or self._app._exit:
            return
        if not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()

    def start_application_mode(self) -> None:
        """Start, with nothing known about what the terminal shows."""
        self._screen_diff.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Write the last output, and wait for replies so that they don't reach the shell.

        Also turns off mouse reports in pixels, which Textual leaves on.
        """
        if self._reader is not None:
            self._reader.replies.wait_for_name(REPLY_SECONDS)
        super().write(self._chunker.rest())
        if self._mouse_pixels:
            self._mouse_pixels = False
            self.send("\x1b[?1016l")
        super().stop_application_mode()

    def send(self, sequence: str) -> None:
        """Write a sequence that paints nothing, as it is."""
        with self._write_lock:
            super().write(ascii_only(sequence) if self.is_ascii else sequence)

    def set_mouse(self, is_on: bool) -> None:
        """Turn the terminal's mouse reports on or off."""
        if is_on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    def write(self, data: str) -> None:
        """Write the least output with the same effect as `data`."""
        with self._write_lock:
            if self._file is not None:
                with suppress(OSError):
                    self._screen_diff.resize(*os.get_terminal_size(self._file.fileno()))
            reduced = self._screen_diff.reduced(ascii_only(data) if self.is_ascii else data)
            for piece in self._chunker.feed(reduced):
                super().write(piece)

    def forget_screen(self) -> None:
        """Forget what the terminal shows, because something else may have written to it."""
        with self._write_lock:
            self._screen_diff.forget()


def _call_soon(work: Callable[[], object]) -> None:
    """Run `work` in the event loop after the current step, or at once without a loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        work()
    else:
        loop.call_soon_threadsafe(work)
