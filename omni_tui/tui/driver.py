"""Textual's driver for a terminal that may go away under it: a closed window, a connection that drops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class LastingOutput:
    """What is written goes to `stream` until that fails; from then on it goes nowhere, and nothing is raised.

    Textual writes in a thread of its own, from a short queue. A failure ends that thread: the queue runs
    full, and the program waits for it for ever in place of ending.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_gone = False

    def write(self, text: str) -> int:
        """Write, or drop; the number of characters."""
        if not self.is_gone:
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


class LastingDriver(LinuxDriver):
    """Goes on without a terminal for the moment that it takes to leave cleanly."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        if self._file is not None:
            self._file = cast(Any, LastingOutput(self._file))
